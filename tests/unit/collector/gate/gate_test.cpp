// Goal: what may pass passes, what may not is answered at once and says what to do, and everything
// is counted once. Method: a router of three routes whose replies the test gives when it wants to.
#include "core/collector/gate/gate.h"

#include "core/http/refusals.h"
#include "core/http/stream.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/http/header_of.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::collector {
namespace {

using Answer = std::shared_ptr<std::optional<http::Response>>;

// One key, "abc", of "game"; `settings` stand before its hash.
auto KeyAbc(const std::string& settings = {}) {
  const TempFile file;
  file.Write(settings + "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad game\n");
  auto keys = ApiKeys::Open(file.path());
  REQUIRE(keys.ok());
  return std::move(*keys);
}

struct GateFixture {
  explicit GateFixture(GateOptions options = {})
      : gate(std::move(options), metrics, backlog, clock) {
    REQUIRE(gate.SetRoutes(router.routes()).ok());
  }

  // A request of /buy/<user> stays without an answer until Give.
  Answer Ask(const std::string& path, http::Headers headers = {},
             const std::string& method = "POST", const std::string& ip = "10.0.0.1") {
    auto answer = std::make_shared<std::optional<http::Response>>();
    http::Request request{method, path, "secret=1", std::move(headers), "body", ip};
    router.Answer(
        std::move(request), [answer](http::Response given) { *answer = std::move(given); },
        gate.visit());
    return answer;
  }

  void Give(http::Response response) {
    const http::Reply reply = std::move(waiting.front());
    waiting.erase(waiting.begin());
    reply(std::move(response));
  }

  bool Shows(const std::string& line) {
    return ("\n" + metrics.Text()).find("\n" + line + "\n") != std::string::npos;
  }

  FixedClock clock{kTestNow + 123};
  Metrics metrics{"1"};
  Backlog backlog;
  Gate gate;  // before the replies: it outlives them
  std::vector<http::Reply> waiting;
  const Router router{
      {{{"POST"},
        "/buy/<user>",
        Access::kAny,
        "buys",
        [this](Call call) { waiting.push_back(std::move(call.reply)); }},
       {{"GET"}, "/drop", Access::kAny, "forgets its reply", [](const Call&) {}},
       {.methods = {"GET"},
        .pattern = "/store",
        .access = Access::kWrite,
        .help = "stores",
        .handler = [](const Call& call) { call.reply(TextResponse(200, "stored\n")); }},
       {{"GET"},
        "/healthz",
        Access::kAny,
        "health",
        [](const Call& call) { call.reply(TextResponse(200, "ok\n")); },
        true},
       {.methods = {"GET"},
        .pattern = "/page",
        .access = Access::kRead,
        .help = "for people",
        .handler = [](const Call& call) { call.reply(TextResponse(200, "page\n")); },
        .operational = true,
        .for_browsers = true},
       {.methods = {"POST"},
        .pattern = "/sdk",
        .access = Access::kWrite,
        .help = "for an SDK",
        .handler = [](const Call& call) { call.reply(TextResponse(200, "sdk\n")); },
        .find_key =
            [this](const http::Request& request) {
              ++searched;
              return request.remote_ip == "10.0.0.9" ? std::optional<std::string>("abc")
                                                     : std::nullopt;
            }},
       {.methods = {"POST"},
        .pattern = "/beacon",
        .access = Access::kWrite,
        .help = "for what can send no header",
        .handler =
            [this](const Call& call) {
              address = call.request.remote_ip;
              call.reply(TextResponse(200, "beacon\n"));
            },
        .find_key = [](const http::Request&) { return std::optional<std::string>("abc"); },
        .key_in_url = true}}};
  std::string address;  // that /beacon was told
  int searched = 0;
};

constexpr const char* kRequests = "gamevents_http_requests_total";
constexpr const char* kRefused = "gamevents_http_requests_refused_total";

}  // namespace

TEST_CASE("requests are counted by route and status, and those in flight") {
  GateFixture fixture;
  fixture.Ask("/buy/a");
  fixture.Ask("/buy/b");
  CHECK(fixture.gate.in_flight() == 2);
  CHECK(fixture.Shows("gamevents_http_requests_in_flight 2"));
  fixture.Give(TextResponse(200, "done\n"));
  fixture.Give(TextResponse(413, "large\n"));
  CHECK((*fixture.Ask("/buy/"))->status == 404);
  CHECK((*fixture.Ask("/buy/c", {}, "GET"))->status == 405);
  fixture.Ask("/drop", {}, "GET");  // answered 500 by the front end
  CHECK(fixture.gate.in_flight() == 0);
  const std::string requests = kRequests;
  CHECK(fixture.Shows(requests + R"({code="200",route="/buy/<user>"} 1)"));
  CHECK(fixture.Shows(requests + R"({code="413",route="/buy/<user>"} 1)"));
  CHECK(fixture.Shows(requests + R"({code="405",route="/buy/<user>"} 1)"));
  CHECK(fixture.Shows(requests + R"({code="404",route="other"} 1)"));
  CHECK(fixture.Shows(requests + R"({code="500",route="/drop"} 1)"));
}

TEST_CASE("one request more than may be in flight is answered at once") {
  GateOptions options;
  options.in_flight_max = 2;
  GateFixture fixture(std::move(options));
  fixture.Ask("/buy/a");
  fixture.Ask("/buy/b");
  const Answer third = fixture.Ask("/buy/c");
  REQUIRE(third->has_value());
  CHECK((*third)->status == 503);
  CHECK(HeaderOf(**third, "Retry-After") == "30");  // two wait, and nothing moves
  CHECK((*fixture.Ask("/healthz", {}, "GET"))->status == 200);
  CHECK(fixture.Shows(std::string(kRefused) + R"({reason="in_flight"} 1)"));
  fixture.Give(TextResponse(200, ""));
  CHECK_FALSE(fixture.Ask("/buy/d")->has_value());
  CHECK(fixture.gate.in_flight() == 2);
}

TEST_CASE("a 503 says how long the backlog takes, unless its route says when to come back") {
  GateFixture fixture;
  const auto ask = [&](const std::string& said) {
    const Answer answer = fixture.Ask("/buy/a");
    http::Response response = TextResponse(503, "later\n");
    if (!said.empty()) response.headers.emplace_back("Retry-After", said);
    fixture.Give(std::move(response));
    return HeaderOf(**answer, "Retry-After");
  };
  CHECK(ask("") == "1");
  CHECK(ask("7") == "7");
  fixture.backlog.Enter({1, 1});
  CHECK(ask("") == "30");
  CHECK(ask("1") == "1");
  CHECK(ask("60") == "60");
}

TEST_CASE("a caller above its rate gets 429, others and operators do not") {
  RateLimiter limiter({1, 2});
  GateOptions options;
  options.rate_limiter = &limiter;
  GateFixture fixture(std::move(options));
  CHECK_FALSE(fixture.Ask("/buy/a")->has_value());
  CHECK_FALSE(fixture.Ask("/buy/a")->has_value());
  const Answer third = fixture.Ask("/buy/a");
  REQUIRE(third->has_value());
  CHECK((*third)->status == 429);
  CHECK(HeaderOf(**third, "Retry-After") == "1");
  CHECK_FALSE(fixture.Ask("/buy/a", {}, "POST", "10.0.0.2")->has_value());
  CHECK((*fixture.Ask("/healthz", {}, "GET"))->status == 200);
  CHECK((*fixture.Ask("/nowhere"))->status == 429);
  CHECK(fixture.Shows(std::string(kRefused) + R"({reason="rate_limit"} 2)"));
}

TEST_CASE("with keys, a route that is not open wants one") {
  const auto keys = KeyAbc();
  GateOptions options;
  options.api_keys = keys.get();
  options.open_routes = {"/healthz"};
  GateFixture fixture(std::move(options));
  const Answer none = fixture.Ask("/buy/a");
  REQUIRE(none->has_value());
  CHECK((*none)->status == 401);
  CHECK(HeaderOf(**none, "WWW-Authenticate") == R"(Bearer realm="gamevents")");
  const Answer wrong = fixture.Ask("/buy/a", {{"X-Api-Key", "abd"}});
  REQUIRE(wrong->has_value());
  CHECK((*wrong)->status == 401);
  CHECK(HeaderOf(**wrong, "WWW-Authenticate") ==
        R"(Bearer realm="gamevents", error="invalid_token")");
  CHECK_FALSE(fixture.Ask("/buy/a", {{"x-api-key", "abc"}})->has_value());
  CHECK_FALSE(fixture.Ask("/buy/a", {{"Authorization", "Bearer abc"}})->has_value());
  CHECK((*fixture.Ask("/healthz", {}, "GET"))->status == 200);
  CHECK((*fixture.Ask("/nowhere"))->status == 401);
  CHECK(fixture.Shows(std::string(kRefused) + R"({reason="api_key"} 3)"));
}

TEST_CASE("a route for browsers has them ask for a key, and takes it as a password") {
  const auto keys = KeyAbc();
  GateOptions options;
  options.api_keys = keys.get();
  GateFixture fixture(std::move(options));
  const auto ask = [&](const std::string& route, http::Headers headers) {
    const Answer answer = fixture.Ask(route, std::move(headers), "GET");
    REQUIRE(answer->has_value());
    return std::to_string((*answer)->status) + " " + HeaderOf(**answer, "WWW-Authenticate");
  };
  const std::string challenge = R"(401 Basic realm="gamevents", charset="UTF-8")";
  CHECK(ask("/page", {}) == challenge);
  CHECK(ask("/page", {{"Authorization", "Basic bWU6YWJk"}}) == challenge);  // me:abd
  CHECK(ask("/page", {{"Authorization", "Bearer abd"}}) == challenge);
  CHECK(ask("/page", {{"Authorization", "Basic bWU6YWJj"}}) == "200 ");  // me:abc
  CHECK(ask("/page", {{"X-Api-Key", "abc"}}) == "200 ");
  // Nowhere else is a password taken.
  CHECK(ask("/healthz", {{"Authorization", "Basic bWU6YWJj"}}).starts_with("401 Bearer"));
}

TEST_CASE("a route can know another place of the key, which is looked at last") {
  const auto keys = KeyAbc();
  GateOptions options;
  options.api_keys = keys.get();
  GateFixture fixture(std::move(options));
  const auto status = [&](const std::string& ip, http::Headers headers) {
    return (*fixture.Ask("/sdk", std::move(headers), "POST", ip))->status;
  };
  CHECK(status("10.0.0.9", {}) == 200);
  CHECK(status("10.0.0.1", {}) == 401);
  CHECK(fixture.searched == 2);
  CHECK(status("10.0.0.1", {{"X-Api-Key", "abc"}}) == 200);
  CHECK(status("10.0.0.9", {{"X-Api-Key", "abd"}}) == 401);
  CHECK(fixture.searched == 2);
}

TEST_CASE("a key opens the routes of its scope, and those that every key opens") {
  struct Row {
    std::string scope;
    std::string store, page, any;
  };
  const std::vector<Row> rows = {
      {"scope=write ", "200 ",
       "403 this route needs an API key with the scope read or all; this one has the scope write\n",
       "200 "},
      {"scope=read ",
       "403 this route needs an API key with the scope write or all; this one has the scope read\n",
       "200 ", "200 "},
      {"scope=all ", "200 ", "200 ", "200 "},
      {"", "200 ", "200 ", "200 "}};
  for (const Row& row : rows) {
    INFO(row.scope);
    const auto keys = KeyAbc(row.scope);
    GateOptions options;
    options.api_keys = keys.get();
    GateFixture fixture(std::move(options));
    const auto ask = [&](const std::string& path, const std::string& method = "GET") {
      const Answer answer = fixture.Ask(path, {{"X-Api-Key", "abc"}}, method);
      REQUIRE(answer->has_value());
      return std::to_string((*answer)->status) + " " +
             ((*answer)->status == 403 ? (*answer)->body : "");
    };
    CHECK(ask("/store") == row.store);
    CHECK(ask("/page") == row.page);
    CHECK(ask("/healthz") == row.any);
    CHECK(ask("/nowhere") == "404 ");
    CHECK(ask("/store", "OPTIONS") == "200 ");
    const int refused = row.scope.empty() || row.scope == "scope=all " ? 0 : 1;
    CHECK(fixture.Shows(std::string(kRefused) + R"({reason="scope"} )" + std::to_string(refused)));
  }
}

TEST_CASE("a password of another scope has a browser ask again") {
  const auto keys = KeyAbc("scope=write ");
  GateOptions options;
  options.api_keys = keys.get();
  GateFixture fixture(std::move(options));
  const Answer answer = fixture.Ask("/page", {{"Authorization", "Basic bWU6YWJj"}}, "GET");
  REQUIRE(answer->has_value());
  CHECK((*answer)->status == 401);
  CHECK(HeaderOf(**answer, "WWW-Authenticate").starts_with("Basic "));
  CHECK((*answer)->body.find("the scope read or all") != std::string::npos);
}

TEST_CASE("a key of an origin is for pages of that origin") {
  const auto keys = KeyAbc("origin=https://game.example origin=http://localhost:8080 ");
  GateOptions options;
  options.api_keys = keys.get();
  options.cors_origins = {"*"};
  GateFixture fixture(std::move(options));
  const auto status = [&](http::Headers headers) {
    headers.emplace_back("X-Api-Key", "abc");
    return (*fixture.Ask("/store", std::move(headers), "GET"))->status;
  };
  CHECK(status({{"Origin", "https://game.example"}}) == 200);
  CHECK(status({{"origin", "http://localhost:8080"}}) == 200);
  CHECK(status({{"Origin", "https://game.example:8443"}}) == 403);
  CHECK(status({{"Origin", "null"}}) == 403);
  CHECK(status({}) == 403);
  CHECK(fixture.Shows(std::string(kRefused) + R"({reason="key_origin"} 3)"));
}

TEST_CASE("a key above its rate gets 429, from whichever address, and operators do not") {
  const auto keys = KeyAbc("rate=2/s ");
  GateOptions options;
  options.api_keys = keys.get();
  GateFixture fixture(std::move(options));
  const auto ask = [&](const std::string& path, const std::string& ip) {
    return **fixture.Ask(path, {{"X-Api-Key", "abc"}}, "GET", ip);
  };
  CHECK(ask("/store", "10.0.0.1").status == 200);
  CHECK(ask("/store", "10.0.0.2").status == 200);
  const http::Response third = ask("/store", "10.0.0.3");
  CHECK(third.status == 429);
  CHECK(third.body == "too many requests with this API key\n");
  CHECK(HeaderOf(third, "Retry-After") == "1");
  CHECK(ask("/healthz", "10.0.0.3").status == 200);
  CHECK(fixture.Shows(std::string(kRefused) + R"({reason="key_rate"} 1)"));
}

TEST_CASE("who asks for JSON is refused with it, and told when to try again") {
  GateFixture fixture;
  const http::Response later =
      http::RefusalResponse({.code = problem::Code::kOverloaded, .detail = "later"});
  const Answer json = fixture.Ask("/buy/a", {{"Accept", "application/json"}});
  const Answer text = fixture.Ask("/buy/a");
  fixture.Give(later);
  fixture.Give(later);
  CHECK((*json)->content_type == problem::kMediaType);
  CHECK((*json)->body.find("\"retry_after\":" + HeaderOf(**json, "Retry-After") + "}") !=
        std::string::npos);
  CHECK((*text)->body == "later\n");
  CHECK(fixture.Shows(std::string(kRequests) + R"({code="503",route="/buy/<user>"} 2)"));
}

TEST_CASE("a streamed answer is in flight until it begins") {
  GateFixture fixture;
  const Answer answer = fixture.Ask("/buy/a");
  CHECK(fixture.gate.in_flight() == 1);
  http::Response response = TextResponse(200, "");
  auto [stream, outlet] = http::Stream::Make();
  response.stream = std::move(outlet);
  fixture.Give(std::move(response));
  CHECK(fixture.gate.in_flight() == 0);
  REQUIRE(answer->has_value());
  CHECK((*answer)->stream != nullptr);
  CHECK(stream->Send(std::make_shared<const std::string>("piece")).ok());
}

TEST_CASE("an open route that is not in the table is a mistake in the configuration") {
  Metrics metrics("1");
  const Backlog backlog;
  GateOptions options;
  options.open_routes = {"/", "/health"};
  Gate gate(std::move(options), metrics, backlog);
  const Router router({{{"GET"}, "/", Access::kAny, "root", nullptr}});
  const Status set = gate.SetRoutes(router.routes());
  REQUIRE(!set.ok());
  CHECK(set.error().context == "serve.open_routes: there is no route /health; there are: /");
}

TEST_CASE("a page that is allowed can read every answer, and one that is not can store nothing") {
  GateOptions options;
  options.cors_origins = {"https://game.example"};
  options.in_flight_max = 1;
  GateFixture fixture(std::move(options));
  const http::Headers game = {{"Host", "api"}, {"Origin", "https://game.example"}};
  const Answer first = fixture.Ask("/buy/a", game);
  const Answer second = fixture.Ask("/buy/a", game);
  fixture.Give(TextResponse(200, ""));
  for (const Answer& answer : {first, second, fixture.Ask("/nowhere", game)}) {
    CHECK(HeaderOf(**answer, "Access-Control-Allow-Origin") == "https://game.example");
    CHECK(HeaderOf(**answer, "Vary") == "Origin");
  }
  const Answer evil = fixture.Ask("/buy/a", {{"Host", "api"}, {"Origin", "https://evil.example"}});
  REQUIRE(evil->has_value());
  CHECK((*evil)->status == 403);
  CHECK(HeaderOf(**evil, "Access-Control-Allow-Origin").empty());
  CHECK(fixture.waiting.empty());
  CHECK(fixture.Shows(std::string(kRefused) + R"({reason="origin"} 1)"));

  http::Headers preflight = game;
  preflight.emplace_back("Access-Control-Request-Method", "POST");
  const Answer asked = fixture.Ask("/buy/a", preflight, "OPTIONS");
  REQUIRE(asked->has_value());
  CHECK((*asked)->status == 200);
  CHECK(HeaderOf(**asked, "Access-Control-Allow-Methods") == "POST, OPTIONS");
  CHECK(HeaderOf(**asked, "Access-Control-Allow-Origin") == "https://game.example");
}

TEST_CASE("a page of another site has nothing stored by an image or a link") {
  GateOptions options;
  options.cors_origins = {"https://game.example"};
  GateFixture fixture(std::move(options));
  const http::Headers image = {{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Mode", "no-cors"}};
  for (const char* method : {"GET", "HEAD"}) {
    CHECK((*fixture.Ask("/store", image, method))->status == 403);
  }
  CHECK(fixture.Shows(std::string(kRefused) + R"({reason="origin"} 2)"));
  CHECK((*fixture.Ask("/page", image, "GET"))->status == 200);  // stores nothing
  CHECK((*fixture.Ask("/store", image, "OPTIONS"))->status == 200);
  const http::Headers typed = {{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Mode", "navigate"}};
  CHECK((*fixture.Ask("/store", typed, "GET"))->status == 200);
  http::Headers listed = image;
  listed.emplace_back("Origin", "https://game.example");
  CHECK((*fixture.Ask("/store", listed, "GET"))->status == 200);
}

TEST_CASE("no cache keeps what a route that stores answers") {
  GateFixture fixture;
  CHECK((*fixture.Ask("/store", {}, "GET"))->no_store);
  CHECK((*fixture.Ask("/store", {{"Origin", "https://evil.example"}}, "GET"))->no_store);
  CHECK_FALSE((*fixture.Ask("/page", {}, "GET"))->no_store);
}

TEST_CASE("the access log has a line for each answer, without the query") {
  const TempFile file;
  auto log = AccessLog::Open(AccessFormat::kJson, file.path());
  REQUIRE(log.ok());
  {
    GateOptions options;
    options.access_log = log->get();
    GateFixture fixture(std::move(options));
    fixture.Ask("/buy/a%20b", {{"user-agent", "game/1"}, {"X-Api-Key", "secret"}});
    fixture.Give(TextResponse(200, "done\n"));
  }
  (*log).reset();
  const std::string line = file.Read();
  CHECK(
      line.starts_with(R"({"time":"2026-11-23T10:00:00.123Z","remote_ip":"10.0.0.1","key":null,)"
                       R"("method":"POST","path":"/buy/a%20b","route":"/buy/<user>","status":200,)"
                       R"("bytes_in":4,"bytes_out":5,"seconds":)"));
  CHECK(line.ends_with(",\"user_agent\":\"game/1\"}\n"));
  CHECK(line.find("secret") == std::string::npos);
}

TEST_CASE("replies given by many threads leave nothing in flight") {
  GateFixture fixture;
  for (int i = 0; i < 800; ++i) fixture.Ask("/buy/a");
  std::vector<std::thread> threads;
  for (size_t i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (size_t j = i; j < 800; j += 8) fixture.waiting[j](TextResponse(200, ""));
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(fixture.gate.in_flight() == 0);
  CHECK(fixture.Shows(std::string(kRequests) + R"({code="200",route="/buy/<user>"} 800)"));
}

TEST_CASE("a key in a URL must be one that can do no more than write") {
  for (const auto& [scope, status] : {std::pair("scope=write ", 200), std::pair("scope=all ", 403),
                                      std::pair("scope=read ", 403), std::pair("", 403)}) {
    const auto keys = KeyAbc(scope);
    GateOptions options;
    options.api_keys = keys.get();
    GateFixture fixture(std::move(options));
    CHECK((*fixture.Ask("/beacon"))->status == status);
    // As a header it may be any that opens the route.
    const bool opens = std::string_view(scope) != "scope=read ";
    CHECK((*fixture.Ask("/beacon", {{"X-Api-Key", "abc"}}))->status == (opens ? 200 : 403));
  }
}

TEST_CASE("an address is cut for the route and the log, and whole for its rate") {
  const TempFile file;
  std::vector<std::string> notes;
  {
    auto log = AccessLog::Open(AccessFormat::kJson, file.path());
    REQUIRE(log.ok());
    RateLimiter limiter({1, 1});
    GateOptions options;
    options.privacy =
        Privacy({.addresses = AddressForm::kTruncated, .do_not_track = DoNotTrack::kAnonymous});
    options.rate_limiter = &limiter;
    options.access_log = log->get();
    options.note = [&](const std::string& note) { notes.push_back(note); };
    GateFixture fixture(std::move(options));
    CHECK((*fixture.Ask("/beacon", {{"User-Agent", "a"}}, "POST", "203.0.113.7"))->status == 200);
    CHECK(fixture.address == "203.0.113.0");
    CHECK((*fixture.Ask("/beacon", {}, "POST", "203.0.113.7"))->status == 429);
    CHECK((*fixture.Ask("/beacon", {{"DNT", "1"}, {"User-Agent", "b"}}, "POST", "203.0.113.8"))
              ->status == 200);
    CHECK(fixture.address.empty());
    fixture.Ask("/beacon", {{"Origin", "http://evil"}}, "POST", "203.0.113.9");
  }
  const std::string written = file.Read();
  CHECK(written.find("203.0.113.0\"") != std::string::npos);
  CHECK(written.find(R"("remote_ip":null)") != std::string::npos);
  CHECK(written.find(R"("user_agent":"a")") != std::string::npos);
  CHECK(written.find(R"("user_agent":"b")") == std::string::npos);
  for (const char* whole : {"203.0.113.7", "203.0.113.8", "203.0.113.9"}) {
    CHECK(written.find(whole) == std::string::npos);
  }
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].starts_with("refused origin http://evil (POST /beacon of 203.0.113.0)"));
}

}  // namespace gamevents::collector

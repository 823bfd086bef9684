// Goal: each event is sent as it should be, sent again only where that can help and keeps order,
// and the ledger has exactly what was acknowledged. Method: a server that answers as it is told.
#include "core/generate/http_sender.h"

#include "core/ledger/verifier.h"
#include "tests/support/http/header_of.h"
#include "tests/unit/catch.h"
#include "tests/unit/generate/fixture.h"

#include <set>
#include <thread>

namespace gamevents::generate {
namespace {

constexpr char kHeader[] = "Ledger-Id";

struct Sent {
  Counts counts;
  std::vector<TempLedger::Line> lines;
};

Sent SendTo(const HostPort& server, Feed& feed, HttpOptions options) {
  options.client.server = server;
  Tally tally;
  TempLedger ledger;
  REQUIRE(HttpSender(options, 0, feed, tally, ledger.writer()).Run());
  return {tally.Read(), ledger.Lines()};
}

std::string AcceptAll(const http::Request& request) {
  size_t events = 0;
  for (size_t at = 0; (at = request.body.find("\"event_id\"", at)) != std::string::npos; ++at) {
    ++events;
  }
  return "{\"accepted\":" + std::to_string(events) + ",\"duplicates\":0,\"rejected\":[]}";
}

}  // namespace

TEST_CASE("events go out one by one, in their order, as JSON") {
  Server server(
      [](size_t, const http::Request& request) { return Respond(200, AcceptAll(request)); });
  Feed feed = MakeFeed(50);
  const Sent sent = SendTo(server.address(), feed, {});
  CHECK(sent.counts.sent == 50);
  CHECK(sent.counts.acknowledged == 50);
  CHECK(sent.counts.requests == 50);
  CHECK(sent.lines == ExpectedLines(50));
  World world(SmallWorld());
  const auto requests = server.requests();
  REQUIRE(requests.size() == 50);
  for (const http::Request& request : requests) {
    REQUIRE(request.method == "POST");
    REQUIRE(request.path == "/events");
    REQUIRE(HeaderOf(request, "Content-Type") == "application/json");
    REQUIRE(request.body == world.Next().json);
  }
}

TEST_CASE("a batch is an array, and the last one may be short") {
  Server server(
      [](size_t, const http::Request& request) { return Respond(200, AcceptAll(request)); });
  Feed feed = MakeFeed(25);
  HttpOptions options;
  options.batch = 10;
  const Sent sent = SendTo(server.address(), feed, options);
  CHECK(sent.counts.acknowledged == 25);
  CHECK(sent.counts.requests == 3);
  CHECK(sent.lines == ExpectedLines(25));
  CHECK(server.requests()[0].body.front() == '[');
  CHECK(server.requests()[0].body.back() == ']');
}

TEST_CASE("classic routes get the event's id in a header, another one each attempt") {
  Server server([](size_t number, const http::Request&) {
    return number == 0 ? Respond(503, "not stored", "0") : Respond(200, "Hello");
  });
  Feed feed = MakeFeed(20, 1, Routes::kClassic);
  HttpOptions options;
  options.routes = Routes::kClassic;
  options.retries = 1;
  const Sent sent = SendTo(server.address(), feed, options);
  CHECK(sent.counts.acknowledged == 20);
  CHECK(sent.counts.retries == 1);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 21);
  CHECK(requests[0].path == requests[1].path);
  std::set<std::string> ids;
  for (const http::Request& request : requests) {
    REQUIRE(request.method == "GET");
    REQUIRE(ids.insert(HeaderOf(request, kHeader)).second);
  }
  // The ledger has the ids of the attempts that were acknowledged.
  REQUIRE(sent.lines.size() == 20);
  for (size_t i = 0; i < 20; ++i) CHECK(sent.lines[i].id == HeaderOf(requests[i + 1], kHeader));
}

TEST_CASE("what is refused for good is not sent again") {
  Server server([](size_t, const http::Request&) { return Respond(413, "too long: 7 bytes"); });
  Feed feed = MakeFeed(3);
  HttpOptions options;
  options.retries = 5;
  const Sent sent = SendTo(server.address(), feed, options);
  CHECK(sent.counts.requests == 3);
  CHECK(sent.counts.refusals == std::map<std::string, int64_t>{{"413 too long", 3}});
  CHECK(sent.lines.empty());
}

TEST_CASE("a 503 is tried again as often as allowed, with the same body") {
  Server server([](size_t, const http::Request&) { return Respond(503, "full", "0"); });
  Feed feed = MakeFeed(1);
  HttpOptions options;
  options.retries = 3;
  const Sent sent = SendTo(server.address(), feed, options);
  CHECK(sent.counts.requests == 4);
  CHECK(sent.counts.retries == 3);
  CHECK(sent.counts.refused == 1);
  CHECK(sent.lines.empty());
  for (const http::Request& request : server.requests()) {
    CHECK(request.body == server.requests()[0].body);
  }
}

TEST_CASE("Retry-After is obeyed") {
  Server server([](size_t number, const http::Request& request) {
    return number == 0 ? Respond(503, "full", "1") : Respond(200, AcceptAll(request));
  });
  Feed feed = MakeFeed(1);
  HttpOptions options;
  options.retries = 1;
  const auto begin = std::chrono::steady_clock::now();
  const Sent sent = SendTo(server.address(), feed, options);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::seconds(1));
  CHECK(sent.counts.acknowledged == 1);
  // The latency is the event's, not the last attempt's.
  CHECK(sent.counts.latency.max() >= std::chrono::seconds(1));
}

TEST_CASE("of a batch only what was not stored is sent again, unless it would be out of order") {
  Server server([](size_t number, const http::Request& request) {
    if (number > 0) return Respond(200, AcceptAll(request));
    return Respond(503,
                   R"({"accepted":28,"duplicates":0,"rejected":[
                       {"index":0,"error":"Kafka: x","retryable":true},
                       {"index":29,"error":"Kafka: x","retryable":true}]})",
                   "0");
  });
  Feed feed = MakeFeed(30);
  HttpOptions options;
  options.batch = 30;
  options.retries = 1;
  const Sent sent = SendTo(server.address(), feed, options);
  auto expected = ExpectedLines(30);
  const bool first_has_later =
      std::any_of(expected.begin() + 1, expected.end() - 1,
                  [&](const TempLedger::Line& line) { return line.user == expected[0].user; });
  REQUIRE(first_has_later);  // or the test shows nothing
  expected.erase(expected.begin());
  CHECK(sent.lines == expected);
  CHECK(sent.counts.acknowledged == 29);
  CHECK(sent.counts.refused == 1);
  REQUIRE(server.requests().size() == 2);
  CHECK(server.requests()[1].body.find(expected.back().id) != std::string::npos);
}

TEST_CASE("nobody there is a refusal, after a moment's wait") {
  Feed feed = MakeFeed(2);
  const auto begin = std::chrono::steady_clock::now();
  const Sent sent = SendTo({"127.0.0.1", 1}, feed, {});
  CHECK(sent.counts.refusals == std::map<std::string, int64_t>{{"no connection", 2}});
  CHECK(std::chrono::steady_clock::now() - begin >= 2 * kReconnectWait);
}

TEST_CASE("with a rate, latency counts from when an event was due") {
  // The first answer takes long; what was due meanwhile waited, and its latency says so.
  constexpr std::chrono::milliseconds kStall{300};
  Server server([&](size_t number, const http::Request& request) {
    if (number == 0) std::this_thread::sleep_for(kStall);
    return Respond(200, AcceptAll(request));
  });
  FeedOptions feed_options;
  feed_options.count = 100;
  feed_options.rate = 1'000;
  Feed feed(World(SmallWorld()), feed_options, std::chrono::steady_clock::now());
  const Sent sent = SendTo(server.address(), feed, {});
  CHECK(sent.counts.acknowledged == 100);
  // Due within some 100 ms, all of them waited for most of the stall.
  CHECK(sent.counts.latency.Quantile(0.5) > kStall / 2);
}

}  // namespace gamevents::generate

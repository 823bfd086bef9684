// Goal: a page may use the API where the operator allows its origin, and nowhere else. Method:
// requests as browsers send them, and the headers that they look for in the answer.
#include "core/collector/request/cors.h"

#include "tests/support/http/header_of.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::collector {
namespace {

constexpr const char* kGame = "https://game.example:8443";

http::Request PreflightOf(const std::string& origin, const std::string& headers = "content-type") {
  http::Request request;
  request.method = "OPTIONS";
  request.headers = {{"Origin", origin},
                     {"Access-Control-Request-Method", "POST"},
                     {"Access-Control-Request-Headers", headers}};
  return request;
}

}  // namespace

TEST_CASE("requests of other pages are admitted by exact origin") {
  const Cors none({});
  const Cors one({kGame});
  const Cors any({"*"});
  CHECK_FALSE(none.enabled());
  CHECK(one.enabled());
  struct Case {
    const char* origin;
    bool none, one, any;
  };
  for (const Case& each : {Case{kGame, false, true, true},
                           {"https://game.example", false, false, true},
                           {"http://game.example:8443", false, false, true},
                           {"https://game.example:8443.evil.example", false, false, true},
                           {"null", false, false, true},
                           {"", false, false, true},
                           {"http://api.example:5000", true, true, true},
                           {"https://API.example:5000", true, true, true}}) {
    INFO(each.origin);
    const http::Headers headers = {{"Host", "api.example:5000"}, {"origin", each.origin}};
    CHECK(none.Admits(headers) == each.none);
    CHECK(one.Admits(headers) == each.one);
    CHECK(any.Admits(headers) == each.any);
  }
  CHECK(none.Admits({{"Host", "api.example:5000"}}));  // no page at all
  CHECK_FALSE(none.Admits({{"Host", ""}, {"Origin", "null"}}));
}

TEST_CASE("what another site's page has a browser send without an Origin stores nothing") {
  const Cors none({});
  const Cors one({kGame});
  const Cors any({"*"});
  struct Case {
    http::Headers headers;
    bool none, one, any;
  };
  const http::Headers by_program = {{"Host", "localhost"}};
  for (const Case& each :
       {Case{by_program, true, true, true},
        {{{"Sec-Fetch-Site", "none"}}, true, true, true},  // typed, or a bookmark
        {{{"sec-fetch-site", "same-origin"}}, true, true, true},
        {{{"Sec-Fetch-Site", "cross-site"}}, false, false, true},
        {{{"Sec-Fetch-Site", "same-site"}}, false, false, true},
        {{{"Sec-Fetch-Site", "cross-site"}, {"Origin", kGame}}, false, true, true},
        {{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "null"}}, false, false, true}}) {
    INFO(each.headers.back().second);
    CHECK(none.AdmitsStoring(each.headers) == each.none);
    CHECK(one.AdmitsStoring(each.headers) == each.one);
    CHECK(any.AdmitsStoring(each.headers) == each.any);
  }
}

TEST_CASE("a preflight is told what the route takes") {
  const Cors cors({kGame});
  const http::Request request = PreflightOf(kGame, "content-type, x-api-key");
  CHECK(Cors::IsPreflight(request));
  const http::Response answer = cors.Preflight(request, "POST, OPTIONS");
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK(HeaderOf(answer, "Access-Control-Allow-Methods") == "POST, OPTIONS");
  CHECK(HeaderOf(answer, "Access-Control-Allow-Headers") == "content-type, x-api-key");
  CHECK(HeaderOf(answer, "Access-Control-Max-Age") == "600");
  CHECK(HeaderOf(answer, "Vary") ==
        "Access-Control-Request-Method, Access-Control-Request-Headers");
  // What is no list of names is not repeated.
  const http::Response odd = cors.Preflight(PreflightOf(kGame, "a: b\x01"), "POST, OPTIONS");
  CHECK(HeaderOf(odd, "Access-Control-Allow-Headers") ==
        "Authorization, Content-Type, Idempotency-Key, X-Api-Key");
}

TEST_CASE("a preflight of another page is given no permission") {
  for (const Cors& cors : {Cors({kGame}), Cors({})}) {
    const http::Response answer = cors.Preflight(PreflightOf("https://evil.example"), "POST");
    CHECK(answer.status == 200);
    for (const auto& header : answer.headers) {
      CHECK_FALSE(header.first.starts_with("Access-Control-"));
    }
  }
}

TEST_CASE("OPTIONS without the preflight's headers is no preflight") {
  http::Request request = PreflightOf(kGame);
  request.headers.pop_back();
  CHECK(Cors::IsPreflight(request));
  request.headers.pop_back();
  CHECK_FALSE(Cors::IsPreflight(request));
  request = PreflightOf(kGame);
  request.method = "POST";
  CHECK_FALSE(Cors::IsPreflight(request));
}

TEST_CASE("answers name the origin, and caches keep them apart") {
  const auto mark = [](const Cors& cors, const http::Headers& headers) {
    http::Response response;
    cors.Mark(response, cors.AllowedOrigin(headers));
    return response;
  };
  const http::Response allowed = mark(Cors({kGame}), {{"Origin", kGame}});
  CHECK(HeaderOf(allowed, "Access-Control-Allow-Origin") == kGame);
  CHECK(HeaderOf(allowed, "Access-Control-Expose-Headers") == "Retry-After");
  CHECK(HeaderOf(allowed, "Vary") == "Origin");
  CHECK(HeaderOf(allowed, "Access-Control-Allow-Credentials") == "true");
  const http::Response other = mark(Cors({kGame}), {{"Origin", "https://evil.example"}});
  CHECK(HeaderOf(other, "Access-Control-Allow-Origin").empty());
  CHECK(HeaderOf(other, "Access-Control-Allow-Credentials").empty());
  CHECK(HeaderOf(other, "Vary") == "Origin");
  const http::Response any = mark(Cors({"*"}), {});
  CHECK(HeaderOf(any, "Access-Control-Allow-Origin") == "*");
  CHECK(HeaderOf(any, "Access-Control-Allow-Credentials").empty());
  CHECK(HeaderOf(any, "Vary").empty());
  // Of both, the name says more: sendBeacon works from there.
  const Cors both({"*", kGame});
  const http::Response named = mark(both, {{"Origin", kGame}});
  CHECK(HeaderOf(named, "Access-Control-Allow-Origin") == kGame);
  CHECK(HeaderOf(named, "Access-Control-Allow-Credentials") == "true");
  const http::Response unnamed = mark(both, {{"Origin", "https://other.example"}});
  CHECK(HeaderOf(unnamed, "Access-Control-Allow-Origin") == "*");
  CHECK(HeaderOf(unnamed, "Access-Control-Allow-Credentials").empty());
  CHECK(HeaderOf(unnamed, "Vary") == "Origin");
  CHECK(mark(Cors({}), {{"Origin", kGame}}).headers.empty());
}

}  // namespace gamevents::collector

// Goal: the client for browsers is small and complete. Method: the bytes that are served; that it
// works is for tests/interop/test_browser_client.py.
#include "core/collector/routes/client_routes.h"

#include "tests/support/http/header_of.h"
#include "tests/unit/catch.h"

#include <optional>
#include <string>
#include <utility>

namespace gamevents::collector {
namespace {

http::Response AskForClient(http::Headers headers) {
  std::optional<http::Response> answer;
  http::Request request{"GET", "/gamevents.js", "", std::move(headers), "", ""};
  BrowserClientRoute().handler(
      Call{request, {}, [&](http::Response&& given) { answer = std::move(given); }});
  REQUIRE(answer);
  return *std::move(answer);
}

}  // namespace

TEST_CASE("the client fits into 3 KiB and one line") {
  CHECK(kBrowserClient.size() <= 3072);
  CHECK(kBrowserClient.starts_with("(()=>{"));
  CHECK(kBrowserClient.ends_with("})();\n"));
  CHECK(kBrowserClient.find('\n') == kBrowserClient.size() - 1);
  CHECK(kBrowserClient.find("//") == std::string_view::npos);
  CHECK(kBrowserClientSha256.size() == 64);
}

TEST_CASE("who has the client already gets it no second time") {
  const http::Response first = AskForClient({});
  CHECK(first.status == 200);
  CHECK(first.body == kBrowserClient);
  const auto tag = http::HeaderOf(first, "ETag");
  const http::Response again = AskForClient({{"if-none-match", "W/\"x\", " + std::string(tag)}});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  CHECK(AskForClient({{"If-None-Match", "\"another\""}}).status == 200);
}

}  // namespace gamevents::collector

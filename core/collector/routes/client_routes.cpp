#include "core/collector/routes/client_routes.h"

#include "core/collector/request/headers.h"

#include <string>
#include <utility>

namespace gamevents::collector {
namespace {

// A page goes on with what it has for so long; then it asks whether there is another.
constexpr const char* kCaching = "public, max-age=3600";

http::Response Script(const http::Headers& asked) {
  const std::string tag = "\"" + std::string(kBrowserClientSha256.substr(0, 32)) + "\"";
  http::Response response;
  response.content_type = "text/javascript; charset=utf-8";
  response.headers = {{"ETag", tag},
                      {"Cache-Control", kCaching},
                      {"Cross-Origin-Resource-Policy", "cross-origin"},
                      {"X-Content-Type-Options", "nosniff"}};
  if (HasAlready(asked, tag)) {
    response.status = 304;
  } else {
    response.body = kBrowserClient;
  }
  return response;
}

}  // namespace

Route BrowserClientRoute() {
  Route route{{"GET"},
              "/gamevents.js",
              Access::kAny,
              "the JavaScript client for browsers' games",
              [](const Call& call) { call.reply(Script(call.request.headers)); }};
  route.headers = {{"If-None-Match", "the ETag of an answer that is known already"}};
  route.answers = {{200, "the client", "text/javascript"},
                   {304, "the client that If-None-Match names is still the one", ""}};
  route.name = "getBrowserClient";
  return route;
}

}  // namespace gamevents::collector

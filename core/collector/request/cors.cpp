#include "core/collector/request/cors.h"

#include "core/base/ascii.h"
#include "core/collector/request/headers.h"
#include "core/collector/request/router.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace gamevents::collector {
namespace {

// Every page, in the settings and in answers.
constexpr const char* kEvery = "*";

// What a page may send when it does not say what it wants to.
constexpr std::string_view kUsualHeaders =
    "Authorization, Content-Type, Idempotency-Key, X-Api-Key";

// "game.example:8443" of "https://game.example:8443".
std::string_view HostOf(std::string_view origin) {
  const size_t scheme_end = origin.find("://");
  return scheme_end == std::string_view::npos ? std::string_view() : origin.substr(scheme_end + 3);
}

std::vector<std::string> WithoutStar(std::vector<std::string> origins) {
  std::erase(origins, kEvery);
  return origins;
}

// A list of header names, so that nothing else is repeated in an answer.
bool IsHeaderList(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~, \t";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || kMarks.find(c) != kMarks.npos;
  });
}

}  // namespace

Cors::Cors(const std::vector<std::string>& origins)
    : origins_(WithoutStar(origins)), any_(origins_.size() != origins.size()) {}

bool Cors::Admits(const http::Headers& headers) const {
  const auto origin = FindHeader(headers, "Origin");
  if (!origin || AllowedOrigin(headers)) return true;
  // The scheme is not compared: a proxy in front may have ended the page's TLS.
  const auto host = FindHeader(headers, "Host");
  return host && !host->empty() && EqualsIgnoringCase(HostOf(*origin), *host);
}

bool Cors::AdmitsStoring(const http::Headers& headers) const {
  const auto site = FindHeader(headers, "Sec-Fetch-Site");
  if (!site || (*site != "cross-site" && *site != "same-site")) return true;
  return any_ || IsListed(headers);
}

bool Cors::IsListed(const http::Headers& headers) const {
  const auto origin = FindHeader(headers, "Origin");
  return origin && std::ranges::find(origins_, *origin) != origins_.end();
}

bool Cors::IsPreflight(const http::Request& request) {
  return std::string_view(request.method) == "OPTIONS" && FindHeader(request.headers, "Origin") &&
         FindHeader(request.headers, "Access-Control-Request-Method");
}

http::Response Cors::Preflight(const http::Request& request, const std::string& methods) const {
  http::Response response = TextResponse(200, "");
  response.headers.emplace_back("Allow", methods);
  if (AllowedOrigin(request.headers)) {
    const auto asked = FindHeader(request.headers, "Access-Control-Request-Headers");
    response.headers.emplace_back("Access-Control-Allow-Methods", methods);
    response.headers.emplace_back("Access-Control-Allow-Headers",
                                  asked && IsHeaderList(*asked) ? *asked : kUsualHeaders);
    response.headers.emplace_back("Access-Control-Max-Age",
                                  std::to_string(kPreflightMaxAge.count()));
  }
  response.headers.emplace_back("Vary",
                                "Access-Control-Request-Method, Access-Control-Request-Headers");
  return response;
}

std::optional<std::string> Cors::AllowedOrigin(const http::Headers& headers) const {
  if (IsListed(headers)) return std::string(*FindHeader(headers, "Origin"));
  return any_ ? std::optional<std::string>(kEvery) : std::nullopt;
}

void Cors::Mark(http::Response& response, const std::optional<std::string>& allowed_origin) const {
  if (!enabled()) return;
  if (!origins_.empty()) response.headers.emplace_back("Vary", "Origin");
  if (!allowed_origin) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", *allowed_origin);
  if (*allowed_origin != kEvery) {
    response.headers.emplace_back("Access-Control-Allow-Credentials", "true");
  }
  response.headers.emplace_back("Access-Control-Expose-Headers", "Retry-After");
}

}  // namespace gamevents::collector

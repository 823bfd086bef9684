#include "core/collector/request/router.h"

#include "core/base/check.h"
#include "core/base/result.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::collector {
namespace {

// "/a/<b>" gives "a" and "<b>"; "/" gives "".
std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t slash = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, slash));
    path.remove_prefix(slash);
  }
  return parts;
}

bool IsName(std::string_view pattern_part) { return pattern_part.starts_with('<'); }

Result<std::string> DecodePart(std::string_view raw) {
  auto decoded = PercentDecode(raw);
  if (decoded && !IsUtf8(*decoded)) return Error{Fault::kBadInput, "it is not valid UTF-8"};
  return decoded;
}

// A letter that is percent-encoded without need is still that letter (RFC 3986 section 6.2.2.2).
bool IsLiteral(std::string_view raw, std::string_view literal) {
  if (raw.find('%') == std::string_view::npos) return raw == literal;
  const auto decoded = PercentDecode(raw);
  return decoded && *decoded == literal;
}

bool Matches(const std::vector<std::string_view>& pattern,
             const std::vector<std::string_view>& parts) {
  if (pattern.size() != parts.size()) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (IsName(pattern[i]) ? parts[i].empty() : !IsLiteral(parts[i], pattern[i])) return false;
  }
  return true;
}

// The values of the pattern's names. Errors: kBadInput, naming the part.
Result<std::vector<std::string>> DecodeNames(const std::vector<std::string_view>& pattern,
                                             const std::vector<std::string_view>& parts) {
  std::vector<std::string> values;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (!IsName(pattern[i])) continue;
    auto decoded = DecodePart(parts[i]);
    if (!decoded) {
      return std::move(decoded).error().In("the path's part " + std::string(pattern[i]));
    }
    values.push_back(std::move(decoded).value());
  }
  return values;
}

bool Takes(const Route& route, std::string_view method) {
  return std::ranges::find(route.methods, method == "HEAD" ? "GET" : method) != route.methods.end();
}

bool IsHttpMethod(std::string_view method) {
  constexpr auto kMethods = std::to_array<std::string_view>(
      {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"});
  return std::ranges::find(kMethods, method) != kMethods.end();
}

http::Response Options(std::string allowed) {
  http::Response response = TextResponse(200, "");
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

http::Response NoRoute(std::span<const Route> routes) {
  std::string body = "there is no such route; there are:\n";
  std::string_view last;
  for (const Route& route : routes) {
    if (route.pattern != last) body.append(route.pattern).append("\n");
    last = route.pattern;
  }
  return TextResponse(404, std::move(body));
}

http::Response MethodRefused(std::string_view pattern, std::string allowed,
                             std::string_view method) {
  if (!IsHttpMethod(method)) return TextResponse(501, "the request's method is not known\n");
  http::Response response = TextResponse(
      405, std::string(pattern) + " takes " + allowed + ", not " + std::string(method) + "\n");
  response.headers.emplace_back("Allow", std::move(allowed));
  return response;
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (const Route& route : routes_) {
    INVARIANT(route.pattern.starts_with('/'));
    patterns_.push_back(Split(route.pattern));
  }
}

void Router::Answer(http::Request request, http::Reply reply, const Visit& visit) const {
  const std::vector<std::string_view> parts = Split(request.path);
  // The first route that matches and, of the same pattern, the one that takes the method.
  const auto matches = [&](size_t i) { return Matches(patterns_[i], parts); };
  size_t first = request.path.starts_with('/') ? 0 : routes_.size();
  while (first < routes_.size() && !matches(first)) ++first;
  size_t found = first;
  while (found < routes_.size() && (routes_[found].pattern != routes_[first].pattern ||
                                    !Takes(routes_[found], request.method))) {
    ++found;
  }
  const bool taken = found < routes_.size();
  if (visit && !visit(taken ? found : first, request, reply)) return;
  if (first == routes_.size()) return reply(NoRoute(routes_));
  const Route& route = routes_[taken ? found : first];
  if (request.method == "OPTIONS") return reply(Options(AllowedMethods(routes_, route.pattern)));
  if (!taken) {
    return reply(
        MethodRefused(route.pattern, AllowedMethods(routes_, route.pattern), request.method));
  }
  auto names = DecodeNames(patterns_[found], parts);
  if (!names) return reply(TextResponse(400, names.error().context + "\n"));
  route.handler(Call{std::move(request), std::move(names).value(), std::move(reply)});
}

std::string AllowedMethods(std::span<const Route> routes, std::string_view pattern) {
  std::string allowed;
  for (const Route& route : routes) {
    if (route.pattern != pattern) continue;
    for (const std::string_view name : route.methods) {
      allowed.append(name).append(", ");
      if (name == "GET") allowed.append("HEAD, ");
    }
  }
  return allowed.append("OPTIONS");
}

http::Response TextResponse(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

}  // namespace gamevents::collector

#include "core/collector/request/router.h"

#include "core/base/check.h"
#include "core/base/result.h"
#include "core/base/text.h"
#include "core/http/refusals.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace gamevents::collector {
namespace {

using problem::Code;

// The longest path of which it is guessed what was meant by it: longer than any that a person
// types, and short enough to be compared with every route.
constexpr size_t kGuessedPathMax = 100;

// "/a/<b>" gives "a" and "<b>"; "/" gives "". Into `parts`, which may have had those of another.
void SplitInto(std::vector<std::string_view>& parts, std::string_view path) {
  parts.clear();
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t slash = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, slash));
    path.remove_prefix(slash);
  }
}

std::vector<std::string_view> Split(std::string_view path) {
  std::vector<std::string_view> parts;
  SplitInto(parts, path);
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
             const std::vector<std::string_view>& parts, bool trailing_slash) {
  const bool has_slash = trailing_slash && parts.size() > 1 && parts.back().empty();
  if (pattern.size() != parts.size() - (has_slash ? 1 : 0)) return false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (IsName(pattern[i]) ? parts[i].empty() : !IsLiteral(parts[i], pattern[i])) return false;
  }
  return true;
}

// Appends the values of the pattern's names; or says what is wrong with one.
std::optional<problem::Problem> DecodeNames(const std::vector<std::string_view>& pattern,
                                            const std::vector<std::string_view>& parts,
                                            std::vector<std::string>& values) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (!IsName(pattern[i])) continue;
    auto decoded = DecodePart(parts[i]);
    if (!decoded) {
      const std::string_view name = pattern[i].substr(1, pattern[i].size() - 2);
      return problem::Problem{
          .code = Code::kMalformedPath,
          .detail =
              std::move(decoded).error().In("the path's part " + std::string(pattern[i])).context,
          .field = std::string(name)};
    }
    values.push_back(std::move(decoded).value());
  }
  return std::nullopt;
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

// What the routes of each pattern take, as a person reads it: "GET, POST". In the patterns' order.
std::map<std::string_view, std::string> MethodsByPattern(std::span<const Route> routes) {
  std::map<std::string_view, std::string> methods;
  for (const Route& route : routes) {
    std::string& of = methods[route.pattern];
    for (const std::string_view name : route.methods) {
      of.append(of.empty() ? "" : ", ").append(name);
    }
  }
  return methods;
}

// `pattern` with what `parts` have in the place of its names.
std::string FilledIn(const std::vector<std::string_view>& pattern,
                     const std::vector<std::string_view>& parts) {
  std::string path;
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool is_filled = IsName(pattern[i]) && i < parts.size() && !parts[i].empty();
    path.append("/").append(is_filled ? parts[i] : pattern[i]);
  }
  return path;
}

// The pattern that a path was meant for, if it is near enough to one; empty otherwise. A path that
// begins like one pattern's is meant for that, however it ends. The root is near to every short
// path, so it is never guessed.
std::string_view NearestPattern(std::span<const std::vector<std::string_view>> patterns,
                                std::span<const Route> routes, std::string_view path) {
  if (path.size() > kGuessedPathMax) return {};
  const std::vector<std::string_view> parts = Split(path);
  std::vector<std::string> wholes;
  std::vector<std::string_view> firsts;
  for (const std::vector<std::string_view>& pattern : patterns) {
    const bool is_root = pattern.front().empty();
    wholes.push_back(is_root ? std::string() : FilledIn(pattern, parts));
    firsts.push_back(pattern.front());
  }
  const auto nearest_of = [&](std::string_view word,
                              std::span<const std::string_view> list) -> std::string_view {
    const auto nearest = NearestWord(word, list);
    if (!nearest || nearest->empty()) return {};
    return routes[static_cast<size_t>(std::ranges::find(list, *nearest) - list.begin())].pattern;
  };
  // Where a pattern begins just so, others are out of the question.
  if (!parts.empty() && !parts.front().empty() &&
      std::ranges::find(firsts, parts.front()) != firsts.end()) {
    for (size_t i = 0; i < wholes.size(); ++i) {
      if (firsts[i] != parts.front()) wholes[i].clear();
    }
  }
  const std::vector<std::string_view> candidates(wholes.begin(), wholes.end());
  const std::string_view whole = nearest_of(path, candidates);
  if (!whole.empty() || parts.empty() || parts.front().empty()) return whole;
  return nearest_of(parts.front(), firsts);
}

http::Response NoRoute(std::span<const Route> routes, std::string_view nearest) {
  const auto methods = MethodsByPattern(routes);
  size_t width = 0;
  for (const auto& [pattern, of] : methods) width = std::max(width, of.size());
  std::string body = "there is no such route";
  if (!nearest.empty()) {
    body.append("; did you mean ").append(methods.at(nearest)).append(" ").append(nearest) += "?";
  }
  body += nearest.empty() ? "; there are:\n" : "\nthere are:\n";
  for (const auto& [pattern, of] : methods) {
    body.append(of).append(width + 2 - of.size(), ' ').append(pattern).append("\n");
  }
  body.pop_back();  // a refusal's text ends with a line feed of its own
  problem::Problem why{.code = Code::kUnknownRoute, .detail = std::move(body)};
  for (const auto& [pattern, of] : methods) why.allowed.push_back(of + " " + std::string(pattern));
  if (!nearest.empty()) why.nearest = methods.at(nearest) + " " + std::string(nearest);
  return http::RefusalResponse(std::move(why));
}

http::Response MethodRefused(std::string_view pattern, std::string allowed,
                             std::string_view method) {
  if (!IsHttpMethod(method)) {
    return http::RefusalResponse(
        {.code = Code::kUnknownMethod, .detail = "the request's method is not known"});
  }
  problem::Problem why{
      .code = Code::kMethodNotAllowed,
      .detail = std::string(pattern) + " takes " + allowed + ", not " + std::string(method)};
  for (std::string_view rest = allowed; !rest.empty();) {
    const std::string_view name = rest.substr(0, rest.find(','));
    why.allowed.emplace_back(name);
    rest.remove_prefix(std::min(name.size() + 2, rest.size()));  // ", "
  }
  http::Response response = http::RefusalResponse(std::move(why));
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

void Router::Answer(http::Request&& request, http::Reply&& reply, const Visit& visit) const {
  thread_local std::vector<std::string_view> parts;  // keeps its room from request to request
  SplitInto(parts, request.path);
  // The first route that matches and, of the same pattern, the one that takes the method.
  const auto matches = [&](size_t i) {
    return Matches(patterns_[i], parts, routes_[i].trailing_slash);
  };
  size_t first = request.path.starts_with('/') ? 0 : routes_.size();
  while (first < routes_.size() && !matches(first)) ++first;
  size_t found = first;
  const auto takes = [&](size_t i) {
    return (i == first || routes_[i].pattern == routes_[first].pattern) &&
           Takes(routes_[i], request.method);
  };
  while (found < routes_.size() && !takes(found)) ++found;
  const bool taken = found < routes_.size();
  if (visit && !visit(taken ? found : first, request, reply)) return;
  if (first == routes_.size()) {
    return reply(NoRoute(routes_, NearestPattern(patterns_, routes_, request.path)));
  }
  const Route& route = routes_[taken ? found : first];
  if (std::string_view(request.method) == "OPTIONS")
    return reply(Options(AllowedMethods(routes_, route.pattern)));
  if (!taken) {
    return reply(
        MethodRefused(route.pattern, AllowedMethods(routes_, route.pattern), request.method));
  }
  Call call{request, {}, std::move(reply)};
  if (auto flaw = DecodeNames(patterns_[found], parts, call.parts)) {
    return call.reply(http::RefusalResponse(std::move(*flaw)));
  }
  route.handler(std::move(call));
}

bool Route::answers_json() const {
  const auto answers_with = [this](std::string_view media_type) {
    return std::ranges::any_of(answers, [&](const RouteAnswer& each) {
      return each.status == 200 && each.media_type == media_type;
    });
  };
  return answers_with("application/json") && !answers_with("text/plain");
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
  return response;
}

}  // namespace gamevents::collector

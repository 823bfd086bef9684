#include "core/collector/dialects/foreign_json.h"

#include "core/base/gunzip.h"
#include "core/base/text.h"
#include "core/collector/request/body.h"
#include "core/collector/request/headers.h"
#include "core/collector/request/json_text.h"

#include <algorithm>
#include <utility>

namespace gamevents::collector {
namespace {

constexpr std::string_view kGzipMagic = "\x1F\x8B";

Error BrokenAt(size_t at, std::string_view what) {
  return {Fault::kBadInput,
          "the object is broken at byte " + std::to_string(at) + ": " + std::string(what)};
}

// Base64 as SDKs write it: in either alphabet, with or without padding, its '+' taken for a space.
Result<std::string> DecodeData(std::string data) {
  const size_t begin = SkipSpace(data, 0);
  if (begin < data.size() && (data[begin] == '{' || data[begin] == '[')) return data;
  std::ranges::replace(data, ' ', '+');
  std::ranges::replace(data, '-', '+');
  std::ranges::replace(data, '_', '/');
  while (data.size() % 4 != 0) data += '=';
  auto decoded = Base64Decode(data);
  if (!decoded) return std::move(decoded).error().In("data is neither JSON nor base64");
  return decoded;
}

}  // namespace

std::optional<std::string> FormValue(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const size_t end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (!pair.starts_with(name) || pair.substr(name.size(), 1) != "=") continue;
    std::string value(pair.substr(name.size() + 1));
    std::ranges::replace(value, '+', ' ');
    auto decoded = PercentDecode(value);
    if (!decoded || !IsUtf8(*decoded)) return std::nullopt;
    return std::move(decoded).value();
  }
  return std::nullopt;
}

Result<std::optional<std::string>> Unwrap(const http::Request& request, size_t bytes_max) {
  const std::string_view body = request.body;
  if (body.starts_with(kGzipMagic)) {
    auto plain = Gunzip(body, bytes_max);
    if (!plain) return std::move(plain).error();
    return std::optional(std::move(plain).value());
  }
  const MediaType type = ParseMediaType(FindHeader(request.headers, "Content-Type").value_or(""));
  const bool is_form =
      type.name == "application/x-www-form-urlencoded" || body.starts_with("data=");
  const bool in_query = body.empty() && request.method == "GET";
  if (!is_form && !in_query) return std::optional<std::string>();
  // Clients say that JSON is a form, too.
  const size_t begin = SkipSpace(body, 0);
  if (begin < body.size() && (body[begin] == '{' || body[begin] == '[')) {
    return std::optional<std::string>();
  }
  auto data = FormValue(in_query ? std::string_view(request.query) : body, "data");
  if (!data) return Error{Fault::kBadInput, "the form has no data, which holds the events"};
  auto json = DecodeData(std::move(data).value());
  if (!json) return std::move(json).error();
  return std::optional(std::move(json).value());
}

Status VisitMembers(
    std::string_view object,
    const std::function<void(std::string_view name, std::string_view value)>& visit) {
  const auto is = [&](size_t at, char c) { return at < object.size() && object[at] == c; };
  size_t at = SkipSpace(object, 0);
  if (!is(at, '{')) return BrokenAt(at, "it must begin with '{'");
  at = SkipSpace(object, at + 1);
  if (is(at, '}')) return Done{};
  while (true) {
    if (!is(at, '"')) return BrokenAt(at, "expected a name");
    const size_t name_end = EndOfValue(object, at);
    if (name_end == object.npos) return BrokenAt(at, "the name that begins here does not end");
    const std::string_view name = object.substr(at + 1, name_end - at - 2);
    at = SkipSpace(object, name_end);
    if (!is(at, ':')) return BrokenAt(at, "expected ':'");
    at = SkipSpace(object, at + 1);
    const size_t end = EndOfValue(object, at);
    if (end == object.npos) return BrokenAt(at, "the value that begins here does not end");
    if (end == at) return BrokenAt(at, "a value is missing");
    visit(name, object.substr(at, end - at));
    at = SkipSpace(object, end);
    if (is(at, '}')) return Done{};
    if (!is(at, ',')) return BrokenAt(at, "expected ',' or '}'");
    at = SkipSpace(object, at + 1);
  }
}

Result<std::optional<std::string_view>> ValueAt(std::string_view object, std::string_view place) {
  const size_t dot = place.find('.');
  std::optional<std::string_view> found;
  const Status visited = VisitMembers(object, [&](std::string_view name, std::string_view value) {
    if (!found && name == place.substr(0, dot)) found = value;
  });
  if (!visited) return Error(visited.error());
  if (dot == place.npos || !found) return found;
  if (!found->starts_with('{')) return std::optional<std::string_view>();
  return ValueAt(*found, place.substr(dot + 1));
}

std::optional<std::string_view> PlainText(std::string_view value) {
  if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"')) return std::nullopt;
  const std::string_view text = value.substr(1, value.size() - 2);
  if (text.find('\\') != text.npos) return std::nullopt;
  return text;
}

}  // namespace gamevents::collector

#include "core/collector/request/arguments.h"

#include "core/base/number.h"
#include "core/base/text.h"
#include "core/collector/request/body.h"
#include "core/event/document.h"

#include <algorithm>
#include <utility>

namespace gamevents::collector {
namespace {

// The query's own encoding (WHATWG's form-urlencoded): a '+' is a space.
Result<std::string> Decode(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  auto decoded = PercentDecode(spaced);
  if (!decoded) return decoded;
  if (!IsUtf8(*decoded)) return Error{Fault::kBadInput, "not valid UTF-8"};
  return decoded;
}

/// "there are: type, quantity", or that there are none.
std::string Known(std::span<const std::string_view> names) {
  if (names.empty()) return "there are none";
  std::string list;
  for (const std::string_view name : names) list.append(list.empty() ? "" : ", ").append(name);
  return "there are: " + list;
}

}  // namespace

Result<Arguments> Arguments::Read(const http::Request& request,
                                  std::span<const std::string_view> known) {
  Arguments arguments;
  if (Status read = arguments.ReadQuery(request.query, known); !read) {
    return std::move(read).error().In("the query");
  }
  const bool has_body = request.body.find_first_not_of(" \t\r\n") != std::string::npos;
  if (has_body && request.method != "GET" && request.method != "HEAD") {
    if (Status read = arguments.ReadBody(request.body, known); !read) {
      return std::move(read).error().In("the body");
    }
  }
  return arguments;
}

Status Arguments::ExpectNone(const http::Request& request) {
  Arguments none;
  Status read = none.ReadQuery(request.query, {});
  if (!read) return std::move(read).error().In("the query");
  return Done{};
}

Status Arguments::Add(std::string name, std::string value,
                      std::span<const std::string_view> known) {
  if (std::ranges::find(known, name) == known.end()) {
    return Error{Fault::kBadInput,
                 "'" + name + "' is not known here; " + Known(known) + DidYouMean(name, known)};
  }
  if (!values_.emplace(name, std::move(value)).second) {
    return Error{Fault::kBadInput, name + " is given twice"};
  }
  return Done{};
}

Status Arguments::ReadQuery(std::string_view query, std::span<const std::string_view> known) {
  for (size_t count = 0; !query.empty(); ++count) {
    if (count == kArgumentsMax) {
      return Error{Fault::kBadInput, "more than " + std::to_string(kArgumentsMax) + " arguments"};
    }
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = Decode(pair.substr(0, equals));
    if (!name) return std::move(name).error();
    auto value = Decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return std::move(value).error().In(*name);
    Status added = Add(std::move(name).value(), std::move(value).value(), known);
    if (!added) return added;
  }
  return Done{};
}

Status Arguments::ReadBody(std::string_view body, std::span<const std::string_view> known) {
  event::Document document;
  if (Status parsed = document.Parse(SkipByteOrderMark(body)); !parsed) return parsed;
  Status added = Done{};
  document.ForEachField([&](std::string_view name, const event::Value& value) {
    if (!added) return;
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      added = Add(std::string(name), std::string(*text), known);
    } else if (const auto* number = std::get_if<int64_t>(&value)) {
      added = Add(std::string(name), std::to_string(*number), known);
    } else if (const auto* digits = std::get_if<event::Digits>(&value)) {
      added = Add(std::string(name), std::string(digits->text), known);
    } else {
      added = Error{Fault::kBadInput, std::string(name) + ": expected a text or a whole number"};
    }
  });
  return added;
}

std::optional<std::string_view> Arguments::Find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::string Arguments::Text(std::string_view name) const {
  return std::string(Find(name).value_or(std::string_view()));
}

Result<std::optional<int64_t>> Arguments::Number(std::string_view name, Range range) const {
  const auto text = Find(name);
  if (!text) return std::optional<int64_t>();
  const auto number = ParseWholeNumber<int64_t>(*text);
  if (number && *number >= range.min && *number <= range.max) return number;
  return Error{Fault::kBadInput, std::string(name) + ": '" + std::string(*text) +
                                     "' is not a whole number of " + std::to_string(range.min) +
                                     " to " + std::to_string(range.max)};
}

}  // namespace gamevents::collector

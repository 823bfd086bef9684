#include "core/collector/request/arguments.h"

#include "core/base/number.h"
#include "core/base/text.h"
#include "core/collector/request/body.h"
#include "core/event/document.h"

#include <algorithm>
#include <utility>

namespace gamevents::collector {
namespace {

using problem::Code;
using problem::OrProblem;
using problem::Problem;

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

Problem Invalid(std::string field, std::string why) {
  return {.code = Code::kInvalidArgument, .detail = std::move(why), .field = std::move(field)};
}

}  // namespace

OrProblem<Arguments> Arguments::Read(const http::Request& request,
                                     std::span<const std::string_view> known) {
  auto arguments = ReadQueryAlone(request, known);
  if (!arguments) return arguments;
  const bool has_body = request.body.find_first_not_of(" \t\r\n") != std::string::npos;
  if (has_body && request.method != "GET" && request.method != "HEAD") {
    if (Flaw flaw = arguments->ReadBody(request.body, known)) {
      return (*std::move(flaw)).In("the body");
    }
  }
  return arguments;
}

OrProblem<Arguments> Arguments::ReadQueryAlone(const http::Request& request,
                                               std::span<const std::string_view> known) {
  Arguments arguments;
  if (Flaw flaw = arguments.ReadQuery(request.query, known)) {
    return (*std::move(flaw)).In("the query");
  }
  return arguments;
}

std::optional<Problem> Arguments::ExpectNone(const http::Request& request) {
  auto none = ReadQueryAlone(request, {});
  if (none) return std::nullopt;
  return std::move(none).problem();
}

Arguments::Flaw Arguments::Add(std::string name, std::string value,
                               std::span<const std::string_view> known) {
  if (std::ranges::find(known, name) == known.end()) {
    return Problem{
        .code = Code::kUnknownArgument,
        .detail = "'" + name + "' is not known here; " + Known(known) + DidYouMean(name, known),
        .field = name,
        .allowed = {known.begin(), known.end()},
        .nearest = std::string(NearestWord(name, known).value_or(""))};
  }
  if (!values_.emplace(name, std::move(value)).second) {
    return Invalid(name, name + " is given twice");
  }
  return std::nullopt;
}

Arguments::Flaw Arguments::ReadQuery(std::string_view query,
                                     std::span<const std::string_view> known) {
  for (size_t count = 0; !query.empty(); ++count) {
    if (count == kArgumentsMax) {
      return Invalid({}, "more than " + std::to_string(kArgumentsMax) + " arguments");
    }
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    auto name = Decode(pair.substr(0, equals));
    if (!name) return Invalid({}, std::move(name).error().context);
    auto value = Decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!value) return Invalid(*name, std::move(value).error().In(*name).context);
    if (Flaw flaw = Add(std::move(name).value(), std::move(value).value(), known)) return flaw;
  }
  return std::nullopt;
}

Arguments::Flaw Arguments::ReadBody(std::string_view body,
                                    std::span<const std::string_view> known) {
  event::Document document;
  if (Status parsed = document.Parse(SkipByteOrderMark(body)); !parsed) {
    return Problem{.code = Code::kMalformedBody, .detail = std::move(parsed).error().context};
  }
  Flaw flaw;
  document.ForEachField([&](std::string_view name, const event::Value& value) {
    if (flaw) return;
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      flaw = Add(std::string(name), std::string(*text), known);
    } else if (const auto* number = std::get_if<int64_t>(&value)) {
      flaw = Add(std::string(name), std::to_string(*number), known);
    } else if (const auto* digits = std::get_if<event::Digits>(&value)) {
      flaw = Add(std::string(name), std::string(digits->text), known);
    } else {
      flaw = Invalid(std::string(name), std::string(name) + ": expected a text or a whole number");
    }
  });
  return flaw;
}

std::optional<std::string_view> Arguments::Find(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::string Arguments::Text(std::string_view name) const {
  return std::string(Find(name).value_or(std::string_view()));
}

OrProblem<std::optional<int64_t>> Arguments::Number(std::string_view name, Range range) const {
  const auto text = Find(name);
  if (!text) return std::optional<int64_t>();
  const auto number = ParseWholeNumber<int64_t>(*text);
  if (number && *number >= range.min && *number <= range.max) return std::optional(*number);
  Problem why =
      Invalid(std::string(name), std::string(name) + ": '" + std::string(*text) +
                                     "' is not a whole number of " + std::to_string(range.min) +
                                     " to " + std::to_string(range.max));
  why.min = range.min;
  why.max = range.max;
  return why;
}

}  // namespace gamevents::collector

#include "core/event/filter_conditions.h"

#include "core/base/ascii.h"
#include "core/base/moment.h"
#include "core/event/filter.h"
#include "core/event/filter_cursor.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace gamevents::event {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

/// A piece of a filter's text: a word, a text or name in quotes, or a single character.
std::string_view NextPiece(std::string_view rest) {
  const char first = rest.front();
  size_t end = 1;
  if (first == '"' || first == '\'') {
    const auto length = [&](char c) { return c == '\\' ? size_t{2} : size_t{1}; };
    while (end < rest.size() && rest[end] != first) end += length(rest[end]);
    return rest.substr(0, end + 1);
  }
  // Of a value as well as of a name: `a.and` is one word.
  const auto belongs = [](char c) {
    return IsBareNameCharacter(c) || std::string_view(".:/@+").find(c) != std::string_view::npos;
  };
  if (!belongs(first)) return rest.substr(0, 1);
  while (end < rest.size() && belongs(rest[end])) ++end;
  return rest.substr(0, end);
}

/// What stands between the words `and` outside of parentheses; nullopt when an `or` stands there.
std::optional<std::vector<std::string>> PiecesBetweenAnds(std::string_view filter) {
  std::vector<std::string> parts;
  int depth = 0;
  size_t begin = 0;
  for (size_t at = 0; at < filter.size();) {
    const std::string_view piece = NextPiece(filter.substr(at));
    if (piece == "(") ++depth;
    if (piece == ")") --depth;
    if (depth == 0 && EqualsIgnoringCase(piece, "or")) return std::nullopt;
    if (depth == 0 && EqualsIgnoringCase(piece, "and")) {
      parts.emplace_back(Trim(filter.substr(begin, at - begin), kSpace));
      begin = at + piece.size();
    }
    at += piece.size();
  }
  parts.emplace_back(Trim(filter.substr(begin), kSpace));
  return parts;
}

}  // namespace

std::vector<std::string> ConditionsOf(std::string_view filter) {
  auto parts = PiecesBetweenAnds(filter);
  if (!parts) return {"(" + std::string(Trim(filter, kSpace)) + ")"};
  const auto is_filter = [](const std::string& part) {
    return Filter::Parse(part, TakeAnyMoment).ok();
  };
  if (std::ranges::all_of(*parts, is_filter)) return std::move(*parts);
  return {std::string(Trim(filter, kSpace))};
}

std::string JoinConditions(const std::vector<std::string>& conditions) {
  std::string joined;
  for (const std::string& condition : conditions) {
    joined += (joined.empty() ? "" : " and ") + condition;
  }
  return joined;
}

}  // namespace gamevents::event

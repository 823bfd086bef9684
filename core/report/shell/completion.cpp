#include "core/report/shell/completion.h"

#include "core/base/ascii.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

namespace gamevents::report::shell {
namespace {

/// SQL's words and functions that are of use here.
constexpr auto kKeywords = std::to_array<std::string_view>(
    {"ALL",           "AND",    "AS",        "ASC",       "avg(",   "BETWEEN",   "BY",
     "CASE",          "CAST",   "coalesce(", "count(",    "date(",  "datetime(", "DESC",
     "DISTINCT",      "ELSE",   "END",       "EXCEPT",    "EXISTS", "EXPLAIN",   "FROM",
     "GROUP",         "HAVING", "IN",        "INTERSECT", "IS",     "JOIN",      "json_each(",
     "json_extract(", "LEFT",   "length(",   "LIKE",      "LIMIT",  "lower(",    "max(",
     "min(",          "NOT",    "NULL",      "NULLS",     "OFFSET", "ON",        "OR",
     "ORDER",         "OVER",   "PARTITION", "round(",    "SELECT", "strftime(", "substr(",
     "sum(",          "THEN",   "typeof(",   "UNION",     "upper(", "USING",     "VALUES",
     "WHEN",          "WHERE",  "WITH"});

bool IsNameLetter(char c) {
  return c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0 ||
         std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool BeginsWith(std::string_view word, std::string_view beginning) {
  return word.size() >= beginning.size() &&
         EqualsIgnoringCase(word.substr(0, beginning.size()), beginning);
}

/// Where the name, or the text, begins that `text` ends with: behind an open quote of that kind.
std::optional<size_t> OpenQuote(std::string_view text, char quote) {
  std::optional<size_t> open;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == quote) open = open ? std::nullopt : std::optional(i);
  }
  return open;
}

std::string_view WithoutBlanks(std::string_view text) {
  const size_t last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

/// Takes the name away that `text` ends with, in double quotes or bare; "" for none.
std::string TakeName(std::string_view& text) {
  text = WithoutBlanks(text);
  if (text.ends_with('"')) {
    const size_t begin = text.rfind('"', text.size() - 2);
    if (text.size() < 2 || begin == std::string_view::npos) return {};
    std::string name(text.substr(begin + 1, text.size() - begin - 2));
    text = text.substr(0, begin);
    return name;
  }
  size_t begin = text.size();
  while (begin > 0 && IsNameLetter(text[begin - 1])) --begin;
  std::string name(text.substr(begin));
  text = text.substr(0, begin);
  return name;
}

/// The field whose values are compared where `before` ends: "kind" of "… kind = " and "… kind IN
/// ('a', ". Nothing where none is.
std::optional<std::string> ComparedField(std::string_view before) {
  std::string_view rest = WithoutBlanks(before);
  // Back over what an IN has listed already.
  if (rest.ends_with(',') || rest.ends_with('(')) {
    const size_t list = rest.rfind('(');
    if (list == std::string_view::npos) return std::nullopt;
    rest = rest.substr(0, list);
    if (!EqualsIgnoringCase(TakeName(rest), "in")) return std::nullopt;
    std::string_view negated = rest;
    if (EqualsIgnoringCase(TakeName(negated), "not")) rest = negated;
  } else {
    const size_t operators = rest.find_last_not_of("=<>!");
    if (operators == std::string_view::npos || operators + 1 == rest.size()) return std::nullopt;
    rest = rest.substr(0, operators + 1);
  }
  std::string name = TakeName(rest);
  if (name.empty()) return std::nullopt;
  return name;
}

std::string InSingleQuotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted.append(c == '\'' ? 2 : 1, c);
  return quoted + "'";
}

/// The keyword in the case of what was typed of it.
std::string InCaseOf(std::string_view typed, std::string_view keyword) {
  const bool lower = !typed.empty() && std::islower(static_cast<unsigned char>(typed.back())) != 0;
  std::string word(keyword);
  if (word.ends_with('(') || !lower) return word;
  std::ranges::transform(word, word.begin(), [](unsigned char c) { return std::tolower(c); });
  return word;
}

Completion Sorted(size_t begin, std::vector<std::string> words) {
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return {begin, std::move(words)};
}

Completion ValuesFor(std::string_view before, size_t begin, const std::string& field,
                     const Words& words) {
  std::vector<std::string> quoted;
  for (const std::string& value : words.values ? words.values(field) : std::vector<std::string>{}) {
    std::string text = InSingleQuotes(value);
    if (text.starts_with(before.substr(begin))) quoted.push_back(std::move(text));
  }
  return Sorted(begin, std::move(quoted));
}

}  // namespace

Completion Complete(std::string_view before, const Words& words) {
  if (before.starts_with('\\')) {
    std::vector<std::string> commands;
    for (const std::string& command : words.commands) {
      if (command.starts_with(before)) commands.push_back(command);
    }
    return Sorted(0, std::move(commands));
  }
  if (const auto open = OpenQuote(before, '\'')) {
    const auto field = ComparedField(before.substr(0, *open));
    return field ? ValuesFor(before, *open, *field, words) : Completion{before.size()};
  }
  const auto quoted = OpenQuote(before, '"');
  size_t begin = before.size();
  while (!quoted && begin > 0 && IsNameLetter(before[begin - 1])) --begin;
  if (quoted) begin = *quoted;
  const std::string_view typed = before.substr(begin);
  std::string_view rest = before.substr(0, begin);
  if (typed.empty()) {
    if (const auto field = ComparedField(rest)) {
      Completion values = ValuesFor(before, begin, *field, words);
      if (!values.words.empty()) return values;
    }
  }
  std::vector<std::string> found;
  const auto add = [&](const std::vector<std::string>& names) {
    std::ranges::copy_if(names, std::back_inserter(found),
                         [typed](const std::string& name) { return BeginsWith(name, typed); });
  };
  const std::string keyword = TakeName(rest);
  if (EqualsIgnoringCase(keyword, "from") || EqualsIgnoringCase(keyword, "join")) {
    add(words.tables);
    return Sorted(begin, std::move(found));
  }
  add(words.fields);
  add(words.tables);
  for (const std::string_view each : kKeywords) {
    if (BeginsWith(each, typed)) found.push_back(InCaseOf(typed, each));
  }
  return Sorted(begin, std::move(found));
}

std::string CommonBeginning(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  std::string_view common = words.front();
  for (const std::string& word : words) {
    const auto [end, _] = std::ranges::mismatch(common, word);
    common = common.substr(0, static_cast<size_t>(end - common.begin()));
  }
  // Never half of a character.
  while (!common.empty() && common.size() < words.front().size() &&
         (static_cast<unsigned char>(words.front()[common.size()]) & 0xC0) == 0x80) {
    common.remove_suffix(1);
  }
  return std::string(common);
}

}  // namespace gamevents::report::shell

#include "cmd/report/named.h"

#include "core/base/check.h"
#include "core/base/number.h"
#include "core/base/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <utility>

namespace gamevents::cmd {
namespace {

/// The flag of a report's key: "--group-by" of "group_by".
const ReportFlag& FlagOf(std::string_view part) {
  std::string name = "--" + std::string(part);
  std::ranges::replace(name, '_', '-');
  const auto table = ReportFlagTable();
  const auto found = std::ranges::find(table, name, LongName);
  INVARIANT(found != table.end());  // config::kReportParts has no other
  return *found;
}

/// Gives the flag its value. Errors: kBadInput.
Status SetFlag(const ReportFlag& flag, const std::string& text, ReportFlags& to) {
  if (flag.words != nullptr) {
    const std::vector<std::string> words = flag.words();
    if (std::ranges::find(words, text) == words.end()) {
      const std::vector<std::string_view> views(words.begin(), words.end());
      return Error{Fault::kBadInput, fmt::format("'{}' is not one of {}{}", text,
                                                 fmt::join(words, ", "), DidYouMean(text, views))};
    }
  }
  return std::visit(
      [&](auto target) -> Status {
        auto& value = to.*target;
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>) {
          value = true;
        } else if constexpr (std::is_same_v<Value, std::optional<size_t>>) {
          value = ParseWholeNumber<size_t>(text);
          if (!value || *value == 0) {
            return Error{Fault::kBadInput,
                         fmt::format("'{}' is not a number of rows; must be 1 or more", text)};
          }
        } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
          value = {text};
        } else {
          value = text;
        }
        return Done{};
      },
      flag.target);
}

}  // namespace

std::vector<std::string> ReportNames(const ReportParts& parts) {
  std::vector<std::string> names;
  for (const auto& [key, text] : parts) {
    std::string name = key.substr(0, key.rfind('.'));
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

Result<ReportFlags> NamedReport(const ReportParts& parts, const std::string& name) {
  ReportFlags flags;
  bool found = false;
  for (const auto& [key, text] : parts) {
    const size_t dot = key.rfind('.');
    if (key.substr(0, dot) != name) continue;
    found = true;
    auto set = SetFlag(FlagOf(key.substr(dot + 1)), text, flags);
    if (!set) return std::move(set).error().In("reports." + key);
  }
  if (found) return flags;
  const std::vector<std::string> names = ReportNames(parts);
  if (names.empty()) {
    return Error{Fault::kNotFound,
                 fmt::format("there is no report {}: the configuration names none, under reports "
                             "(docs/report.md)",
                             name)};
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  return Error{Fault::kNotFound, fmt::format("there is no report {}{}; there are {}", name,
                                             DidYouMean(name, views), fmt::join(names, ", "))};
}

Result<ReportFlags> WithNamed(const ReportParts& parts, const ReportFlags& typed) {
  if (!typed.name) return typed;
  const auto named = NamedReport(parts, *typed.name);
  if (!named) return Error(named.error());
  ReportFlags flags = typed;
  for (const ReportFlag& flag : ReportFlagTable()) {
    // A page alone has a place for a title, and for the chart that a report chooses for itself.
    const bool is_of_page = LongName(flag) == "--title" || LongName(flag) == "--chart";
    if (IsTyped(flag, typed) || (is_of_page && typed.format != "html")) continue;
    std::visit([&](auto target) { flags.*target = (*named).*target; }, flag.target);
  }
  return flags;
}

}  // namespace gamevents::cmd

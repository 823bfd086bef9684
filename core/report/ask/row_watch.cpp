#include "core/report/ask/row_watch.h"

#include "core/base/text.h"
#include "core/report/ask/field_list.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

// Cells as a filter sees fields. Bytes and times have no kind of their own there, so they are
// texts, which compare as the times do.
class CellFields final : public event::FieldSource {
 public:
  CellFields(std::span<const std::string> names, const Row& row) : names_(names), row_(row) {}

  event::Value Field(const event::FieldPath& path) const override {
    const auto found = std::ranges::find(names_, FieldName(path));
    if (found == names_.end()) return event::Missing{};
    const Cell& cell = row_[static_cast<size_t>(found - names_.begin())];
    return std::visit([&](const auto& value) { return ValueOf(value, cell); }, cell);
  }

 private:
  template <class T>
  event::Value ValueOf(const T& value, const Cell& cell) const {
    if constexpr (std::is_same_v<T, std::monostate>) {
      return event::Null{};
    } else if constexpr (std::is_same_v<T, std::string>) {
      return std::string_view(value);
    } else if constexpr (std::is_same_v<T, event::OwnedDigits>) {
      return event::Digits(value);
    } else if constexpr (std::is_same_v<T, Json>) {
      return event::RawJson{value.text};
    } else if constexpr (std::is_same_v<T, Bytes> || std::is_same_v<T, Time>) {
      text_ = ExactText(cell);
      return std::string_view(text_);
    } else {
      return value;
    }
  }

  std::span<const std::string> names_;
  const Row& row_;
  mutable std::string text_;  // what the last value views
};

bool IsText(const event::Literal& literal) { return std::holds_alternative<std::string>(literal); }

bool HasKind(const event::Literal& literal) {
  return !std::holds_alternative<event::Null>(literal) && !std::holds_alternative<bool>(literal);
}

/// Gathers the comparisons of a condition that are with numbers and texts.
void AddComparisons(const event::Node& node, std::vector<const event::Comparison*>& out) {
  const auto add_parts = [&out](const std::vector<event::Node>& parts) {
    for (const event::Node& part : parts) AddComparisons(part, out);
  };
  if (const auto* comparison = std::get_if<event::Comparison>(&node.kind)) {
    if (HasKind(comparison->value)) out.push_back(comparison);
  } else if (const auto* negated = std::get_if<event::Not>(&node.kind)) {
    AddComparisons(*negated->inner, out);
  } else if (const auto* all = std::get_if<event::All>(&node.kind)) {
    add_parts(all->parts);
  } else if (const auto* any = std::get_if<event::Any>(&node.kind)) {
    add_parts(any->parts);
  }
}

bool IsNumberOf(const event::Value& value) {
  return std::holds_alternative<int64_t>(value) || std::holds_alternative<double>(value) ||
         std::holds_alternative<event::Digits>(value);
}

}  // namespace

RowWatch::RowWatch(event::Filter condition) : condition_(std::move(condition)) {
  std::vector<const event::Comparison*> comparisons;
  AddComparisons(condition_.tree().root, comparisons);
  for (const event::Comparison* comparison : comparisons) compared_.push_back({comparison});
}

Status RowWatch::Begin(std::span<const Heading> headings) {
  names_.clear();
  for (const Heading& heading : headings) names_.push_back(heading.name);
  for (const event::FieldPath& path : condition_.fields()) {
    const std::string name = FieldName(path);
    if (std::ranges::find(names_, name) != names_.end()) continue;
    std::string known;
    for (const std::string& each : names_) {
      known.append(known.empty() ? "" : ", ").append(event::FormatFieldPath({each}));
    }
    const std::vector<std::string_view> views(names_.begin(), names_.end());
    return Error{Fault::kBadInput, "the answer has no column " + name + DidYouMean(name, views) +
                                       "; it has " + known};
  }
  return Done{};
}

std::string RowWatch::NeverAlike() const {
  for (const Compared& each : compared_) {
    if (each.met_alike || !each.met_other) continue;
    const auto* text = std::get_if<std::string>(&each.comparison->value);
    const std::string column = event::FormatFieldPath(each.comparison->field);
    return text == nullptr ? column + " is never a number: a text stands in quotes"
                           : column + " is never a text, as " + event::QuoteText(*text) + " is";
  }
  return "";
}

void RowWatch::See(const Row& row) {
  const CellFields fields(names_, row);
  for (Compared& each : compared_) {
    if (each.met_alike) continue;
    const event::Value value = fields.Field(each.comparison->field);
    const bool is_text = std::holds_alternative<std::string_view>(value);
    if (!is_text && !IsNumberOf(value)) continue;
    (is_text == IsText(each.comparison->value) ? each.met_alike : each.met_other) = true;
  }
  if (!condition_.Matches(fields)) return;
  ++met_;
  if (met_ > 1) return;
  for (size_t i = 0; i < row.size(); ++i) {
    first_.append(first_.empty() ? "" : ", ").append(names_[i]).append(" ");
    first_ += CellText(row[i]);
  }
}

}  // namespace gamevents::report

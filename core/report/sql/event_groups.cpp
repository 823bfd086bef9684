#include "core/report/sql/event_groups.h"

#include "core/event/number.h"
#include "core/report/scan/column.h"
#include "core/report/sql/event_scan.h"
#include "core/report/steps/accumulator.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::report::sql {
namespace {

/// How a value stands to one that a statement has written out, which has no affinity, and neither
/// has a column of `events`: a number is less than any text.
struct WrittenOrder {
  std::partial_ordering operator()(int64_t a, int64_t b) const { return a <=> b; }
  std::partial_ordering operator()(double a, int64_t b) const {
    return 0 <=> event::CompareNumbers(b, a);
  }
  std::partial_ordering operator()(std::string_view a, const std::string& b) const {
    return a <=> b;
  }
  std::partial_ordering operator()(std::string_view, int64_t) const {
    return std::partial_ordering::greater;
  }
  template <class A, class B>
  std::partial_ordering operator()(const A&, const B&) const {
    return std::partial_ordering::less;
  }
};

report::Columns KeysOf(const GroupedStatement& asked) {
  report::Columns keys;
  for (size_t i = 0; i < asked.fields.size(); ++i) {
    if (!asked.fields[i].is_key) continue;
    keys.push_back(FieldColumn({asked.fields[i].name}));
    keys.back().heading.name = GroupColumn(GroupPart::kKey, i);
  }
  return keys;
}

std::vector<Aggregate> PartsOf(const GroupedStatement& asked) {
  using enum Aggregate::Function;
  std::vector<Aggregate> parts = {{.heading = kGroupCount}};
  for (size_t i = 0; i < asked.fields.size(); ++i) {
    const GroupedField& field = asked.fields[i];
    const auto add = [&](Aggregate::Function function, GroupPart part) {
      parts.push_back(
          {.function = function, .field = {field.name}, .heading = GroupColumn(part, i)});
    };
    if (field.counted || field.HasParts()) add(kCount, GroupPart::kCount);
    if (!field.HasParts()) continue;
    add(kSum, GroupPart::kSum);
    add(kMin, GroupPart::kLeast);
    add(kMax, GroupPart::kMost);
  }
  return parts;
}

/// A number that equals none of another type.
bool IsFraction(const Cell& cell) {
  const auto* number = std::get_if<double>(&cell);
  return number != nullptr && std::trunc(*number) != *number;
}

/// Whether it is a number that may stand for equal ones of another type.
bool MayEqualAnother(const Cell& cell) {
  return IsNumber(cell) && !std::holds_alternative<int64_t>(cell) && !IsFraction(cell);
}

/// What is gathered of one field in one group.
struct Parts {
  int64_t count = 0;
  const Cell* sum = nullptr;
  const Cell* least = nullptr;
  const Cell* most = nullptr;

  bool AreWhole() const {
    return std::ranges::all_of(std::to_array({sum, least, most}), [](const Cell* cell) {
      return std::holds_alternative<int64_t>(*cell);
    });
  }
  bool AreTexts() const {
    return std::holds_alternative<std::string>(*least) &&
           std::holds_alternative<std::string>(*most);
  }
  /// Not less than what is added up, in any order, is from 0. Requires: AreWhole().
  WideInteger Reach() const {
    const WideInteger down = -WideInteger{std::get<int64_t>(*least)};
    return WideInteger{count} * std::max<WideInteger>(down, std::get<int64_t>(*most));
  }
};

Parts PartsAt(const report::Table& table, const Row& row, size_t field) {
  const auto cell = [&](GroupPart part) {
    const auto at = std::ranges::find(table.headings, GroupColumn(part, field), &Heading::name);
    return &row[static_cast<size_t>(at - table.headings.begin())];
  };
  return {std::get<int64_t>(*cell(GroupPart::kCount)), cell(GroupPart::kSum),
          cell(GroupPart::kLeast), cell(GroupPart::kMost)};
}

/// Whether sums and extremes of the field are SQLite's, in whatever order it sees the rows.
bool AreCertain(const report::Table& table, const GroupedField& field, size_t at) {
  constexpr WideInteger kExactInDouble = WideInteger{1} << 53;
  WideInteger reach = 0;
  for (const Row& row : table.rows) {
    const Parts parts = PartsAt(table, row, at);
    if (parts.count == 0) continue;
    if (parts.AreWhole()) {
      reach += parts.Reach();
      continue;
    }
    const bool extremes = parts.AreTexts() || (IsFraction(*parts.least) && IsFraction(*parts.most));
    if (field.summed || field.averaged || !extremes) return false;
  }
  return (!field.summed || reach <= std::numeric_limits<int64_t>::max()) &&
         (!field.averaged || reach <= kExactInDouble);
}

/// Makes the cell what SQLite is given of it.
void MakePlain(Cell& cell) {
  if (const auto* truth = std::get_if<bool>(&cell)) {
    cell = int64_t{*truth ? 1 : 0};
  } else if (auto* json = std::get_if<Json>(&cell)) {
    std::string text = std::move(json->text);
    cell = std::move(text);
  }
}

}  // namespace

bool Holds(const ValueView& held, const GroupedTest& test) {
  const bool null = std::holds_alternative<std::monostate>(held);
  if (test.op == Operator::kIsNull) return null;
  if (null || test.op == Operator::kIsNotNull) return !null;
  return test.negated != std::ranges::any_of(test.operands, [&](const Operand& operand) {
           return Means(test.op, std::visit(WrittenOrder{}, held, operand));
         });
}

EventGroups::EventGroups(const GroupedStatement& asked, size_t bytes_max)
    : EventGroups(asked, Groups(KeysOf(asked), PartsOf(asked), bytes_max)) {}

EventGroups::EventGroups(const GroupedStatement& asked, Groups groups)
    : asked_(asked), groups_(std::move(groups)) {
  for (const GroupedField& field : asked.fields) paths_.push_back({field.name});
  values_.resize(paths_.size());
}

std::unique_ptr<EventGroups> EventGroups::Sibling() const {
  return std::unique_ptr<EventGroups>(new EventGroups(asked_, std::move(*groups_.Sibling())));
}

bool EventGroups::Meets(const RecordEvent& event) {
  for (size_t i = 0; i < paths_.size(); ++i) {
    values_[i] = event.Field(paths_[i]);
    // Which of the columns SQLite reads, and rounds, in events that it leaves out is its own
    // affair.
    unsure_ = unsure_ || std::holds_alternative<event::Digits>(values_[i]);
  }
  return std::ranges::all_of(asked_.tests, [this](const GroupedTest& test) {
    return Holds(AsSqlite(values_[test.field]), test);
  });
}

Status EventGroups::Take(const Scanned& scanned) {
  if (unsure_ || !scanned.selected || !Meets(*scanned.event)) return Done{};
  return groups_.Take(scanned);
}

void EventGroups::Merge(EventGroups&& sibling) {
  unsure_ = unsure_ || sibling.unsure_;
  groups_.Merge(std::move(sibling.groups_));
}

std::optional<report::Table> EventGroups::Finish() const {
  if (unsure_) return std::nullopt;
  auto table = groups_.Finish(GroupOrder::kKey);
  if (!table) return std::nullopt;
  for (size_t i = 0; i < asked_.fields.size(); ++i) {
    const GroupedField& field = asked_.fields[i];
    if (field.HasParts() && !AreCertain(*table, field, i)) return std::nullopt;
  }
  const auto keys = static_cast<size_t>(
      std::ranges::count_if(asked_.fields, [](const auto& field) { return field.is_key; }));
  for (Row& row : table->rows) {
    for (size_t i = 0; i < keys; ++i) {
      if (MayEqualAnother(row[i])) return std::nullopt;
    }
    for (Cell& cell : row) MakePlain(cell);
  }
  return std::move(*table);
}

bool Fits(const GroupedStatement& asked, std::span<const Column> columns) {
  const auto is_field = [columns](const GroupedField& field) {
    const Column* column = FindColumn(columns, field.name);
    if (column == nullptr || column->own == RecordColumn::kKey) return false;  // may be a BLOB
    return column->own ? RecordColumnOf({field.name}) == column->own
                       : column->field == event::FieldPath{field.name};
  };
  const auto is_column = [columns](const std::string& name) {
    return FindColumn(columns, name) != nullptr;
  };
  return std::ranges::all_of(asked.fields, is_field) &&
         std::ranges::none_of(asked.aliases, is_column);
}

}  // namespace gamevents::report::sql

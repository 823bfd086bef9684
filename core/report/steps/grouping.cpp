#include "core/report/steps/grouping.h"

#include "core/base/units.h"
#include "core/report/ask/field_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gamevents::report {
namespace {

/// What a group costs beside its key and its row: the map's node.
constexpr size_t kGroupBytes = 96;

/// The function that gathers what `function` needs.
Aggregate::Function Gathering(Aggregate::Function function) {
  return function == Aggregate::Function::kAvg ? Aggregate::Function::kSum : function;
}

event::Value ViewOf(const Cell& cell) {
  struct Viewer {
    event::Value operator()(std::monostate) const { return event::Null{}; }
    event::Value operator()(bool truth) const { return truth; }
    event::Value operator()(int64_t number) const { return number; }
    event::Value operator()(const event::OwnedDigits& number) const {
      return event::Digits(number);
    }
    event::Value operator()(double number) const { return number; }
    event::Value operator()(const std::string& text) const { return std::string_view(text); }
    event::Value operator()(const Bytes& bytes) const { return event::RawJson{bytes.bytes}; }
    event::Value operator()(const Json& json) const { return event::RawJson{json.text}; }
    event::Value operator()(const Time& time) const { return time.at.value; }
  };
  return std::visit(Viewer{}, cell);
}

/// Which of Groups' places a key has: what few bytes say, for keys that are mostly texts.
template <size_t kPlaces>
size_t PlaceIn(std::string_view key) {
  const auto byte = [&](size_t at) { return static_cast<size_t>(static_cast<uint8_t>(key[at])); };
  if (key.empty()) return 0;
  return (key.size() * 31 + byte(key.size() / 2) * 7 + byte(key.size() - 1)) % kPlaces;
}

bool IsEstimate(Aggregate::Function function) {
  return function == Aggregate::Function::kDistinct || function == Aggregate::Function::kPercentile;
}

/// What notes call the answers of a function that takes numbers only.
std::string_view PluralOf(Aggregate::Function gathering) {
  if (gathering == Aggregate::Function::kSum) return "sums and averages";
  if (gathering == Aggregate::Function::kStddev) return "standard deviations";
  return "percentiles";
}

/// The heading's place. Errors: kBadInput, with what there is.
Result<size_t> FindHeading(const Table& table, const std::string& name) {
  const auto found = std::ranges::find(table.headings, name, &Heading::name);
  if (found != table.headings.end()) return static_cast<size_t>(found - table.headings.begin());
  std::string names;
  for (const Heading& heading : table.headings) {
    names += (names.empty() ? "" : ", ") + heading.name;
  }
  return Error{Fault::kBadInput,
               fmt::format("order by {}: the answer has no such column; it has {}", name, names)};
}

}  // namespace

Groups::Groups(Columns columns, std::vector<Aggregate> aggregates, size_t bytes_max)
    : columns_(std::move(columns)),
      aggregates_(std::move(aggregates)),
      memory_(std::make_shared<MemoryBudget>(bytes_max)) {
  for (const Aggregate& aggregate : aggregates_) slot_of_.push_back(SlotOf(aggregate));
  if (columns_.empty()) groups_.emplace(std::string(), NewGroup({}));
}

std::unique_ptr<Groups> Groups::Sibling() const {
  auto sibling = std::make_unique<Groups>(columns_, aggregates_, size_t{0});
  sibling->memory_ = memory_;
  return sibling;
}

size_t Groups::SlotOf(const Aggregate& aggregate) {
  const Aggregate::Function function = Gathering(aggregate.function);
  const auto found = std::ranges::find_if(slots_, [&](const Slot& slot) {
    return slot.function == function && slot.field == aggregate.field;
  });
  if (found != slots_.end()) return static_cast<size_t>(found - slots_.begin());
  slots_.push_back({function, aggregate.field, 0});
  return slots_.size() - 1;
}

Groups::Group Groups::NewGroup(Row key) const {
  Group group{std::move(key), {}};
  group.gathered.reserve(slots_.size());
  for (const Slot& slot : slots_) group.gathered.emplace_back(slot.function);
  return group;
}

void Groups::EncodeKey(const Scanned& scanned) {
  key_.clear();
  key_has_double_ = false;
  for (const Column& column : columns_) {
    if (column.field.empty()) {
      AppendKey(key_, ViewOf(column.read(scanned)));
    } else {
      const event::Value value = scanned.event->Field(column.field);
      key_has_double_ = key_has_double_ || std::holds_alternative<double>(value);
      AppendKey(key_, value);
    }
  }
}

void Groups::Keep(int64_t bytes) {
  if (bytes != 0 && !memory_->Add(bytes)) overflow_ = true;
}

Groups::Group* Groups::Find(const Scanned& scanned) {
  EncodeKey(scanned);
  Map::value_type*& met = met_[PlaceIn<kMetMax>(key_)];
  if (met == nullptr || met->first != key_) {
    const auto at = groups_.find(std::string_view(key_));
    met = at == groups_.end() ? nullptr : &*at;
  }
  if (met != nullptr) {
    Row& shown = met->second.key;
    for (size_t i = 0; key_has_double_ && i < shown.size(); ++i) {
      if (IsWhole(shown[i])) shown[i] = columns_[i].read(scanned);
    }
    return &met->second;
  }
  Row row = ReadRow(columns_, scanned);
  Keep(static_cast<int64_t>(kGroupBytes + RowBytes(row) + key_.size() +
                            slots_.size() * sizeof(Accumulator)));
  overflow_ = overflow_ || groups_.size() >= kGroupsMax;
  if (overflow_) return nullptr;
  met = &*groups_.emplace(key_, NewGroup(std::move(row))).first;
  return &met->second;
}

Status Groups::Take(const Scanned& scanned) {
  if (!scanned.selected || overflow_) return Done{};
  Group* group = Find(scanned);
  if (group == nullptr) return Done{};
  for (size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    bool refused = false;
    const event::Value value =
        slot.field.empty() ? event::Value(true) : scanned.event->Field(slot.field);
    Keep(group->gathered[i].Add(value, refused));
    slot.refused += refused ? 1 : 0;
  }
  return Done{};
}

void Groups::Merge(Groups&& sibling) {
  sibling.met_.fill(nullptr);
  overflow_ = overflow_ || sibling.overflow_;
  for (size_t i = 0; i < slots_.size(); ++i) slots_[i].refused += sibling.slots_[i].refused;
  while (!sibling.groups_.empty() && !overflow_) {
    auto node = sibling.groups_.extract(sibling.groups_.begin());
    const auto inserted = groups_.insert(std::move(node));
    if (inserted.inserted) {
      overflow_ = groups_.size() > kGroupsMax;
      continue;
    }
    std::vector<Accumulator>& mine = inserted.position->second.gathered;
    const Group& theirs = inserted.node.mapped();
    Row& shown = inserted.position->second.key;
    for (size_t i = 0; i < shown.size(); ++i) {
      if (IsWhole(shown[i])) shown[i] = theirs.key[i];
    }
    for (size_t i = 0; i < mine.size(); ++i) Keep(mine[i].Merge(theirs.gathered[i]));
  }
  sibling.groups_.clear();
}

Error Groups::TooMuch() const {
  return {Fault::kFull,
          fmt::format("more than {} groups, or than {} of them (report.memory): group by a field "
                      "with fewer values, narrow the events with a filter or a range, or "
                      "raise the key",
                      kGroupsMax, FormatSize(memory_->bytes_max()))};
}

Result<Table> Groups::Finish(GroupOrder order) const {
  if (overflow_) return TooMuch();
  Table table{Headings(columns_), {}, false};
  for (const Aggregate& aggregate : aggregates_) {
    using enum Aggregate::Function;
    const bool counts = aggregate.function == kCount || aggregate.function == kDistinct;
    table.headings.push_back({aggregate.heading, counts ? Type::kLong : Type::kAny});
  }
  table.rows.reserve(groups_.size());
  for (const auto& [key, group] : groups_) {
    Row& row = table.rows.emplace_back(group.key);
    for (size_t i = 0; i < aggregates_.size(); ++i) {
      auto cell = group.gathered[slot_of_[i]].Finish(aggregates_[i]);
      if (!cell) return std::move(cell).error();
      row.push_back(std::move(*cell));
    }
  }
  for (size_t i = 0; i < table.headings.size(); ++i) UnifyNumbers(table, i);
  const auto count = std::ranges::find(aggregates_, "count", &Aggregate::heading);
  const bool by_count = order == GroupOrder::kCount && count != aggregates_.end();
  const size_t at = columns_.size() + static_cast<size_t>(count - aggregates_.begin());
  std::ranges::sort(table.rows, [&](const Row& a, const Row& b) {
    if (by_count && a[at] != b[at]) return CellLess(b[at], a[at]);
    return std::ranges::lexicographical_compare(a, b, CellLess);
  });
  return table;
}

std::vector<std::string> Groups::Notes() const {
  std::vector<std::string> notes;
  for (const Slot& slot : slots_) {
    if (slot.refused == 0) continue;
    notes.push_back(LeftOutNote(slot.refused, slot.field, PluralOf(slot.function)));
  }
  for (size_t i = 0; i < aggregates_.size(); ++i) {
    if (!IsEstimate(aggregates_[i].function)) continue;
    const auto estimated = std::ranges::count_if(
        groups_, [&](const auto& entry) { return !entry.second.gathered[slot_of_[i]].exact(); });
    if (estimated == 0) continue;
    const bool distinct = aggregates_[i].function == Aggregate::Function::kDistinct;
    notes.push_back(fmt::format("{} is estimated in {} of {} groups, those with more than {} {}",
                                aggregates_[i].heading, estimated, groups_.size(),
                                distinct ? DistinctCount::kExactMax : Quantiles::kExactMax,
                                distinct ? "different values (HyperLogLog, standard error 0.8 %)"
                                         : "values (t-digest, within 0.5 % of the rank)"));
  }
  return notes;
}

Groups MakeGroups(const GroupsQuestion& question, size_t bytes_max) {
  Columns columns;
  if (question.bucket) {
    columns.push_back(BucketColumn("bucket", *question.bucket, question.bucket_by));
  }
  for (const event::FieldPath& path : question.by) columns.push_back(FieldColumn(path));
  return {std::move(columns), AggregatesOf(question), bytes_max};
}

Result<Table> FinishGroups(const Groups& groups, const GroupsQuestion& question,
                           std::span<const OrderBy> order) {
  auto table = groups.Finish(question.bucket ? GroupOrder::kKey : GroupOrder::kCount);
  if (!table) return table;
  if (auto sorted = Sort(*table, order); !sorted) return std::move(sorted).error();
  return table;
}

std::string LeftOutNote(int64_t count, const event::FieldPath& field, std::string_view what) {
  return fmt::format("{} values of {} are no numbers and are left out of its {}", count,
                     FieldName(field), what);
}

Status Sort(Table& table, std::span<const OrderBy> order) {
  std::vector<std::pair<size_t, bool>> columns;
  for (const OrderBy& by : order) {
    auto column = FindHeading(table, by.name);
    if (!column) return std::move(column).error();
    columns.emplace_back(*column, by.descending);
  }
  std::ranges::stable_sort(table.rows, [&](const Row& a, const Row& b) {
    for (const auto& [column, descending] : columns) {
      if (CellLess(a[column], b[column])) return !descending;
      if (CellLess(b[column], a[column])) return descending;
    }
    return false;
  });
  return Done{};
}

}  // namespace gamevents::report

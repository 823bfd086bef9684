#include "core/report/sql/kept_groups.h"

#include "core/report/scan/scan.h"
#include "core/report/sql/event_groups.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::report::sql {
namespace {

constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
/// Rows that are worth a thread.
constexpr size_t kRowsPerThread = 200'000;

/// One field of the statement: its column, and what is known of each of its values.
struct FieldColumn {
  std::shared_ptr<const KeptColumn> column{};
  bool gathered = false;          ///< counted, summed or compared
  bool summed = false;            ///< the statement sums it, and the sums fit
  std::vector<uint8_t> passes{};  ///< the tests; empty: there are none
  std::vector<int64_t> whole{};   ///< of each value; 0 for null
  std::vector<uint8_t> is_null{};
  std::vector<uint32_t> rank{};  ///< of each value in SQLite's order
};

/// What is gathered of one field in one group.
struct Part {
  int64_t count = 0;
  int64_t sum = 0;
  uint32_t least = kNone;  ///< codes
  uint32_t most = kNone;
};

/// The groups of some rows: what is gathered, by the key's number.
struct KeptGroups {
  std::unordered_map<uint64_t, size_t>
      places{};  ///< empty where keys are few: then `dense` has them
  std::vector<size_t> dense{};
  std::vector<uint64_t> keys{};
  std::vector<int64_t> counts{};
  std::vector<Part> parts{};  ///< group after group
};

bool IsWhole(const ValueView& value) { return std::holds_alternative<int64_t>(value); }
bool IsText(const ValueView& value) { return std::holds_alternative<std::string_view>(value); }
bool IsFractional(const ValueView& value) {
  const auto* number = std::get_if<double>(&value);
  return number != nullptr && std::trunc(*number) != *number;
}

/// Whether all values that are not null are so.
template <class Is>
bool AllAre(const KeptColumn& column, const Is& is) {
  for (uint32_t code = 0; code < column.distinct(); ++code) {
    const ValueView value = column.Value(code);
    if (!std::holds_alternative<std::monostate>(value) && !is(value)) return false;
  }
  return true;
}

/// The places of values in their order. Requires: all of one type, or null.
std::vector<uint32_t> Ranks(const KeptColumn& column) {
  std::vector<uint32_t> codes(column.distinct());
  for (uint32_t i = 0; i < codes.size(); ++i) codes[i] = i;
  std::ranges::sort(codes, [&column](uint32_t a, uint32_t b) {
    const ValueView left = column.Value(a);
    const ValueView right = column.Value(b);
    if (left.index() != right.index()) return left.index() < right.index();
    if (const auto* whole = std::get_if<int64_t>(&left)) return *whole < std::get<int64_t>(right);
    if (const auto* number = std::get_if<double>(&left)) return *number < std::get<double>(right);
    if (const auto* text = std::get_if<std::string_view>(&left)) {
      return *text < std::get<std::string_view>(right);
    }
    return false;
  });
  std::vector<uint32_t> ranks(codes.size());
  for (uint32_t i = 0; i < codes.size(); ++i) ranks[codes[i]] = i;
  return ranks;
}

/// Whether sums and extremes come out the same in whatever order the rows are added.
bool AreCertain(const GroupedField& field, const KeptColumn& column) {
  constexpr int64_t kExactInDouble = int64_t{1} << 53;
  if (field.summed || field.averaged) {
    if (!AllAre(column, IsWhole)) return false;
    const int64_t bound = field.averaged ? kExactInDouble : std::numeric_limits<int64_t>::max();
    const int64_t each = bound / std::max<int64_t>(1, static_cast<int64_t>(column.rows()));
    return AllAre(column, [each](const ValueView& value) {
      const int64_t number = std::get<int64_t>(value);
      return number <= each && number >= -each;
    });
  }
  return !field.compared || AllAre(column, IsWhole) || AllAre(column, IsText) ||
         AllAre(column, IsFractional);
}

/// Keys are told apart by SQLite as here, unless a whole double may equal a whole number.
bool AreDistinct(const KeptColumn& column) {
  return AllAre(column, [](const ValueView& value) {
    return IsWhole(value) || IsText(value) || IsFractional(value);
  });
}

class Gatherer {
 public:
  Gatherer(const GroupedStatement& asked, const ColumnStore& store)
      : asked_(asked), rows_(static_cast<size_t>(store.rows())) {
    for (const GroupedField& field : asked.fields) {
      const Column column = KeptFieldOf(field);
      fields_.push_back({store.Find(column)});
      rounded_ = rounded_ || store.IsRounded(column);
    }
  }

  /// Whether the answer is certain, and everything is worked out that a row needs.
  bool Prepare();
  std::optional<report::Table> Gather() const;

 private:
  uint64_t KeyOf(size_t row) const;
  bool Passes(size_t row) const;
  bool Add(KeptGroups& groups, size_t begin, size_t end) const;
  size_t PlaceOf(KeptGroups& groups, uint64_t key) const;
  void Merge(KeptGroups& into, const KeptGroups& from) const;
  void AddPart(Part& part, const Part& more, const FieldColumn& field) const;
  report::Table TableOf(const KeptGroups& groups) const;

  const GroupedStatement& asked_;
  size_t rows_;
  bool rounded_ = false;
  std::vector<FieldColumn> fields_;
  std::vector<size_t> tested_;
  std::vector<size_t> gathered_;
  uint64_t keys_max_ = 1;  ///< numbers of keys: one for each combination of values
};

bool Gatherer::Prepare() {
  if (rounded_) return false;
  for (size_t i = 0; i < fields_.size(); ++i) {
    const GroupedField& field = asked_.fields[i];
    FieldColumn& here = fields_[i];
    if (here.column == nullptr || here.column->rows() != rows_) return false;
    const KeptColumn& column = *here.column;
    if (field.is_key) {
      const uint64_t values = std::max<uint64_t>(1, column.distinct());
      if (!AreDistinct(column) || keys_max_ > (uint64_t{1} << 62) / values) return false;
      keys_max_ *= values;
    }
    here.gathered = field.counted || field.HasParts();
    here.summed = field.summed || field.averaged;
    if (here.gathered) {
      if (!AreCertain(field, column)) return false;
      gathered_.push_back(i);
      if (field.compared) here.rank = Ranks(column);
      for (uint32_t code = 0; code < column.distinct(); ++code) {
        const ValueView value = column.Value(code);
        const auto* whole = std::get_if<int64_t>(&value);
        here.whole.push_back(whole == nullptr ? 0 : *whole);
        here.is_null.push_back(std::holds_alternative<std::monostate>(value) ? 1 : 0);
      }
    }
    for (const GroupedTest& test : asked_.tests) {
      if (test.field != i) continue;
      if (here.passes.empty()) {
        here.passes.assign(column.distinct(), 1);
        tested_.push_back(i);
      }
      for (uint32_t code = 0; code < column.distinct(); ++code) {
        if (!Holds(column.Value(code), test)) here.passes[code] = 0;
      }
    }
  }
  return true;
}

uint64_t Gatherer::KeyOf(size_t row) const {
  uint64_t key = 0;
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (!asked_.fields[i].is_key) continue;
    key = key * fields_[i].column->distinct() + fields_[i].column->codes()[row];
  }
  return key;
}

bool Gatherer::Passes(size_t row) const {
  return std::ranges::all_of(tested_, [this, row](size_t i) {
    return fields_[i].passes[fields_[i].column->codes()[row]] != 0;
  });
}

size_t Gatherer::PlaceOf(KeptGroups& groups, uint64_t key) const {
  constexpr size_t kNowhere = std::numeric_limits<size_t>::max();
  if (keys_max_ <= kKeptGroupsMax && groups.dense.empty()) {
    groups.dense.assign(keys_max_, kNowhere);
  }
  const size_t next = groups.keys.size();
  size_t& place = groups.dense.empty() ? groups.places.try_emplace(key, kNowhere).first->second
                                       : groups.dense[key];
  if (place != kNowhere) return place;
  place = next;
  groups.keys.push_back(key);
  groups.counts.push_back(0);
  groups.parts.resize(groups.parts.size() + gathered_.size());
  return next;
}

void Gatherer::AddPart(Part& part, const Part& more, const FieldColumn& field) const {
  part.count += more.count;
  if (field.summed) part.sum += more.sum;
  if (field.rank.empty() || more.least == kNone) return;
  const auto& rank = field.rank;
  if (part.least == kNone || rank[more.least] < rank[part.least]) part.least = more.least;
  if (part.most == kNone || rank[more.most] > rank[part.most]) part.most = more.most;
}

/// False where the groups become too many.
bool Gatherer::Add(KeptGroups& groups, size_t begin, size_t end) const {
  for (size_t row = begin; row < end; ++row) {
    if (!Passes(row)) continue;
    const size_t place = PlaceOf(groups, KeyOf(row));
    groups.counts[place] += 1;
    for (size_t i = 0; i < gathered_.size(); ++i) {
      const FieldColumn& field = fields_[gathered_[i]];
      const uint32_t code = field.column->codes()[row];
      if (field.is_null[code] != 0) continue;
      AddPart(groups.parts[place * gathered_.size() + i], {1, field.whole[code], code, code},
              field);
    }
    if (groups.keys.size() > kKeptGroupsMax) return false;
  }
  return true;
}

void Gatherer::Merge(KeptGroups& into, const KeptGroups& from) const {
  for (size_t group = 0; group < from.keys.size(); ++group) {
    const size_t place = PlaceOf(into, from.keys[group]);
    into.counts[place] += from.counts[group];
    for (size_t i = 0; i < gathered_.size(); ++i) {
      AddPart(into.parts[place * gathered_.size() + i], from.parts[group * gathered_.size() + i],
              fields_[gathered_[i]]);
    }
  }
}

std::optional<report::Table> Gatherer::Gather() const {
  const size_t threads = std::clamp<size_t>(rows_ / kRowsPerThread, 1, ScanThreads());
  std::vector<KeptGroups> groups(threads);
  std::vector<uint8_t> fit(threads, 0);
  std::vector<std::thread> running;
  for (size_t i = 0; i < threads; ++i) {
    running.emplace_back([this, &groups, &fit, i, threads] {
      fit[i] = Add(groups[i], rows_ * i / threads, rows_ * (i + 1) / threads) ? 1 : 0;
    });
  }
  for (std::thread& thread : running) thread.join();
  if (std::ranges::find(fit, uint8_t{0}) != fit.end()) return std::nullopt;
  for (size_t i = 1; i < threads; ++i) Merge(groups.front(), groups[i]);
  const bool one_group = std::ranges::none_of(asked_.fields, &GroupedField::is_key);
  if (one_group) PlaceOf(groups.front(), 0);  // is there even when no event is selected
  if (groups.front().keys.size() > kKeptGroupsMax) return std::nullopt;
  return TableOf(groups.front());
}

struct OwnedCell {
  Cell operator()(std::string_view text) const { return std::string(text); }
  Cell operator()(BlobView blob) const { return Bytes{std::string(blob.bytes)}; }
  template <class T>
  Cell operator()(T value) const {
    return value;
  }
};

Cell CellOfValue(const KeptColumn& column, uint32_t code) {
  return code == kNone ? Cell() : std::visit(OwnedCell{}, column.Value(code));
}

report::Table Gatherer::TableOf(const KeptGroups& groups) const {
  report::Table table;
  const auto add = [&table](std::string name) { table.headings.push_back({std::move(name)}); };
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (asked_.fields[i].is_key) add(GroupColumn(GroupPart::kKey, i));
  }
  add(kGroupCount);
  for (const size_t i : gathered_) {
    for (const GroupPart part :
         {GroupPart::kCount, GroupPart::kSum, GroupPart::kLeast, GroupPart::kMost}) {
      add(GroupColumn(part, i));
    }
  }
  for (size_t group = 0; group < groups.keys.size(); ++group) {
    std::vector<Cell> keys;
    uint64_t key = groups.keys[group];
    for (size_t i = fields_.size(); i-- > 0;) {
      if (!asked_.fields[i].is_key) continue;
      const KeptColumn& column = *fields_[i].column;
      keys.push_back(CellOfValue(column, static_cast<uint32_t>(key % column.distinct())));
      key /= column.distinct();
    }
    Row row(keys.rbegin(), keys.rend());
    row.emplace_back(groups.counts[group]);
    for (size_t i = 0; i < gathered_.size(); ++i) {
      const Part& part = groups.parts[group * gathered_.size() + i];
      const KeptColumn& column = *fields_[gathered_[i]].column;
      row.emplace_back(part.count);
      row.push_back(part.count == 0 ? Cell() : Cell(part.sum));
      row.push_back(CellOfValue(column, part.least));
      row.push_back(CellOfValue(column, part.most));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

Column KeptFieldOf(const GroupedField& field) {
  const event::FieldPath path{field.name};
  if (const auto own = RecordColumnOf(path)) return {field.name, {}, own, true};
  return {field.name, path};
}

std::optional<report::Table> GroupKept(const GroupedStatement& asked, const ColumnStore& store) {
  Gatherer gatherer(asked, store);
  if (!gatherer.Prepare()) return std::nullopt;
  return gatherer.Gather();
}

}  // namespace gamevents::report::sql

#pragma once

#include "core/report/ask/question.h"
#include "core/report/scan/column.h"
#include "core/report/scan/scan.h"
#include "core/report/steps/accumulator.h"
#include "core/report/table/memory_budget.h"
#include "core/report/table/text_hash.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gamevents::report {

/// Groups of one grouping.
inline constexpr size_t kGroupsMax = 1'000'000;

/// How the groups of a grouping are sorted unless the question says.
enum class GroupOrder : uint8_t {
  kCount,  ///< by "count" descending where there is one, then by the columns ascending
  kKey,    ///< by the columns ascending: for a course over time
};

/// Groups the selected events by the values of some columns, and works the aggregates out for each
/// group. Without columns all events are one group, which is there even when none is selected.
class Groups final : public Step {
 public:
  Groups(Columns columns, std::vector<Aggregate> aggregates, size_t bytes_max);
  Groups(Groups&&) = default;  ///< Not copied: `met_` points into `groups_`.

  /// Another of the same kind, empty, that shares the memory: for a thread of its own.
  std::unique_ptr<Groups> Sibling() const;

  /// Never fails: a grouping beyond its limits is satisfied, and Finish says so.
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override { return overflow_; }

  /// Takes what a sibling gathered, which is left empty.
  void Merge(Groups&& sibling);

  /// The columns and the aggregates.
  /// Errors: kFull when there were more groups than kGroupsMax, or more to keep than the memory
  /// allows; kBadInput when a sum does not fit a long.
  Result<Table> Finish(GroupOrder order) const;

  /// What the reader of the answer should know: values that a sum could not take, sketches that
  /// estimated. A sentence each.
  std::vector<std::string> Notes() const;

 private:
  /// One thing to gather; sum and avg of a field share one, so do its percentiles.
  struct Slot {
    Aggregate::Function function;
    event::FieldPath field;
    int64_t refused = 0;
  };
  struct Group {
    /// What is shown. 5 and 5.0 are one group, which shows 5.0 when any of its events has that:
    /// neither the order of events nor that of threads may show.
    Row key;
    std::vector<Accumulator> gathered;  ///< one a slot
  };
  using Map = std::unordered_map<std::string, Group, TextHash, std::equal_to<>>;

  size_t SlotOf(const Aggregate& aggregate);
  void EncodeKey(const Scanned& scanned);
  Group* Find(const Scanned& scanned);
  void Keep(int64_t bytes);
  Group NewGroup(Row key) const;
  Error TooMuch() const;

  Columns columns_;
  std::vector<Aggregate> aggregates_;
  std::vector<size_t> slot_of_;  ///< of each aggregate
  std::vector<Slot> slots_;
  Map groups_;  ///< by the encoded key
  static constexpr size_t kMetMax = 64;
  /// Entries of `groups_` that were met last, by a few bytes of their keys: most events have one of
  /// few keys, which then is not hashed. A node of the map stays where it is.
  std::array<Map::value_type*, kMetMax> met_{};
  std::string key_;
  bool key_has_double_ = false;
  std::shared_ptr<MemoryBudget> memory_;
  bool overflow_ = false;
};

/// The step that gathers the groups of `question`. `bytes_max`: what they may keep.
Groups MakeGroups(const GroupsQuestion& question, size_t bytes_max);

/// Its groups, all of them, sorted by `order`, or where that is empty by count, and with a bucket
/// by their columns. Errors: as Groups::Finish and Sort.
Result<Table> FinishGroups(const Groups& groups, const GroupsQuestion& question,
                           std::span<const OrderBy> order);

/// The note that so many values of `field` are no numbers and are left out of its `what`.
std::string LeftOutNote(int64_t count, const event::FieldPath& field, std::string_view what);

/// Sorts the rows, the first of `order` foremost; equal rows stay as they are.
/// Errors: kBadInput for a name that is no heading.
Status Sort(Table& table, std::span<const OrderBy> order);

}  // namespace gamevents::report

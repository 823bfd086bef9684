#pragma once

#include "core/event/value.h"
#include "core/report/scan/scan.h"
#include "core/report/sql/columns.h"
#include "core/report/sql/grouped_statement.h"
#include "core/report/steps/grouping.h"
#include "core/report/table/cell.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace gamevents::report::sql {

/// Gathers the groups of a statement in a scan of any number of threads, and knows where SQLite,
/// which sees row after row, might have come to another answer. Not thread-safe.
class EventGroups final : public Step {
 public:
  /// `asked` outlives it. `bytes_max`: what the groups may keep.
  EventGroups(const GroupedStatement& asked, size_t bytes_max);

  /// Another of the same kind, empty, that shares the memory: for a thread of its own.
  std::unique_ptr<EventGroups> Sibling() const;

  /// Never fails: where no answer is certain any more, nothing further is gathered.
  Status Take(const Scanned& scanned) override;

  /// Takes what a sibling gathered, which is left empty.
  void Merge(EventGroups&& sibling);

  /// The rows of kGroupsTable; texts, numbers and nulls. Nothing where SQLite's answer over the
  /// events could be another: sums of fractions, which depend on the order of rows, or of more
  /// than fits; equal numbers of two types, of which SQLite shows one; whole numbers beyond a
  /// long; more groups than fit.
  std::optional<report::Table> Finish() const;

 private:
  EventGroups(const GroupedStatement& asked, Groups groups);

  bool Meets(const RecordEvent& event);

  const GroupedStatement& asked_;
  std::vector<event::FieldPath> paths_;  ///< of each of asked_.fields
  std::vector<event::Value> values_;     ///< what they have in one event
  Groups groups_;
  bool unsure_ = false;
};

/// Whether SQLite finds the test true of a value.
bool Holds(const ValueView& held, const GroupedTest& test);

/// Whether the names of `asked` are fields of just that name in `columns`, and the names that it
/// gives to results are nobody's.
bool Fits(const GroupedStatement& asked, std::span<const Column> columns);

}  // namespace gamevents::report::sql

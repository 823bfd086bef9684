#pragma once

#include "core/base/moment.h"
#include "core/base/time_zone.h"
#include "core/event/filter.h"
#include "core/event/value.h"
#include "core/report/ask/aggregate.h"
#include "core/report/ask/named_fields.h"
#include "core/report/ask/order.h"
#include "core/report/ask/render_options.h"
#include "core/report/ask/time_step.h"
#include "core/report/ask/view.h"
#include "core/report/table/memory_budget.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gamevents::report {

/// The assignment's whole session; a page or a document shows an overview in its place.
struct SessionQuestion {
  std::optional<event::FieldPath> time{};  ///< of an overview: this field's, not the record's
};

/// A row for each event.
struct RowsQuestion {
  std::vector<event::FieldPath> fields{};
  /// Every top-level field that any selected event has, in FieldNames' order; `fields` is empty.
  bool all = false;
  std::vector<event::FieldPath> excluded{};  ///< but for these, with `all`
};

/// A row for each group of events; without `by` and `bucket` all events are one group.
struct GroupsQuestion {
  std::vector<event::FieldPath> by{};
  /// What is worked out for each group; none: the count of its events.
  std::vector<Aggregate> aggregates{};
  std::optional<TimeStep> bucket{};             ///< also group by time, in steps of this
  std::optional<event::FieldPath> bucket_by{};  ///< by this field's, not the record's
  size_t drawn = 0;                             ///< the aggregate that a picture shows
  bool by_parts = false;  ///< the groups of a step are parts of a whole, by the first of `by`
};

/// The fields of all selected events, with their types.
struct SchemaQuestion {
  bool profile = false;  ///< and what their values are: see Schema::Profile
};

/// The longest statement.
inline constexpr size_t kStatementBytesMax = size_t{64} << 10;

/// A statement over the table `events`, and others (sql/tables.h).
struct SqlQuestion {
  std::string statement;
  TimeZone zone{};       ///< whose clocks its functions of time go by
  ReadMoment moments{};  ///< reads its parameters, such as @yesterday; null: they are errors
};

using Asked = std::variant<SessionQuestion, RowsQuestion, GroupsQuestion, SchemaQuestion,
                           ViewQuestion, SqlQuestion>;

/// What is asked of the events, and how the answer is written. Plain data.
struct Question {
  Asked asked{};
  std::optional<event::Filter> where{};  ///< only these events
  /// How rows, groups and views are sorted; none: groups by count, then by their columns (by the
  /// columns alone with a bucket), rows as they stand in the topic, views as they are.
  std::vector<OrderBy> order_by{};
  /// The most rows; none: the format's default (FormatTraits).
  std::optional<size_t> limit{};
  bool take = false;              ///< print the rows as pyspark's take() gives them
  size_t memory = kKeptBytesMax;  ///< report.memory: what a table or grouping may keep, in bytes
  /// When it is given up: the answer is partial then, as after the stop signal.
  std::optional<std::chrono::steady_clock::time_point> deadline{};
  RenderOptions rendering{};  ///< of `chart` the kind is read, `titles` are not: RenderingOf
};

/// What each group has: `question`'s aggregates, or the count of its events.
std::vector<Aggregate> AggregatesOf(const GroupsQuestion& question);

/// The fields that the question names, each once, of its condition, columns, groups, aggregates,
/// order and view; and the event types, items, kinds and guilds that its condition asks for.
NamedFields NamesOf(const Question& question);

/// The most rows of the answer: as asked, or the format's default.
size_t RowLimit(const Question& question);

/// How the answer's table is written: the question's rendering with `chart`, `titles`, `memory` and
/// `shown_rows`, which follow from the rest.
RenderOptions RenderingOf(const Question& question);

}  // namespace gamevents::report

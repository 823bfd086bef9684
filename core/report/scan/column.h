#pragma once

#include "core/event/value.h"
#include "core/report/ask/time_step.h"
#include "core/report/scan/scan.h"
#include "core/report/table/cell.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::report {

/// How to read one column of a row from a scanned record.
struct Column {
  Heading heading;
  std::function<Cell(const Scanned&)> read;
  /// The event's field that `read` gives as it is, for callers that need no copy; empty for others.
  event::FieldPath field{};
};
using Columns = std::vector<Column>;

/// The headings of `columns`, in their order.
std::vector<Heading> Headings(const Columns& columns);

/// One cell for each column.
Row ReadRow(const Columns& columns, const Scanned& scanned);

/// The seven columns of Spark's kafka source: key, value, topic, partition, offset, timestamp,
/// timestampType. For every record.
Columns MessageColumns();

/// The column `value`, the message's bytes cast to a string: malformed UTF-8 replaced by U+FFFD.
Column ValueAsString();

// The rest is for events only: Requires scanned.event.

/// A field with the type that each event gives it, or a record's own column; null where it is
/// missing.
Column FieldColumn(const event::FieldPath& path);

/// A field of the event's top, whatever its name is: "_key" is the event's own.
Column EventFieldColumn(const std::string& name);

/// A field of string type: numbers, booleans, arrays and objects become their text.
Column TextColumn(const event::FieldPath& path);

/// The first of `paths` that is there and not null, as a text, under the heading `name`.
Column FirstOfColumn(std::string name, std::vector<event::FieldPath> paths);

/// When the step of time began that the record's timestamp is in, or, where `field` is given, the
/// time that it holds: a text as ParseTimestamp takes it, or milliseconds since 1970. On the clock
/// of the step's zone; null for an event without a time.
Column BucketColumn(std::string name, const TimeStep& step,
                    const std::optional<event::FieldPath>& field = std::nullopt);

}  // namespace gamevents::report

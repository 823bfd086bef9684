#pragma once

#include "core/event/value.h"
#include "core/report/cell.h"
#include "core/report/scan.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// How to read one column of a row from a scanned record.
struct Column {
  Heading heading;
  std::function<Cell(const Scanned&)> read;
};
using Columns = std::vector<Column>;

std::vector<Heading> Headings(const Columns& columns);

Row ReadRow(const Columns& columns, const Scanned& scanned);

/// The seven columns of Spark's kafka source: key, value, topic, partition, offset, timestamp,
/// timestampType. For every record.
Columns MessageColumns();

/// The column `value`, the message's bytes cast to a string: malformed UTF-8 replaced by U+FFFD.
Column ValueAsString();

// The rest is for events only: Requires scanned.event.

/// A field with the type that each event gives it; null where it is missing.
Column FieldColumn(const event::FieldPath& path);

/// A field of string type: numbers, truths, arrays and objects become their text.
Column TextColumn(const event::FieldPath& path);

/// The first of `paths` that is there and not null, as a text, under the heading `name`.
Column FirstOfColumn(std::string name, std::vector<event::FieldPath> paths);

/// The record's timestamp cut to its minute (UTC), "minute"; null when it has none.
Column MinuteColumn();

/// Parses "event_type,\"remote ip\",cart.total": names as the filter language writes them, with
/// commas between. Errors: kBadInput for an empty name or one that the language refuses.
Result<std::vector<event::FieldPath>> ParseFieldList(std::string_view text);

}  // namespace gamevents::report

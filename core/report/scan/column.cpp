#include "core/report/scan/column.h"

#include "core/base/check.h"
#include "core/report/ask/field_list.h"
#include "core/report/table/utf8.h"

#include <optional>
#include <utility>

namespace gamevents::report {
namespace {

Cell ReadField(const Scanned& scanned, const event::FieldPath& path) {
  INVARIANT(scanned.event != nullptr);
  return ToCell(scanned.event->Field(path));
}

Cell AsText(Cell cell) {
  if (std::holds_alternative<std::monostate>(cell) || std::holds_alternative<std::string>(cell)) {
    return cell;
  }
  return CellText(cell);
}

Cell BytesOrNull(const std::optional<std::string_view>& bytes) {
  if (!bytes) return std::monostate{};
  return Bytes{std::string(*bytes)};
}

/// The ids of Java's TimestampType, as Spark shows them.
int64_t TimestampTypeId(kafka::TimestampType type) {
  switch (type) {
    case kafka::TimestampType::kNone:
      return -1;
    case kafka::TimestampType::kCreateTime:
      return 0;
    case kafka::TimestampType::kLogAppendTime:
      return 1;
  }
  return -1;
}

/// When the step began that `time` is in.
Cell BucketOf(int64_t time, const TimeStep& step) {
  return TimeIn(step.zone, TimestampMs(StartOf(step, time)));
}

}  // namespace

std::vector<Heading> Headings(const Columns& columns) {
  std::vector<Heading> headings;
  headings.reserve(columns.size());
  for (const Column& column : columns) headings.push_back(column.heading);
  return headings;
}

Row ReadRow(const Columns& columns, const Scanned& scanned) {
  Row row;
  row.reserve(columns.size());
  for (const Column& column : columns) row.push_back(column.read(scanned));
  return row;
}

Columns MessageColumns() {
  return {
      {{"key", Type::kBinary}, [](const Scanned& s) { return BytesOrNull(s.record.key); }},
      {{"value", Type::kBinary}, [](const Scanned& s) { return BytesOrNull(s.record.value); }},
      {{"topic", Type::kString}, [](const Scanned& s) { return std::string(s.record.topic); }},
      {{"partition", Type::kInteger}, [](const Scanned& s) { return int64_t{s.record.partition}; }},
      {{"offset", Type::kLong}, [](const Scanned& s) { return s.record.offset; }},
      {{"timestamp", Type::kTimestamp}, [](const Scanned& s) { return s.record.timestamp; }},
      {{"timestampType", Type::kInteger},
       [](const Scanned& s) { return TimestampTypeId(s.record.timestamp_type); }},
  };
}

Column ValueAsString() {
  return {{"value", Type::kString}, [](const Scanned& s) -> Cell {
            if (!s.record.value) return std::monostate{};
            return ReplaceMalformed(*s.record.value);
          }};
}

Column FieldColumn(const event::FieldPath& path) {
  return {
      {FieldName(path), Type::kAny}, [path](const Scanned& s) { return ReadField(s, path); }, path};
}

Column EventFieldColumn(const std::string& name) {
  if (!RecordColumnOf({name})) return FieldColumn({name});
  return {{name, Type::kAny}, [path = event::FieldPath{name}](const Scanned& s) {
            return ToCell(s.event->document().Field(path));
          }};
}

Column TextColumn(const event::FieldPath& path) {
  return {{FieldName(path), Type::kString},
          [path](const Scanned& s) { return AsText(ReadField(s, path)); }};
}

Column FirstOfColumn(std::string name, std::vector<event::FieldPath> paths) {
  return {{std::move(name), Type::kString}, [paths = std::move(paths)](const Scanned& s) -> Cell {
            for (const event::FieldPath& path : paths) {
              Cell cell = AsText(ReadField(s, path));
              if (!std::holds_alternative<std::monostate>(cell)) return cell;
            }
            return std::monostate{};
          }};
}

Column BucketColumn(std::string name, const TimeStep& step,
                    const std::optional<event::FieldPath>& field) {
  INVARIANT(step.count > 0);
  const Heading heading{std::move(name), Type::kTimestamp};
  if (!field) {
    return {heading, [step](const Scanned& s) -> Cell {
              const int64_t time = s.record.timestamp.value;
              return time < 0 ? Cell() : BucketOf(time, step);
            }};
  }
  return {heading, [step, path = *field](const Scanned& s) -> Cell {
            INVARIANT(s.event != nullptr);
            const auto time = s.event->TimeAt(path);
            return time ? BucketOf(*time, step) : Cell();
          }};
}

}  // namespace gamevents::report

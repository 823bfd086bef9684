#include "core/report/column.h"

#include "core/base/check.h"
#include "core/event/filter.h"
#include "core/report/utf8.h"

#include <fmt/format.h>

#include <utility>

namespace gamevents::report {
namespace {

constexpr int64_t kMinuteMs = 60'000;

struct ToCell {
  Cell operator()(event::Missing) const { return std::monostate{}; }
  Cell operator()(event::Null) const { return std::monostate{}; }
  Cell operator()(std::string_view text) const { return std::string(text); }
  Cell operator()(event::RawJson json) const { return Json{std::string(json.text)}; }
  template <class T>
  Cell operator()(T scalar) const {
    return scalar;
  }
};

/// A top-level field's heading is its name as it is, as in Spark; a deeper one's is its path.
std::string Name(const event::FieldPath& path) {
  return path.size() == 1 ? path.front() : event::FormatFieldPath(path);
}

Cell ReadField(const Scanned& scanned, const event::FieldPath& path) {
  INVARIANT(scanned.event != nullptr);
  return std::visit(ToCell{}, scanned.event->Field(path));
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

Cell Minute(const Scanned& scanned) {
  const int64_t time = scanned.record.timestamp.value;
  if (time < 0) return std::monostate{};
  return TimestampMs(time - time % kMinuteMs);
}

/// Cuts at the commas that are outside double quotes; a backslash takes the next character along.
std::vector<std::string_view> SplitOutsideQuotes(std::string_view text) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ',' && !quoted) {
      parts.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::string_view Trim(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
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
  return {{Name(path), Type::kAny}, [path](const Scanned& s) { return ReadField(s, path); }};
}

Column TextColumn(const event::FieldPath& path) {
  return {{Name(path), Type::kString},
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

Column MinuteColumn() { return {{"minute", Type::kTimestamp}, Minute}; }

Result<std::vector<event::FieldPath>> ParseFieldList(std::string_view text) {
  std::vector<event::FieldPath> paths;
  for (const std::string_view part : SplitOutsideQuotes(text)) {
    const std::string_view name = Trim(part);
    if (name.empty()) {
      return Error{Fault::kBadInput, fmt::format("field {} of '{}' is empty: write FIELD,FIELD",
                                                 paths.size() + 1, text)};
    }
    auto path = event::ParseFieldPath(name);
    if (!path) return std::move(path).error();
    paths.push_back(std::move(*path));
  }
  return paths;
}

}  // namespace gamevents::report

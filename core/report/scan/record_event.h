#pragma once

#include "core/base/clock.h"
#include "core/event/document.h"
#include "core/event/value.h"
#include "core/kafka/record.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::report {

/// What each record has beside its event's fields, and what every event has under one name.
enum class RecordColumn : uint8_t { kUser, kTime, kTimestamp, kOffset, kPartition, kKey, kJson };

struct NamedRecordColumn {
  std::string_view name;
  RecordColumn column;
  bool of_event;  ///< only the event's fields can tell
};

/// The names are the record's in every question, also where an event has a field of that name. The
/// underscore is how ClickHouse and Trino name such columns, too.
inline constexpr auto kRecordColumns = std::to_array<NamedRecordColumn>({
    {"_user", RecordColumn::kUser, true},
    {"_time", RecordColumn::kTime, true},
    {"_partition", RecordColumn::kPartition, false},
    {"_offset", RecordColumn::kOffset, false},
    {"_timestamp", RecordColumn::kTimestamp, false},
    {"_key", RecordColumn::kKey, false},
    {"_json", RecordColumn::kJson, true},
});

/// Whether only the event's fields can tell the column's value.
constexpr bool IsOfEvent(RecordColumn column) {
  return std::ranges::any_of(
      kRecordColumns, [column](const auto& row) { return row.column == column && row.of_event; });
}

/// The column that `path` names, if it is one of kRecordColumns.
std::optional<RecordColumn> RecordColumnOf(const event::FieldPath& path);

/// The time that a field holds, in milliseconds since 1970: a text as ParseTimestamp takes it, or
/// whole milliseconds; nullopt when it is neither.
std::optional<int64_t> TimeOf(const event::Value& value);

/// The fields that name a user, the first that is there and not null is meant.
std::span<const event::FieldPath> UserPaths();

/// One record after another as an event: its fields, and kRecordColumns among them. Keeps its
/// buffers. Not thread-safe; one a thread.
class RecordEvent final : public event::FieldSource {
 public:
  /// Goes to `record`, which lives as long as its fields are asked for. What was given for the
  /// record before is gone. Until Parse, only columns that are not IsOfEvent may be asked for.
  void GoTo(const kafka::RecordView& record);

  /// Reads the record's value. False when it is no event; then its fields may not be asked for.
  bool Parse();

  /// GoTo and Parse.
  bool Read(const kafka::RecordView& record) {
    GoTo(record);
    return Parse();
  }

  /// The event's field, or the column of the record. Lives until the next GoTo.
  event::Value Field(const event::FieldPath& path) const override {
    if (path.front().starts_with('_')) [[unlikely]] {
      if (const auto column = RecordColumnOf(path)) return Own(*column);
    }
    return document_.Field(path);
  }

  /// A column's value: texts, whole numbers, Null; Missing for the user of an event that names
  /// none. Times are texts in UTC, "2026-11-23T10:00:00.000Z". What is not UTF-8 of a key is
  /// replaced by U+FFFD.
  event::Value Own(RecordColumn column) const;

  /// Who did it: the first of UserPaths that is there, as a text.
  std::optional<std::string_view> User() const;

  /// When it happened, in milliseconds since 1970: the event's `event_time`, where it is a time of
  /// the years 0 to 9999, else the record's timestamp; nullopt when it has none.
  std::optional<int64_t> Time() const;

  /// The time at `path`: those of the columns `_time` and `_timestamp` without their texts.
  std::optional<int64_t> TimeAt(const event::FieldPath& path) const;

  /// The event alone, as it was sent.
  const event::Document& document() const { return document_; }

 private:
  const kafka::RecordView* record_ = nullptr;
  event::Document document_;
  mutable std::string user_;  ///< a user that is no text, as one
  mutable std::string key_;   ///< a key that is not UTF-8, as it is shown
  mutable std::optional<TimestampText> time_;
  mutable std::optional<TimestampText> timestamp_;
};

}  // namespace gamevents::report

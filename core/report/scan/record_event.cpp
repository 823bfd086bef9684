#include "core/report/scan/record_event.h"

#include "core/base/text.h"
#include "core/report/table/cell.h"
#include "core/report/table/utf8.h"

#include <algorithm>
#include <variant>
#include <vector>

namespace gamevents::report {
namespace {

/// The years 0 to 9999, which have a text.
constexpr int64_t kFirstTime = -62'167'219'200'000;
constexpr int64_t kLastTime = 253'402'300'799'999;
constexpr int64_t kNoTimestamp = -1;

const event::FieldPath kEventTime{"event_time"};

/// The text of `time` in `kept`, which is worked out once a record.
event::Value TextOf(int64_t time, std::optional<TimestampText>& kept) {
  if (!kept) kept = TimestampTextOf(TimestampMs(time));
  return std::string_view(kept->data(), kept->size());
}

}  // namespace

std::optional<RecordColumn> RecordColumnOf(const event::FieldPath& path) {
  if (path.size() != 1) return std::nullopt;
  const auto found = std::ranges::find(kRecordColumns, path.front(), &NamedRecordColumn::name);
  if (found == kRecordColumns.end()) return std::nullopt;
  return found->column;
}

std::optional<int64_t> TimeOf(const event::Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return *number;
  const auto* text = std::get_if<std::string_view>(&value);
  if (text == nullptr) return std::nullopt;
  const auto time = ParseTimestamp(*text);
  if (!time) return std::nullopt;
  return time->value;
}

std::span<const event::FieldPath> UserPaths() {
  static const std::vector<event::FieldPath> kPaths = {{"purchase_user"}, {"user_name"}, {"user"}};
  return kPaths;
}

void RecordEvent::GoTo(const kafka::RecordView& record) {
  record_ = &record;
  time_.reset();
  timestamp_.reset();
}

bool RecordEvent::Parse() { return record_->value && document_.Parse(*record_->value); }

std::optional<std::string_view> RecordEvent::User() const {
  for (const event::FieldPath& path : UserPaths()) {
    const event::Value value = document_.Field(path);
    if (const auto* text = std::get_if<std::string_view>(&value)) return *text;
    const Cell cell = ToCell(value);
    if (std::holds_alternative<std::monostate>(cell)) continue;
    user_ = CellText(cell);
    return user_;
  }
  return std::nullopt;
}

std::optional<int64_t> RecordEvent::Time() const {
  const auto own = TimeOf(document_.Field(kEventTime));
  if (own && *own >= kFirstTime && *own <= kLastTime) return own;
  if (record_->timestamp.value == kNoTimestamp) return std::nullopt;
  return record_->timestamp.value;
}

std::optional<int64_t> RecordEvent::TimeAt(const event::FieldPath& path) const {
  const auto column = RecordColumnOf(path);
  if (column == RecordColumn::kTime) return Time();
  if (column != RecordColumn::kTimestamp) return TimeOf(Field(path));
  if (record_->timestamp.value == kNoTimestamp) return std::nullopt;
  return record_->timestamp.value;
}

event::Value RecordEvent::Own(RecordColumn column) const {
  switch (column) {
    case RecordColumn::kUser:
      if (const auto user = User()) return *user;
      return event::Missing{};
    case RecordColumn::kTime:
      if (const auto time = Time()) return TextOf(*time, time_);
      return event::Null{};
    case RecordColumn::kTimestamp:
      if (record_->timestamp.value == kNoTimestamp) return event::Null{};
      return TextOf(record_->timestamp.value, timestamp_);
    case RecordColumn::kOffset:
      return record_->offset;
    case RecordColumn::kPartition:
      return int64_t{record_->partition};
    case RecordColumn::kKey:
      if (!record_->key) return event::Null{};
      if (IsUtf8(*record_->key)) return *record_->key;
      key_ = ReplaceMalformed(*record_->key);
      return std::string_view(key_);
    case RecordColumn::kJson:
      return *record_->value;
  }
  return event::Missing{};
}

}  // namespace gamevents::report

#include "cmd/consume/parquet_records.h"

#include "core/base/text.h"
#include "core/kafka/envelope.h"

#include <array>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

using parquet::Type;

// The columns' places.
constexpr size_t kKeyColumn = 5;
constexpr size_t kValueColumn = 6;

std::vector<parquet::Column> RecordColumns() {
  return {{"topic", Type::kString},          {"partition", Type::kInt64},
          {"offset", Type::kInt64},          {"timestamp", Type::kTimestampMillis},
          {"timestamp_type", Type::kString}, {"key", Type::kBytes},
          {"value", Type::kBytes},           {"headers", Type::kJson}};
}

parquet::Value ValueOf(const std::optional<std::string_view>& bytes) {
  return bytes ? parquet::Value(*bytes) : parquet::Value();
}

}  // namespace

ParquetRecords::ParquetRecords(const std::string& topic, parquet::Sink sink)
    : writer_(RecordColumns(), {.notes = {{"gamevents.topic", topic}}}, std::move(sink)) {}

Status ParquetRecords::Add(const kafka::RecordView& record) {
  key_is_text_ = key_is_text_ && (!record.key || IsUtf8(*record.key));
  if (record.value) {
    value_is_json_ = value_is_json_ && document_.Parse(*record.value).ok();
    value_is_text_ = value_is_text_ && (value_is_json_ || IsUtf8(*record.value));
  }
  headers_.clear();
  kafka::AppendHeadersAsJson(headers_, record.headers);
  const bool has_time = record.timestamp.value >= 0;
  const std::array<parquet::Value, 8> row{
      record.topic,
      int64_t{record.partition},
      record.offset,
      has_time ? parquet::Value(record.timestamp.value) : parquet::Value(),
      kafka::TimestampTypeName(record.timestamp_type),
      ValueOf(record.key),
      ValueOf(record.value),
      std::string_view(headers_)};
  return writer_.Add(row);
}

Status ParquetRecords::Finish() {
  writer_.SetTextType(kKeyColumn, key_is_text_ ? Type::kString : Type::kBytes);
  const Type text = value_is_text_ ? Type::kString : Type::kBytes;
  writer_.SetTextType(kValueColumn, value_is_json_ ? Type::kJson : text);
  return writer_.Finish();
}

}  // namespace gamevents::cmd

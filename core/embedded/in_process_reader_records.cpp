#include "core/embedded/in_process_reader_records.h"

#include "core/base/bytes.h"
#include "core/embedded/in_process_reader_batches.h"

namespace gamevents::embedded {
namespace {

// Both have Kafka's numbers.
static_assert(static_cast<uint8_t>(log::Codec::kZstd) ==
              static_cast<uint8_t>(kafka::Compression::kZstd));

kafka::TimestampType TypeOf(const log::BatchHeader& header) {
  return header.timestamp_type() == log::TimestampType::kLogAppendTime
             ? kafka::TimestampType::kLogAppendTime
             : kafka::TimestampType::kCreateTime;
}

// Null stays null.
std::optional<std::string_view> TextOf(const std::optional<std::span<const std::byte>>& bytes) {
  if (!bytes) return std::nullopt;
  return AsText(*bytes);
}

}  // namespace

kafka::RecordView ViewOf(const log::BatchHeader& header, const log::Record& record) {
  kafka::RecordView view;
  view.offset = record.offset.value;
  view.timestamp = record.timestamp;
  view.timestamp_type = TypeOf(header);
  view.key = TextOf(record.key);
  view.value = TextOf(record.value);
  view.compression = static_cast<kafka::Compression>(header.codec());
  return view;
}

void GivenRecords::Clear() {
  records_.clear();
  headers_.clear();
  header_counts_.clear();
}

Status GivenRecords::Add(const kafka::RecordView& view, const log::Record& record, bool headers) {
  const size_t before = headers_.size();
  auto encoded = record.headers;
  for (int32_t i = 0; headers && i < record.header_count; ++i) {
    const auto header = log::TakeRecordHeader(encoded);
    if (!header) return Error(header.error());
    headers_.push_back({header->name, TextOf(header->value)});
  }
  header_counts_.push_back(headers_.size() - before);
  records_.push_back(view);
  return Done{};
}

// Only now does headers_ stay where it is.
std::span<const kafka::RecordView> GivenRecords::Bind() {
  const kafka::HeaderView* next = headers_.data();
  for (size_t i = 0; i < records_.size(); ++i) {
    records_[i].headers = {next, header_counts_[i]};
    next += header_counts_[i];
  }
  return records_;
}

std::optional<kafka::Landmark> FindLandmark(const log::Log& log, int64_t offset) {
  const auto read = log.Read(log::Offset(offset), 1);
  if (!read || read->slice.length == 0) return std::nullopt;
  BatchBuffer buffer;
  if (!buffer.Read(0, read->slice)) return std::nullopt;
  const auto header = buffer.Next();
  if (!header || !header->has_value() || (*header)->control()) return std::nullopt;
  const auto records = buffer.Unpack();
  if (!records) return std::nullopt;
  log::RecordCursor cursor(**header, *records);
  for (;;) {
    const auto record = cursor.Next();
    if (!record || !record->has_value()) return std::nullopt;
    if ((*record)->offset.value == offset) return kafka::LandmarkOf(ViewOf(**header, **record));
  }
}

}  // namespace gamevents::embedded

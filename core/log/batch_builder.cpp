#include "core/base/bytes.h"
#include "core/log/batch.h"
#include "core/log/compression.h"

#include <algorithm>

namespace gamevents::log {
namespace {

void PutVarint(std::vector<std::byte>& out, uint64_t value) {
  std::byte room[kVarint64BytesMax];
  const size_t size = StoreVarint64(room, value);
  out.insert(out.end(), room, room + size);
}

void PutNullable(std::vector<std::byte>& out, std::optional<std::span<const std::byte>> bytes) {
  PutVarint(out, ZigzagEncode32(bytes ? static_cast<int32_t>(bytes->size()) : -1));
  if (bytes) out.insert(out.end(), bytes->begin(), bytes->end());
}

std::optional<std::span<const std::byte>> BytesOf(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return AsBytes(*text);
}

}  // namespace

void BatchBuilder::Add(const NewRecord& record) {
  if (count_ == 0) base_timestamp_ = max_timestamp_ = record.timestamp;
  max_timestamp_ = std::max(max_timestamp_, record.timestamp);
  std::vector<std::byte> body;
  body.push_back(std::byte{0});  // attributes
  PutVarint(body, ZigzagEncode64(record.timestamp.value - base_timestamp_.value));
  PutVarint(body, ZigzagEncode32(count_));
  PutNullable(body, record.key);
  PutNullable(body, record.value);
  PutVarint(body, ZigzagEncode32(static_cast<int32_t>(record.headers.size())));
  for (const RecordHeader& header : record.headers) {
    PutNullable(body, AsBytes(header.name));
    PutNullable(body, header.value);
  }
  PutVarint(records_, ZigzagEncode32(static_cast<int32_t>(body.size())));
  records_.insert(records_.end(), body.begin(), body.end());
  ++count_;
}

void BatchBuilder::Add(TimestampMs timestamp, std::optional<std::string_view> key,
                       std::optional<std::string_view> value) {
  Add(NewRecord{timestamp, BytesOf(key), BytesOf(value), {}});
}

Result<std::vector<std::byte>> BatchBuilder::Finish() {
  INVARIANT(count_ > 0);
  std::vector<std::byte> batch(kBatchHeaderSize);
  if (options_.codec == Codec::kNone) {
    batch.insert(batch.end(), records_.begin(), records_.end());
  } else if (auto packed = Compress(options_.codec, records_, batch); !packed) {
    return std::move(packed).error();
  }
  BatchHeader header;
  header.length = static_cast<int32_t>(batch.size() - kBatchLengthOverhead);
  header.attributes =
      static_cast<uint16_t>(options_.attributes | static_cast<uint16_t>(options_.codec));
  header.last_offset_delta = count_ - 1;
  header.base_timestamp = base_timestamp_;
  header.max_timestamp = max_timestamp_;
  header.producer_id = options_.producer_id;
  header.producer_epoch = options_.producer_epoch;
  header.base_sequence = options_.base_sequence;
  header.record_count = count_;
  const auto room = std::span(batch).first<kBatchHeaderSize>();
  WriteBatchHeader(header, room);
  header.crc = BatchCrc(batch);
  WriteBatchHeader(header, room);
  records_.clear();
  count_ = 0;
  return batch;
}

}  // namespace gamevents::log

#include "core/base/bytes.h"
#include "core/log/batch.h"
#include "core/log/compression.h"

#include <algorithm>

namespace gamevents::log {
namespace {

using NullableBytes = std::optional<std::span<const std::byte>>;

// A batch that grows from nothing would be copied at each of its first records. Most are small or
// large, so room that does not suffice becomes four times as much.
constexpr size_t kBatchBytesExpected = 4096;
constexpr size_t kRoomGrowth = 4;

uint32_t LengthOf(const NullableBytes& bytes) {
  return ZigzagEncode32(bytes ? static_cast<int32_t>(bytes->size()) : -1);
}

size_t SizeOf(const NullableBytes& bytes) {
  return VarintSize(LengthOf(bytes)) + (bytes ? bytes->size() : 0);
}

std::byte* Put(std::byte* to, const NullableBytes& bytes) {
  to += StoreVarint32(to, LengthOf(bytes));
  if (bytes) to = std::copy(bytes->begin(), bytes->end(), to);
  return to;
}

std::optional<std::span<const std::byte>> BytesOf(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return AsBytes(*text);
}

}  // namespace

void BatchBuilder::Add(const NewRecord& record) {
  if (count_ == 0) {
    base_timestamp_ = record.timestamp;
    facts_ = {record.timestamp, record.timestamp};
  }
  facts_.max_timestamp = std::max(facts_.max_timestamp, record.timestamp);
  facts_.min_timestamp = std::min(facts_.min_timestamp, record.timestamp);
  const uint64_t since_base = ZigzagEncode64(record.timestamp.value - base_timestamp_.value);
  const uint32_t delta = ZigzagEncode32(count_);
  const uint32_t headers = ZigzagEncode32(static_cast<int32_t>(record.headers.size()));
  constexpr size_t kAttributesSize = 1;
  size_t size = kAttributesSize + VarintSize(since_base) + VarintSize(delta) + SizeOf(record.key) +
                SizeOf(record.value) + VarintSize(headers);
  for (const RecordHeader& header : record.headers) {
    size += SizeOf(AsBytes(header.name)) + SizeOf(header.value);
  }
  const uint32_t length = ZigzagEncode32(static_cast<int32_t>(size));

  if (batch_.empty()) {
    batch_.reserve(kBatchBytesExpected);
    batch_.resize(kBatchHeaderSize);
  }
  const size_t before = batch_.size();
  const size_t after = before + VarintSize(length) + size;
  if (after > batch_.capacity()) batch_.reserve(std::max(after, kRoomGrowth * batch_.capacity()));
  batch_.resize(after);
  std::byte* to = batch_.data() + before;
  to += StoreVarint32(to, length);
  *to++ = std::byte{0};  // attributes
  to += StoreVarint64(to, since_base);
  to += StoreVarint32(to, delta);
  to = Put(to, record.key);
  to = Put(to, record.value);
  to += StoreVarint32(to, headers);
  for (const RecordHeader& header : record.headers) {
    to = Put(Put(to, AsBytes(header.name)), header.value);
  }
  INVARIANT(to == batch_.data() + batch_.size());
  ++count_;
}

void BatchBuilder::Add(TimestampMs timestamp, std::optional<std::string_view> key,
                       std::optional<std::string_view> value) {
  Add(NewRecord{timestamp, BytesOf(key), BytesOf(value), {}});
}

Result<std::vector<std::byte>> BatchBuilder::Finish() {
  INVARIANT(count_ > 0);
  std::vector<std::byte> batch;
  if (options_.codec == Codec::kNone) {
    batch = std::move(batch_);
  } else {
    batch.resize(kBatchHeaderSize);
    const auto records = std::span<const std::byte>(batch_).subspan(kBatchHeaderSize);
    if (auto packed = Compress(options_.codec, records, batch); !packed) {
      return std::move(packed).error();
    }
  }
  BatchHeader header;
  header.length = static_cast<int32_t>(batch.size() - kBatchLengthOverhead);
  header.attributes =
      static_cast<uint16_t>(options_.attributes | static_cast<uint16_t>(options_.codec));
  header.last_offset_delta = count_ - 1;
  header.base_timestamp = base_timestamp_;
  header.max_timestamp = facts_.max_timestamp;
  header.producer_id = options_.producer_id;
  header.producer_epoch = options_.producer_epoch;
  header.base_sequence = options_.base_sequence;
  header.record_count = count_;
  const auto room = std::span(batch).first<kBatchHeaderSize>();
  WriteBatchHeader(header, room);
  header.crc = BatchCrc(batch);
  WriteBatchHeader(header, room);
  batch_.clear();
  count_ = 0;
  return batch;
}

}  // namespace gamevents::log

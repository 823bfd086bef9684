#include "core/log/batch.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"
#include "core/log/compression.h"
#include "core/log/log_options.h"

#include <algorithm>
#include <string>

namespace gamevents::log {
namespace {

Error Broken(std::string_view what) { return Error{Fault::kCorrupt, std::string(what)}; }

using Bytes = std::span<const std::byte>;

// A zigzag varint; false when there is none. Nearly all take a byte or two, and a log is read at
// the pace of this.
inline bool TakeNumber(Bytes& in, int32_t& out) {
  if (in.size() >= 2) {
    const auto first = std::to_integer<uint32_t>(in[0]);
    const auto second = std::to_integer<uint32_t>(in[1]);
    if ((first & second & 0x80) == 0) {
      const bool one = first < 0x80;
      out = ZigzagDecode32(one ? first : (first & 0x7F) | second << 7);
      in = in.subspan(one ? 1 : 2);
      return true;
    }
  }
  const auto value = TakeZigzag32(in);
  if (value) out = *value;
  return value.has_value();
}

// A length as zigzag varint and so many bytes; -1 is null. False: it does not fit.
inline bool TakeNullable(Bytes& in, std::optional<Bytes>& out) {
  int32_t length = 0;
  if (!TakeNumber(in, length) || length < -1) return false;
  if (length == -1) {
    out.reset();
    return true;
  }
  const auto size = static_cast<size_t>(length);
  if (size > in.size()) return false;
  out.emplace(in.data(), size);
  in = in.subspan(size);
  return true;
}

TimestampMs RecordTime(const BatchHeader& header, int64_t delta) {
  if (header.timestamp_type() == TimestampType::kLogAppendTime) return header.max_timestamp;
  // Unsigned, so that a hostile delta wraps instead of being undefined.
  return TimestampMs(static_cast<int64_t>(static_cast<uint64_t>(header.base_timestamp.value) +
                                          static_cast<uint64_t>(delta)));
}

// Everything of one record after its length. `in` is exactly the record. Gives what is wrong, or
// nullptr: the record is written where it stays, for a copy of it takes as long as reading it.
const char* ReadRecord(const BatchHeader& header, Bytes in, Record& out) {
  if (in.empty()) return "a record of no bytes";
  in = in.subspan(1);  // attributes, unused since they exist
  const auto time_delta = TakeZigzag64(in);
  int32_t offset_delta = 0;
  if (!time_delta || !TakeNumber(in, offset_delta)) return "a record ends in its deltas";
  if (offset_delta < 0 || offset_delta > header.last_offset_delta) {
    return "a record's offset lies outside its batch";
  }
  if (!TakeNullable(in, out.key)) return "a record's key does not fit";
  if (!TakeNullable(in, out.value)) return "a record's value does not fit";
  int32_t headers = 0;
  // A header takes two bytes at least: a count beyond that is not worth walking.
  if (!TakeNumber(in, headers) || headers < 0 || static_cast<size_t>(headers) > in.size() / 2) {
    return "a record's header count does not fit";
  }
  out.offset = Offset(header.base_offset.value + offset_delta);
  out.timestamp = RecordTime(header, *time_delta);
  out.header_count = headers;
  out.headers = in;
  return nullptr;
}

Result<Bytes> Unpack(const BatchHeader& header, Bytes batch, PackedFor reader,
                     std::vector<std::byte>& scratch) {
  INVARIANT(batch.size() == header.size());
  const Bytes records = batch.subspan(kBatchHeaderSize);
  if (header.codec() == Codec::kNone) return records;
  const Status plain =
      Decompress(header.codec(), records, kUncompressedBatchBytesMax, scratch, reader);
  if (!plain) return Error(plain.error());
  return Bytes(scratch);
}

}  // namespace

BatchHeader ReadBatchHeader(std::span<const std::byte> bytes) {
  INVARIANT(bytes.size() >= kBatchHeaderSize);
  const std::byte* at = bytes.data();
  BatchHeader header;
  header.base_offset = Offset(LoadBigEndianSigned64(at + kBaseOffsetAt));
  header.length = LoadBigEndianSigned32(at + kBatchLengthAt);
  header.leader_epoch = LeaderEpoch(LoadBigEndianSigned32(at + kLeaderEpochAt));
  header.magic = static_cast<int8_t>(at[kMagicAt]);
  header.crc = LoadBigEndian32(at + kCrcAt);
  header.attributes = LoadBigEndian16(at + kAttributesAt);
  header.last_offset_delta = LoadBigEndianSigned32(at + kLastOffsetDeltaAt);
  header.base_timestamp = TimestampMs(LoadBigEndianSigned64(at + kBaseTimestampAt));
  header.max_timestamp = TimestampMs(LoadBigEndianSigned64(at + kMaxTimestampAt));
  header.producer_id = ProducerId(LoadBigEndianSigned64(at + kProducerIdAt));
  header.producer_epoch = LoadBigEndianSigned16(at + kProducerEpochAt);
  header.base_sequence = LoadBigEndianSigned32(at + kBaseSequenceAt);
  header.record_count = LoadBigEndianSigned32(at + kRecordCountAt);
  return header;
}

void WriteBatchHeader(const BatchHeader& header, std::span<std::byte, kBatchHeaderSize> to) {
  std::byte* at = to.data();
  StoreBigEndian(at + kBaseOffsetAt, static_cast<uint64_t>(header.base_offset.value));
  StoreBigEndian(at + kBatchLengthAt, static_cast<uint32_t>(header.length));
  StoreBigEndian(at + kLeaderEpochAt, static_cast<uint32_t>(header.leader_epoch.value));
  at[kMagicAt] = static_cast<std::byte>(header.magic);
  StoreBigEndian(at + kCrcAt, header.crc);
  StoreBigEndian(at + kAttributesAt, header.attributes);
  StoreBigEndian(at + kLastOffsetDeltaAt, static_cast<uint32_t>(header.last_offset_delta));
  StoreBigEndian(at + kBaseTimestampAt, static_cast<uint64_t>(header.base_timestamp.value));
  StoreBigEndian(at + kMaxTimestampAt, static_cast<uint64_t>(header.max_timestamp.value));
  StoreBigEndian(at + kProducerIdAt, static_cast<uint64_t>(header.producer_id.value));
  StoreBigEndian(at + kProducerEpochAt, static_cast<uint16_t>(header.producer_epoch));
  StoreBigEndian(at + kBaseSequenceAt, static_cast<uint32_t>(header.base_sequence));
  StoreBigEndian(at + kRecordCountAt, static_cast<uint32_t>(header.record_count));
}

std::optional<std::string> HeaderFlaw(const BatchHeader& header) {
  if (header.magic != kMagic) return "magic " + std::to_string(header.magic) + ", not 2";
  if (header.size() < kBatchHeaderSize || header.length < 0) {
    return "length " + std::to_string(header.length) + " is shorter than a header";
  }
  if (header.base_offset.value < 0) return std::string("a negative offset");
  if (header.last_offset_delta < 0 ||
      header.base_offset.value > INT64_MAX - 1 - header.last_offset_delta) {
    return "last offset delta " + std::to_string(header.last_offset_delta) + " is out of range";
  }
  if (header.record_count < 0 || header.record_count > int64_t{header.last_offset_delta} + 1) {
    return std::to_string(header.record_count) + " records do not fit a last offset delta of " +
           std::to_string(header.last_offset_delta);
  }
  return std::nullopt;
}

uint32_t BatchCrc(std::span<const std::byte> batch) {
  return Crc32c(0, batch.subspan(kCrcCoversFrom));
}

std::variant<BatchHeader, Refused> CheckBatch(std::span<const std::byte> batch) {
  // Message sets before KIP-98 may be shorter than a header, and have their magic in the same
  // place.
  if (batch.size() > kMagicAt && batch[kMagicAt] < std::byte{kMagic}) {
    return Refused{Refusal::kInvalidRecord, "message format 0 or 1: only 2 is taken"};
  }
  if (batch.size() < kBatchHeaderSize) {
    return Refused{Refusal::kInvalidRecord,
                   std::to_string(batch.size()) + " bytes are not a batch"};
  }
  const BatchHeader header = ReadBatchHeader(batch);
  // Clients send any base offset; the log gives its own.
  BatchHeader placed = header;
  placed.base_offset = Offset(0);
  if (const auto flaw = HeaderFlaw(placed)) return Refused{Refusal::kInvalidRecord, *flaw};
  if (header.size() > batch.size()) {
    return Refused{Refusal::kInvalidRecord, "a batch of " + std::to_string(header.size()) +
                                                " bytes, of which " + std::to_string(batch.size()) +
                                                " came"};
  }
  if (header.size() < batch.size()) {
    return Refused{Refusal::kInvalidRecord, "more than one batch for a partition"};
  }
  if (BatchCrc(batch) != header.crc) return Refused{Refusal::kCorrupt, "the checksum is wrong"};
  if (header.record_count == 0 || header.record_count != int64_t{header.last_offset_delta} + 1) {
    return Refused{Refusal::kInvalidRecord, std::to_string(header.record_count) +
                                                " records with a last offset delta of " +
                                                std::to_string(header.last_offset_delta)};
  }
  if (header.transactional()) {
    return Refused{Refusal::kInvalidRecord, "transactions are not supported"};
  }
  if (header.control()) return Refused{Refusal::kInvalidRecord, "a control batch from a client"};
  if (header.producer_id.value >= 0 && (header.base_sequence < 0 || header.producer_epoch < 0)) {
    return Refused{Refusal::kInvalidRecord, "a producer id without epoch or sequence"};
  }
  if ((header.attributes & kCodecMask) > static_cast<uint16_t>(Codec::kZstd)) {
    return Refused{Refusal::kUnsupportedCodec,
                   "compression codec " + std::to_string(header.attributes & kCodecMask)};
  }
  return placed;
}

Result<RecordHeader> TakeRecordHeader(std::span<const std::byte>& headers) {
  std::optional<Bytes> name;
  if (!TakeNullable(headers, name) || !name) return Broken("a record header's name does not fit");
  std::optional<Bytes> value;
  if (!TakeNullable(headers, value)) return Broken("a record header's value does not fit");
  return RecordHeader{AsText(*name), value};
}

Result<bool> RecordCursor::Next(Record& record) {
  if (taken_ == header_.record_count) {
    if (!rest_.empty()) return Broken("bytes are left over after the last record");
    return false;
  }
  int32_t length = 0;
  if (!TakeNumber(rest_, length) || length < 0 || static_cast<size_t>(length) > rest_.size()) {
    return Broken("record " + std::to_string(taken_) + " of " +
                  std::to_string(header_.record_count) + " does not fit");
  }
  const auto size = static_cast<size_t>(length);
  if (const char* flaw = ReadRecord(header_, rest_.first(size), record)) {
    return Broken(flaw).In("record " + std::to_string(taken_));
  }
  rest_ = rest_.subspan(size);
  ++taken_;
  return true;
}

Result<std::optional<Record>> RecordCursor::Next() {
  std::optional<Record> record(std::in_place);
  const auto taken = Next(*record);
  if (!taken) return Error(taken.error());
  if (!*taken) record.reset();
  return record;
}

Result<std::span<const std::byte>> UncompressedRecords(const BatchHeader& header,
                                                       std::span<const std::byte> batch,
                                                       std::vector<std::byte>& scratch) {
  return Unpack(header, batch, PackedFor::kThis, scratch);
}

Result<RecordFacts> CheckRecords(const BatchHeader& header, std::span<const std::byte> batch) {
  std::vector<std::byte> scratch;
  const auto records = Unpack(header, batch, PackedFor::kEvery, scratch);
  if (!records) return Error(records.error());
  RecordCursor cursor(header, *records);
  RecordFacts facts;
  for (int64_t expected = header.base_offset.value;; ++expected) {
    const auto record = cursor.Next();
    if (!record) return Error(record.error());
    if (!record->has_value()) return facts;
    const Record& found = **record;
    if (found.offset.value != expected) return Broken("records are not numbered in order");
    auto headers = found.headers;
    for (int32_t i = 0; i < found.header_count; ++i) {
      if (const auto taken = TakeRecordHeader(headers); !taken) return Error(taken.error());
    }
    if (!headers.empty()) return Broken("bytes are left over in a record");
    const bool first = expected == header.base_offset.value;
    facts.max_timestamp = first ? found.timestamp : std::max(facts.max_timestamp, found.timestamp);
    facts.min_timestamp = first ? found.timestamp : std::min(facts.min_timestamp, found.timestamp);
  }
}

}  // namespace gamevents::log

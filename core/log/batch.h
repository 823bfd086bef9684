#pragma once

#include "core/base/result.h"
#include "core/log/format.h"
#include "core/log/types.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::log {

/// How the records of a batch are compressed, as its attributes number it.
enum class Codec : uint8_t { kNone = 0, kGzip = 1, kSnappy = 2, kLz4 = 3, kZstd = 4 };

/// Why a producer's batch was not taken. The producer is told; nothing was written.
enum class Refusal : uint8_t {
  kCorrupt,             ///< checksum wrong, worth another try: Kafka's CORRUPT_MESSAGE (2)
  kTooLarge,            ///< above batch_bytes_max: MESSAGE_TOO_LARGE (10)
  kLargerThanSegment,   ///< above segment_bytes: RECORD_LIST_TOO_LARGE (18)
  kInvalidTimestamp,    ///< outside what the topic allows: INVALID_TIMESTAMP (32)
  kOutOfOrderSequence,  ///< a gap in the producer's numbering: OUT_OF_ORDER_SEQUENCE_NUMBER (45)
  kFencedEpoch,         ///< an older producer epoch: INVALID_PRODUCER_EPOCH (47)
  kUnsupportedCodec,    ///< codec 5 to 7: UNSUPPORTED_COMPRESSION_TYPE (76)
  kInvalidRecord,       ///< not a batch, or not what its header says: INVALID_RECORD (87)
};

/// How many records of one batch are named as the ones to blame.
inline constexpr size_t kRefusedRecordsMax = 1000;

/// One record that is to blame: which of its batch, from 0, and why.
struct RefusedRecord {
  int32_t index = 0;
  std::string reason;
};

struct Refused {
  Refusal refusal;
  std::string reason;  ///< for the producer and the log, with the numbers
  /// The records to blame, where the others of the batch may be sent again without them; the first
  /// kRefusedRecordsMax.
  std::vector<RefusedRecord> records{};
};

/// The fields of a RecordBatch v2, in the order of the bytes.
struct BatchHeader {
  Offset base_offset;
  int32_t length = 0;  ///< as stored: the bytes after the length field
  LeaderEpoch leader_epoch{-1};
  int8_t magic = kMagic;
  uint32_t crc = 0;
  uint16_t attributes = 0;
  int32_t last_offset_delta = 0;
  TimestampMs base_timestamp{-1};
  TimestampMs max_timestamp{-1};
  ProducerId producer_id{-1};
  int16_t producer_epoch = -1;
  int32_t base_sequence = -1;
  int32_t record_count = 0;

  /// Bytes of the whole batch, its header included.
  size_t size() const { return static_cast<size_t>(length) + kBatchLengthOverhead; }
  Offset last_offset() const { return Offset(base_offset.value + last_offset_delta); }
  /// The offset after the last record.
  Offset next_offset() const { return Offset(last_offset().value + 1); }
  Codec codec() const { return static_cast<Codec>(attributes & kCodecMask); }
  /// Whether it holds a transaction's markers in place of records.
  bool control() const { return (attributes & kControlBit) != 0; }
  /// Whether it is a part of a transaction.
  bool transactional() const { return (attributes & kTransactionalBit) != 0; }
  /// Whether its producer numbers its batches, so that a repeated one is recognized.
  bool idempotent() const { return producer_id.value >= 0 && base_sequence >= 0; }
  /// Who set the times of its records.
  TimestampType timestamp_type() const {
    return (attributes & kLogAppendTimeBit) != 0 ? TimestampType::kLogAppendTime
                                                 : TimestampType::kCreateTime;
  }
};

/// Reads a header; nothing is checked but that there are 61 bytes.
/// Requires: bytes.size() >= kBatchHeaderSize.
BatchHeader ReadBatchHeader(std::span<const std::byte> bytes);

/// Writes the 61 bytes at `to`.
void WriteBatchHeader(const BatchHeader& header, std::span<std::byte, kBatchHeaderSize> to);

/// What is wrong with a header as it stands on disk, or nothing: magic, length, counts, offsets.
/// Counts below offsets are legal there: compaction takes records out.
std::optional<std::string> HeaderFlaw(const BatchHeader& header);

/// The checksum that `batch` (one whole batch) ought to carry.
uint32_t BatchCrc(std::span<const std::byte> batch);

/// Checks what a producer sent, header and checksum only: exactly one whole batch of magic 2, a
/// count that fits its offsets, no control or transactional batch, a sequence where there is a
/// producer. What the client wrote as base offset means nothing: the header given back has 0.
std::variant<BatchHeader, Refused> CheckBatch(std::span<const std::byte> batch);

/// One record inside a batch. The spans point into the batch's uncompressed records.
struct Record {
  Offset offset;
  TimestampMs timestamp{-1};
  std::optional<std::span<const std::byte>> key;    ///< nullopt is Kafka's null
  std::optional<std::span<const std::byte>> value;  ///< nullopt is a tombstone
  int32_t header_count = 0;
  std::span<const std::byte> headers;  ///< still encoded: see TakeRecordHeader
};

/// One header of a record. The views point into the batch's uncompressed records.
struct RecordHeader {
  std::string_view name;
  std::optional<std::span<const std::byte>> value;
};

/// Takes one header off the front of a record's encoded headers. Errors: kCorrupt.
Result<RecordHeader> TakeRecordHeader(std::span<const std::byte>& headers);

/// Walks the records of one batch. Not thread-safe; the bytes must outlive it.
class RecordCursor {
 public:
  /// `records` is what follows the header, uncompressed (see UncompressedRecords).
  RecordCursor(const BatchHeader& header, std::span<const std::byte> records)
      : header_(header), rest_(records) {}

  /// The next record, or nullopt after the last. Errors: kCorrupt (a record that does not fit, a
  /// count that is wrong, bytes left over).
  Result<std::optional<Record>> Next();

  /// The same into `record`, which means something only if this gives true: for whoever reads very
  /// many. False after the last.
  Result<bool> Next(Record& record);

 private:
  BatchHeader header_;
  std::span<const std::byte> rest_;
  int32_t taken_ = 0;
};

/// The records of a whole batch as plain bytes: into the batch itself, or, when it is compressed,
/// into `scratch`. Errors: kCorrupt (they do not unpack, or to more than
/// kUncompressedBatchBytesMax); kUnsupported (codec).
Result<std::span<const std::byte>> UncompressedRecords(const BatchHeader& header,
                                                       std::span<const std::byte> batch,
                                                       std::vector<std::byte>& scratch);

/// What walking all records of a batch finds out.
struct RecordFacts {
  TimestampMs max_timestamp{-1};
  TimestampMs min_timestamp{-1};
};

/// Walks every record that a client sent: each must be whole, numbered 0, 1, 2 … and as many as the
/// header says, and packed so that every client can read it (PackedFor::kEvery).
/// Errors: kCorrupt; kUnsupported.
Result<RecordFacts> CheckRecords(const BatchHeader& header, std::span<const std::byte> batch);

/// Puts records into one batch: for whoever writes without a client, and for tests. Not
/// thread-safe.
class BatchBuilder {
 public:
  /// How the batch is written, and whose it is.
  struct Options {
    Codec codec = Codec::kNone;
    uint16_t attributes = 0;  ///< bits besides the codec's
    ProducerId producer_id{-1};
    int16_t producer_epoch = -1;
    int32_t base_sequence = -1;
  };
  BatchBuilder() = default;
  /// `room` is memory to build in; what it has means nothing.
  explicit BatchBuilder(const Options& options, std::vector<std::byte> room = {})
      : options_(options), batch_(std::move(room)) {
    batch_.clear();
  }

  /// A record to be added; the views need to live only as long as the call.
  struct NewRecord {
    TimestampMs timestamp{-1};
    std::optional<std::span<const std::byte>> key;
    std::optional<std::span<const std::byte>> value;
    std::span<const RecordHeader> headers;
  };
  /// Appends a record. Its offset in the batch is the count of those before it.
  void Add(const NewRecord& record);
  /// The same for the common case: text, no headers.
  void Add(TimestampMs timestamp, std::optional<std::string_view> key,
           std::optional<std::string_view> value);

  /// Records that were added since the last Finish.
  int32_t count() const { return count_; }
  /// The bytes of a batch of them, uncompressed.
  size_t size_bytes() const { return std::max(kBatchHeaderSize, batch_.size()); }
  /// What walking them would find out; after Finish of those that it has finished.
  const RecordFacts& facts() const { return facts_; }

  /// The finished batch with base offset 0 and leader epoch -1; the builder is empty again.
  /// Requires: count() > 0. Errors: kUnsupported or kIo, from compressing.
  Result<std::vector<std::byte>> Finish();

 private:
  Options options_;
  std::vector<std::byte> batch_;  // room for the header, then the records, uncompressed
  int32_t count_ = 0;
  TimestampMs base_timestamp_{-1};
  RecordFacts facts_;
};

}  // namespace gamevents::log

#pragma once

#include <cstddef>
#include <cstdint>

// The numbers of Kafka's on-disk format; docs/segment-format.md has the grammar. Every one of them
// is written to disk: never change one.

namespace gamevents::log {

// RecordBatch v2: where each field of the header starts. All integers are big-endian.
inline constexpr size_t kBaseOffsetAt = 0;
inline constexpr size_t kBatchLengthAt = 8;
inline constexpr size_t kLeaderEpochAt = 12;
inline constexpr size_t kMagicAt = 16;
inline constexpr size_t kCrcAt = 17;
inline constexpr size_t kAttributesAt = 21;
inline constexpr size_t kLastOffsetDeltaAt = 23;
inline constexpr size_t kBaseTimestampAt = 27;
inline constexpr size_t kMaxTimestampAt = 35;
inline constexpr size_t kProducerIdAt = 43;
inline constexpr size_t kProducerEpochAt = 51;
inline constexpr size_t kBaseSequenceAt = 53;
inline constexpr size_t kRecordCountAt = 57;
inline constexpr size_t kBatchHeaderSize = 61;

/// The length field counts the bytes after itself.
inline constexpr size_t kBatchLengthOverhead = 12;
/// The checksum covers everything from here to the batch's end.
inline constexpr size_t kCrcCoversFrom = kAttributesAt;
static_assert(kBatchHeaderSize == kRecordCountAt + 4, "Kafka's v2 batch header is 61 bytes");
static_assert(kLeaderEpochAt + 4 <= kCrcCoversFrom, "what the broker stamps is outside the CRC");

// 0 and 1 were the message sets before KIP-98; they are refused.
inline constexpr int8_t kMagic = 2;

// Attributes.
inline constexpr uint16_t kCodecMask = 0x07;
inline constexpr uint16_t kLogAppendTimeBit = 0x08;
inline constexpr uint16_t kTransactionalBit = 0x10;
inline constexpr uint16_t kControlBit = 0x20;
inline constexpr uint16_t kDeleteHorizonBit = 0x40;

// Index entries. Relative offsets are counted from the segment's base offset.
inline constexpr size_t kOffsetEntrySize = 8;  // relative offset i32, position i32
inline constexpr size_t kTimeEntrySize = 12;   // timestamp i64, relative offset i32

// Producer snapshots: version i16, CRC-32C u32 of what follows, then an array of entries.
inline constexpr int16_t kSnapshotVersion = 1;
inline constexpr size_t kSnapshotCrcAt = 2;
inline constexpr size_t kSnapshotCountAt = 6;
inline constexpr size_t kSnapshotEntriesAt = 10;
inline constexpr size_t kSnapshotEntrySize = 8 + 2 + 4 + 8 + 4 + 8 + 4 + 8;

// The durable end, gamevents' own: an offset i64, then the CRC-32C u32 of its eight bytes.
inline constexpr size_t kDurableEndCrcAt = 8;
inline constexpr size_t kDurableEndSize = 12;

/// File names are the base offset in this many digits, then the suffix.
inline constexpr size_t kOffsetDigits = 20;
inline constexpr char kLogSuffix[] = ".log";
inline constexpr char kOffsetIndexSuffix[] = ".index";
inline constexpr char kTimeIndexSuffix[] = ".timeindex";
inline constexpr char kTransactionIndexSuffix[] = ".txnindex";
inline constexpr char kSnapshotSuffix[] = ".snapshot";
inline constexpr char kLeaderEpochFile[] = "leader-epoch-checkpoint";
inline constexpr char kPartitionMetadataFile[] = "partition.metadata";
inline constexpr char kDurableEndFile[] = "durable-end";

}  // namespace gamevents::log

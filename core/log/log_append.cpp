#include "core/base/bytes.h"
#include "core/base/check.h"
#include "core/base/crc32c.h"
#include "core/log/log.h"
#include "core/log/segment.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::log {
namespace {

// What can be said of a batch's size without looking into it.
std::optional<Refused> CheckSize(size_t bytes, const LogOptions& options) {
  if (bytes > options.batch_bytes_max) {
    return Refused{Refusal::kTooLarge, "a batch of " + std::to_string(bytes) +
                                           " bytes: max.message.bytes is " +
                                           std::to_string(options.batch_bytes_max)};
  }
  if (bytes > options.segment_bytes) {
    return Refused{Refusal::kLargerThanSegment, "a batch of " + std::to_string(bytes) +
                                                    " bytes: segment.bytes is " +
                                                    std::to_string(options.segment_bytes)};
  }
  return std::nullopt;
}

// What is wrong with one record's time, or nothing.
std::optional<std::string> TimeFlaw(TimestampMs time, const LogOptions& options, TimestampMs now) {
  const auto& after = options.timestamp_after_max;
  if (after && MsBetween(now, time) > after->count()) {
    return FormatTimestamp(time) + " lies more than " + std::to_string(after->count()) +
           " ms in the future";
  }
  const auto& before = options.timestamp_before_max;
  const bool has_time = time.value >= 0;
  if (before && has_time && MsBetween(time, now) > before->count()) {
    return FormatTimestamp(time) + " lies more than " + std::to_string(before->count()) +
           " ms in the past";
  }
  return std::nullopt;
}

// The records of a batch, which has been walked before, whose times are wrong.
std::vector<RefusedRecord> RecordsOutOfTime(const BatchHeader& header,
                                            std::span<const std::byte> batch,
                                            const LogOptions& options, TimestampMs now) {
  std::vector<RefusedRecord> wrong;
  std::vector<std::byte> scratch;
  const auto records = UncompressedRecords(header, batch, scratch);
  if (!records) return wrong;
  RecordCursor cursor(header, *records);
  for (int32_t index = 0; wrong.size() < kRefusedRecordsMax; ++index) {
    const auto record = cursor.Next();
    if (!record || !record->has_value()) break;
    if (auto flaw = TimeFlaw((*record)->timestamp, options, now)) {
      wrong.push_back({index, *std::move(flaw)});
    }
  }
  return wrong;
}

std::optional<Refused> CheckTimes(const BatchHeader& header, std::span<const std::byte> batch,
                                  const RecordFacts& facts, const LogOptions& options,
                                  TimestampMs now) {
  if (options.timestamp_type == TimestampType::kLogAppendTime) return std::nullopt;
  if (header.timestamp_type() == TimestampType::kLogAppendTime) {
    return Refused{Refusal::kInvalidTimestamp, "LogAppendTime is not for a producer to set"};
  }
  auto flaw = TimeFlaw(facts.max_timestamp, options, now);
  if (!flaw) flaw = TimeFlaw(facts.min_timestamp, options, now);
  if (!flaw) return std::nullopt;
  return Refused{Refusal::kInvalidTimestamp, *std::move(flaw),
                 RecordsOutOfTime(header, batch, options, now)};
}

bool NeedsNewSegment(const Segment::Facts& facts, Offset base, const BatchHeader& header,
                     const LogOptions& options) {
  if (facts.size == 0) return false;
  const int64_t last = facts.next_offset.value + header.last_offset_delta;
  return facts.size + header.size() > options.segment_bytes ||
         facts.index_bytes + kTimeEntrySize > options.index_bytes_max ||
         last - base.value > INT32_MAX ||
         MsBetween(facts.first_timestamp, header.max_timestamp) > options.segment_age.count();
}

}  // namespace

Result<AppendOutcome> Log::Append(std::span<const std::byte> batch, CommitBy commit) {
  const LogOptions options = this->options();
  if (auto refused = CheckSize(batch.size(), options)) return AppendOutcome(*std::move(refused));
  auto checked = CheckBatch(batch);
  if (auto* refused = std::get_if<Refused>(&checked)) return AppendOutcome(std::move(*refused));
  const BatchHeader& header = std::get<BatchHeader>(checked);
  const auto facts = CheckRecords(header, batch);
  if (!facts) {
    const auto refusal = facts.error().fault == Fault::kUnsupported ? Refusal::kUnsupportedCodec
                                                                    : Refusal::kInvalidRecord;
    return AppendOutcome(Refused{refusal, facts.error().context});
  }
  return AppendWhole(header, *facts, batch, options, commit);
}

Result<AppendOutcome> Log::AppendBuilt(std::span<const std::byte> batch, const RecordFacts& facts,
                                       CommitBy commit) {
  const LogOptions options = this->options();
  if (auto refused = CheckSize(batch.size(), options)) return AppendOutcome(*std::move(refused));
  const BatchHeader header = ReadBatchHeader(batch);
  INVARIANT(header.codec() == Codec::kNone && header.size() == batch.size());
  return AppendWhole(header, facts, batch, options, commit);
}

Result<AppendOutcome> Log::AppendWhole(BatchHeader header, const RecordFacts& facts,
                                       std::span<const std::byte> batch, const LogOptions& options,
                                       CommitBy commit) {
  const TimestampMs now = environment_.clock.Now();
  if (auto refused = CheckTimes(header, batch, facts, options, now)) {
    return AppendOutcome(*std::move(refused));
  }

  const bool log_time = options.timestamp_type == TimestampType::kLogAppendTime;
  const TimestampMs max_timestamp = log_time ? now : facts.max_timestamp;
  const uint16_t attributes =
      static_cast<uint16_t>(header.attributes | (log_time ? kLogAppendTimeBit : uint16_t{0}));
  if (max_timestamp != header.max_timestamp || attributes != header.attributes) {
    // These fields lie under the checksum; some clients leave the largest time for us to find.
    header.max_timestamp = max_timestamp;
    header.attributes = attributes;
    std::array<std::byte, kBatchHeaderSize> bytes;
    WriteBatchHeader(header, bytes);
    header.crc = Crc32c(Crc32c(0, std::span(bytes).subspan(kCrcCoversFrom)),
                        batch.subspan(kBatchHeaderSize));
  }
  const std::lock_guard appending(append_mutex_);
  return AppendChecked(header, batch, commit);
}

Result<AppendOutcome> Log::AppendChecked(const BatchHeader& header,
                                         std::span<const std::byte> batch, CommitBy commit) {
  if (auto obstacle = Obstacle()) return *std::move(obstacle);
  const auto verdict = producers_.Check(header);
  if (const auto* refused = std::get_if<Refused>(&verdict)) return AppendOutcome(*refused);
  if (const auto* duplicate = std::get_if<ProducerState::Duplicate>(&verdict)) {
    return AppendOutcome(
        Appended{duplicate->base_offset, duplicate->next_offset, TimestampMs(-1), true});
  }
  auto outcome = Store(header, batch, commit);
  if (!outcome) producers_.NoteTurnedAway(header, environment_.clock.Now());
  return outcome;
}

Result<AppendOutcome> Log::Store(BatchHeader header, std::span<const std::byte> batch,
                                 CommitBy commit) {
  if (auto room = MakeRoomFor(header, options()); !room) return std::move(room).error();
  const auto [mark, segment] = End();
  header.base_offset = mark.end;
  header.leader_epoch = leader_epoch();
  std::array<std::byte, kBatchHeaderSize> stamped;
  WriteBatchHeader(header, stamped);
  const std::array<std::span<const std::byte>, 2> pieces{stamped, batch.subspan(kBatchHeaderSize)};
  if (auto wrote = segment->Write(pieces); !wrote) {
    if (wrote.error().fault == Fault::kFull) return std::move(wrote).error();
    return Fail(wrote.error());
  }
  segment->Note(header, options().index_interval_bytes);
  producers_.Note(header, environment_.clock.Now());
  Publish(Mark{header.next_offset(), segment->base(), mark.position + header.size()});
  if (commit == CommitBy::kCommitter || !environment_.committer.always()) {
    environment_.committer.Schedule(shared_from_this());
  }
  const bool log_time = header.timestamp_type() == TimestampType::kLogAppendTime;
  return AppendOutcome(Appended{header.base_offset, header.next_offset(),
                                log_time ? header.max_timestamp : TimestampMs(-1), false});
}

Status Log::TryAppend(size_t bytes) {
  INVARIANT(bytes >= kBatchHeaderSize && bytes <= INT32_MAX);
  BatchHeader header;
  header.length = static_cast<int32_t>(bytes - kBatchLengthOverhead);
  header.max_timestamp = environment_.clock.Now();
  const std::lock_guard appending(append_mutex_);
  if (auto obstacle = Obstacle()) return *std::move(obstacle);
  if (auto room = MakeRoomFor(header, options()); !room) return room;
  auto tried = End().second->TryWrite(bytes);
  if (tried || tried.error().fault == Fault::kFull) return tried;
  return Fail(tried.error());
}

Status Log::MakeRoomFor(const BatchHeader& header, const LogOptions& options) {
  const auto [mark, segment] = End();
  if (!NeedsNewSegment(segment->facts(), segment->base(), header, options)) return Done{};
  return Roll();
}

// Ends the last segment and begins the next. Everything in the old one is on disk before the new
// one exists: recovery relies on it. After kFull nothing is in doubt: what was written of the
// indexes and the snapshot is written again at the next try, and the old segment goes on until
// then.
Status Log::Roll() {
  const auto [mark, segment] = End();
  if (auto synced = SyncTo(mark, *segment); !synced) return synced;
  auto rolled = segment->Seal();
  if (rolled) rolled = WriteSnapshot(mark.end);
  if (rolled) rolled = StartSegment(mark.end);
  if (rolled) {
    segment->Rest();
    return rolled;
  }
  return rolled.error().fault == Fault::kFull ? std::move(rolled) : Status(Fail(rolled.error()));
}

Status Log::StartSegment(Offset base) {
  auto made = Segment::Create({environment_.files, environment_.pool}, directory_, base);
  if (!made) return std::move(made).error();
  if (auto synced = environment_.files.SyncDirectory(directory_); !synced) {
    // The old segment may go on past this one's first offset, so it must not stay.
    if (!(*made)->RemoveFiles()) return Error{Fault::kIo, synced.error().context};
    return synced;
  }
  const std::lock_guard lock(mutex_);
  segments_.push_back(std::move(*made));
  end_ = Mark{base, base, 0};
  return Done{};
}

Status Log::WriteSnapshot(Offset end) {
  return ReplaceFile(environment_.files, directory_, OffsetFileName(end) + kSnapshotSuffix,
                     AsText(producers_.Encode()));
}

}  // namespace gamevents::log

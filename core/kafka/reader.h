#pragma once

#include "core/base/clock.h"
#include "core/base/moment.h"
#include "core/base/result.h"
#include "core/base/time_zone.h"
#include "core/kafka/client_options.h"
#include "core/kafka/landmark.h"
#include "core/kafka/record.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::kafka {

/// A place in a partition, before it is looked up.
struct Position {
  enum class Kind : uint8_t {
    kBeginning,  ///< the log's start
    kEnd,        ///< the high watermark
    kOffset,     ///< `number`
    kFromEnd,    ///< `number` records before the high watermark
    kTime,       ///< the first record whose timestamp is at least `number` (ms)
  };
  Kind kind = Kind::kBeginning;
  int64_t number = 0;
};

/// From `from` up to, not including, `to`.
struct PositionRange {
  Position from;
  Position to{Position::Kind::kEnd, 0};
};

/// "beginning", "end", "N", "-N", "@2026-11-23T10:00Z", "@1795428000000" (13 digits, or 0), "@-2h"
/// or "@-2w" (before `now`), "@today", "@yesterday" (their midnight), or "FROM:TO" of these (either
/// may be empty: "100:", ":@-1h"). A time has colons of its own: the split is at the colon after
/// which both sides can be read. Days, and times that do not say otherwise, are of `zone`. Errors:
/// kBadInput, naming what is allowed.
Result<PositionRange> ParsePositionRange(std::string_view text, TimestampMs now,
                                         const TimeZone& zone = {});

/// The first record of a moment: "2h" (before `now`), or what may stand behind an '@' in
/// ParsePositionRange, "-2h" excepted: "today", "2026-11-23T10:00Z".
/// Errors: kBadInput, naming what is allowed.
Result<Position> ParseMoment(std::string_view text, TimestampMs now, const TimeZone& zone = {});

/// ParseMoment for filters and SQL, which have a moment behind an '@': its time in UTC as a text,
/// as events and records have theirs.
ReadMoment MomentTexts(TimestampMs now, const TimeZone& zone);

/// What there is to read of one partition: the offsets [begin, end). `high_watermark` is what the
/// broker said when it was asked; end never lies past it.
struct PartitionRange {
  int32_t partition = 0;
  int64_t begin = 0;
  int64_t end = 0;
  int64_t high_watermark = 0;
};

/// What is read, and from where to where.
struct ReaderOptions {
  ClientOptions client;
  std::string topic;
  PositionRange range;              ///< applies to each partition
  std::vector<int32_t> partitions;  ///< empty: all of the topic's
  /// Offsets, by partition, that stand for range.from there; deleted ones are moved up.
  std::map<int32_t, int64_t> starts{};
  /// The same for range.to; beyond the high watermark there is nothing.
  std::map<int32_t, int64_t> ends{};
  /// Records, by partition, that were read of this topic before. Where one is another now, so is
  /// the topic. Looked at only when following.
  std::map<int32_t, Landmark> landmarks{};
  bool headers = true;  ///< false: records come without theirs, which spares looking for them
  bool follow = false;  ///< go on past the end as records arrive; range.to is ignored
  std::optional<std::string>
      group;  ///< start at this group's offsets where it has any, commit there
};

/// Reads a topic's partitions from where the options say to the end as it was at the start, and
/// ends exactly: the consumer's position counts, not the last record's offset, so gaps left by
/// compaction or transactions never make it wait. The partitions are those that the topic had at
/// the start. When following, it notices within some seconds that the topic was deleted or made
/// again (TopicWatch). Not thread-safe.
///
/// Properties that would break this are refused: group.id (see `group`), enable.auto.commit,
/// enable.partition.eof, auto.offset.reset, allow.auto.create.topics. isolation.level is
/// read_committed unless set, and "the end" is the last stable offset then.
class Reader {
 public:
  /// Finds the topic and the ranges. Errors: kNotFound (no such topic or partition); kUnavailable
  /// (no broker within the timeout, with the addresses tried); kBadInput (a property, an offset);
  /// kCorrupt (a landmark is another record).
  static Result<std::unique_ptr<Reader>> Open(const ReaderOptions& options);

  /// The ranges that Open would read, without beginning to fetch. Errors: as Open.
  static Result<std::vector<PartitionRange>> Find(const ReaderOptions& options);

  /// Whether Open would take the options' properties: for another way to read that keeps this
  /// contract. Talks to no broker. Errors: kBadInput as Open.
  static Status Check(const ReaderOptions& options);

  virtual ~Reader() = default;

  /// What will be read, as found at the start; a partition with nothing to read is there too.
  virtual std::span<const PartitionRange> ranges() const = 0;

  /// The next records, in offset order within a partition; empty when none came within `wait`.
  /// What is returned lives until the next call.
  /// Errors: kUnavailable (nothing from a partition's leader for the timeout, with the addresses
  /// tried; or nothing of a log that goes on, with the offset); kNotFound (the topic was deleted
  /// meanwhile, or records before they could be read); kCorrupt (it is another topic now, or the
  /// log was cut); kIo (a batch that cannot be read, and as librdkafka says).
  virtual Result<std::span<const RecordView>> Next(std::chrono::milliseconds wait) = 0;

  /// Next gives at most `count` records (at least 1) from now on: for a caller that stops after so
  /// many, and must not commit more than it took.
  virtual void LimitBatch(size_t count) = 0;

  /// Partitions whose end has been reached since the last call of this, each reported once
  /// (never when following).
  virtual std::vector<PartitionRange> TakeFinished() = 0;

  /// Whether every partition has been read to its end (never when following).
  virtual bool Finished() const = 0;

  /// How many offsets lie between what Next has returned and the ends of the partitions, as far as
  /// that is known without asking a broker.
  virtual int64_t Behind() const { return 0; }

  /// Commits what has been returned so far to the group, if there is one. Errors: kUnavailable;
  /// kBadInput when the group is in use by members of its own.
  virtual Status Commit() = 0;
};

}  // namespace gamevents::kafka

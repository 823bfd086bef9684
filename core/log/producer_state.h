#pragma once

#include "core/base/result.h"
#include "core/log/batch.h"
#include "core/log/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <variant>
#include <vector>

namespace gamevents::log {

/// What a partition remembers of its idempotent producers, so that a batch that is sent again is
/// not stored again: the epoch and the last five batches of each. Not thread-safe.
class ProducerState {
 public:
  /// Clients have at most five requests in flight, so a repeated batch is one of the last five.
  static constexpr size_t kWindow = 5;

  struct Batch {
    int32_t first_sequence = -1;
    int32_t last_sequence = -1;
    Offset last_offset;
    int32_t offset_delta = 0;  ///< last offset minus base offset
    TimestampMs timestamp{-1};
    Offset base_offset() const { return Offset(last_offset.value - offset_delta); }
  };

  /// One producer as DescribeProducers shows it.
  struct Summary {
    ProducerId id;
    int16_t epoch = -1;
    int32_t last_sequence = -1;
    TimestampMs last_timestamp{-1};
  };

  /// The batch may be appended.
  struct Fresh {};
  /// It is stored already, here.
  struct Duplicate {
    Offset base_offset;
    Offset next_offset;
  };

  /// Whether the batch is the next of its producer. An unknown producer may begin anywhere, because
  /// its state may have expired, unless a batch of it was turned away: then only with that one.
  /// Changes nothing. A batch without a producer id is Fresh.
  std::variant<Fresh, Duplicate, Refused> Check(const BatchHeader& header) const;

  /// Notes a batch that was written (or found on disk) with its final offsets, seen at `now`.
  void Note(const BatchHeader& header, TimestampMs now);

  /// Notes a batch that was Fresh and could not be written, seen at `now`. Its producer sends it
  /// again, but may have sent the next ones already. Were one of those taken first, the client
  /// would hold this one for stored as well: an acknowledgement covers what came before. Not kept
  /// in the snapshot: after a restart clients send again on new connections, in order.
  void NoteTurnedAway(const BatchHeader& header, TimestampMs now);

  /// Forgets producers that have not been seen for kProducerExpiry.
  void Expire(TimestampMs now);

  /// Forgets everything.
  void Clear();

  /// All producers, by id.
  std::vector<Summary> Summaries() const;
  /// Producers that are remembered.
  size_t size() const { return producers_.size(); }

  /// Kafka's snapshot file. A producer has an entry for each batch of its window, oldest first:
  /// Kafka, which keeps one, lets a later entry replace an earlier.
  std::vector<std::byte> Encode() const;

  /// The state back, its producers seen at `now`. Errors: kCorrupt (checksum, length); kUnsupported
  /// (a newer version).
  static Result<ProducerState> Decode(std::span<const std::byte> bytes, TimestampMs now);

 private:
  struct Producer {
    int16_t epoch = -1;
    TimestampMs seen{-1};                 // by our clock: a record's own time may lie years back
    size_t count = 0;                     // how many of `window` are used
    std::array<Batch, kWindow> window{};  // oldest first
    const Batch& last() const { return window[count - 1]; }
    void Push(const Batch& batch);
  };
  // The batch with which an unknown producer has to begin.
  struct Beginning {
    int16_t epoch = -1;
    int32_t sequence = -1;
    TimestampMs seen{-1};
  };
  std::variant<Fresh, Duplicate, Refused> CheckUnknown(const BatchHeader& header) const;
  void MakeRoom();

  std::unordered_map<int64_t, Producer> producers_;
  std::unordered_map<int64_t, Beginning> turned_away_;  // of these, none is in producers_
};

}  // namespace gamevents::log

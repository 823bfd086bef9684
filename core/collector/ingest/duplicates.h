#pragma once

#include "core/base/clock.h"
#include "core/collector/ingest/recent_ids.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace gamevents::collector {

/// What names an event for good: the id that its client gave it, or its request's Idempotency-Key
/// with its place in it. All of it is in the record's headers, so that a topic can be read back.
IdHash EventIdentity(std::string_view event_id, std::string_view source);
IdHash PlaceIdentity(std::string_view idempotency_key, size_t index);
/// What names a request; its mark is the print of its content.
IdHash RequestIdentity(std::string_view idempotency_key);

struct DuplicatesOptions {
  std::chrono::milliseconds window{};  ///< how long an event is remembered; 0: not at all
  size_t events_max = 0;               ///< how many are, the latest; 0: none
};

/// Which events are stored or on their way, so that each is stored once within the window however
/// often it is sent. What it knows is only a shadow of the topic: see recall.h. Thread-safe; calls
/// back without holding its lock.
class Duplicates {
 public:
  enum class Claim : uint8_t {
    kYours,   ///< store it, and say what became of it with Stored or Failed
    kStored,  ///< a duplicate
    kWait,    ///< somebody else is storing it: `decided` will be called
  };
  /// Called once, from any thread: true when the event has been stored by somebody else; false
  /// when it has not, and it is now the callee's, as after kYours.
  using OnDecided = std::function<void(bool stored)>;

  explicit Duplicates(DuplicatesOptions options);

  bool enabled() const { return enabled_; }

  /// Whether the past is known: false until Recalled. Nothing should be claimed before.
  bool recalled() const;
  void Recalled();

  /// Asks for the right to store the event; `decided` is kept only for kWait.
  Claim Take(IdHash event, TimestampMs now, OnDecided decided);
  void Stored(IdHash event, TimestampMs at);
  /// The event is offered to the first who waits for it.
  void Failed(IdHash event);

  /// Whether `key` may be used for a request with this print of its content: not when it was used
  /// for another content within the window, or is in use for one. Each true is followed by one
  /// CloseRequest. `stored`: whether any of its events was.
  bool OpenRequest(std::string_view idempotency_key, uint32_t print, TimestampMs now);
  void CloseRequest(std::string_view idempotency_key, uint32_t print, bool stored, TimestampMs at);

  /// Notes what a topic already holds, before Recalled: an event, or a request with its mark. To be
  /// called in the order of their times (RecentIds::Add).
  void Remember(IdHash id, TimestampMs at, uint32_t mark = 0);

 private:
  struct Hasher {
    size_t operator()(IdHash id) const { return static_cast<size_t>(id.low); }
  };
  struct OpenOne {
    uint32_t print = 0;
    size_t requests = 0;
  };

  void Add(IdHash id, uint32_t mark, TimestampMs at);

  const bool enabled_;
  mutable std::mutex mutex_;
  bool recalled_;
  RecentIds recent_;
  std::unordered_map<IdHash, std::deque<OnDecided>, Hasher> in_flight_;
  std::unordered_map<IdHash, OpenOne, Hasher> open_requests_;
};

}  // namespace gamevents::collector

#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/collector/ingest/recent_ids.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

namespace gamevents::collector {

/// What names an event for good: the id that its client gave it, or its request's Idempotency-Key
/// with its place in it. All of it is in the record's headers, so that a topic can be read back.
IdHash EventIdentity(std::string_view event_id, std::string_view source);
/// The same of an event without an id: the key, and its place in the request, from 0.
IdHash PlaceIdentity(std::string_view idempotency_key, size_t index);
/// What names a request; its mark is the print of its content.
IdHash RequestIdentity(std::string_view idempotency_key);

/// Repeats of one event that may wait for its fate: as many as one request has by default.
inline constexpr size_t kWaitersPerEventMax = 10'000;
/// What all waiting repeats may hold together. They wait for Kafka, so serve.queue_bytes bounds
/// what they wait for, but not them.
inline constexpr size_t kWaitingBytesMax = size_t{64} << 20;

/// How much of the past is remembered.
struct DuplicatesOptions {
  std::chrono::milliseconds window{};  ///< how long an event is remembered; 0: not at all
  size_t events_max = 0;               ///< how many are, the latest; 0: none
};

/// Which events are stored or on their way, so that each is stored once within the window however
/// often it is sent. What it knows is only a shadow of the topic: see recall.h. Thread-safe; calls
/// back without holding its lock.
///
/// A repeat waits at most as long as the attempt that it waits for. When Kafka cannot be reached,
/// all repeats fail together: were each sent in its turn, the last would wait for as many timeouts
/// as there are repeats. Only when Kafka does not take that very record is the next one tried: its
/// content may differ.
class Duplicates {
 public:
  enum class Claim : uint8_t {
    kYours,    ///< store it, and say what became of it with Stored, Refused or Failed
    kStored,   ///< a duplicate
    kWait,     ///< somebody else is storing it: `decided` will be called
    kTooMany,  ///< as many wait already as may; try again later
  };
  /// Called once, from any thread: kStored when somebody else has stored the event; kYours when the
  /// attempt before was refused, and the event is now the callee's; an error when the attempt
  /// failed for everybody, with the reason.
  using OnDecided = std::function<void(const Result<Claim>& decided)>;
  /// Gives what is called when the event is decided. Called with the lock held, so it calls nothing
  /// of this in its turn.
  using MakeOnDecided = std::function<OnDecided()>;

  explicit Duplicates(DuplicatesOptions options);

  /// Whether anything is remembered: whether neither of the options is 0.
  bool enabled() const { return enabled_; }

  /// Whether the past is known: false until Recalled. Nothing should be claimed before.
  bool recalled() const;
  /// Says that the past is known from now on.
  void Recalled();

  /// Asks for the right to store the event. Only for kWait, which is seldom, `make` is asked whom
  /// to tell, which is counted as `bytes` in kWaitingBytesMax then.
  Claim Take(IdHash event, TimestampMs now, size_t bytes, const MakeOnDecided& make);
  /// Take for each of `events` in turn, up to the first that somebody is storing: of those before
  /// it, their number is returned, `claims` says which are kYours and which kStored. One without an
  /// id is always yours. Requires: as many claims as events.
  size_t TakeFree(std::span<const std::optional<IdHash>> events, TimestampMs now,
                  std::span<Claim> claims);
  /// The events are in the log: all that wait for them are told so. Those without an id are passed
  /// over.
  void Stored(std::span<const std::optional<IdHash>> events, TimestampMs at);
  /// Kafka does not take this record: the event is offered to the first repeat that waits for it.
  void Refused(IdHash event);
  /// The event could not be stored now, whoever sends it: all that wait for it are told `why`.
  void Failed(IdHash event, const Error& why);

  /// Whether `key` may be used for a request with this print of its content: not when it was used
  /// for another content within the window, or is in use for one. Each true is followed by one
  /// CloseRequest. `stored`: whether any of its events was.
  bool OpenRequest(std::string_view idempotency_key, uint32_t print, TimestampMs now);
  /// Ends what OpenRequest allowed.
  void CloseRequest(std::string_view idempotency_key, uint32_t print, bool stored, TimestampMs at);

  /// Notes what a topic already holds, before Recalled: an event, or a request with its mark. To be
  /// called in the order of their times (RecentIds::Add).
  void Remember(IdHash id, TimestampMs at, uint32_t mark = 0);

 private:
  struct Hasher {
    size_t operator()(IdHash id) const { return static_cast<size_t>(id.low); }
  };
  struct Waiter {
    size_t bytes = 0;
    OnDecided decided;
  };
  struct OpenOne {
    uint32_t print = 0;
    size_t requests = 0;
  };

  void Add(IdHash id, uint32_t mark, TimestampMs at);
  std::list<Waiter> TakeWaiters(IdHash event);

  const bool enabled_;
  std::atomic<bool> recalled_;
  std::mutex mutex_;
  RecentIds recent_;
  // A list, because it takes no memory while it is empty, as most are.
  std::unordered_map<IdHash, std::list<Waiter>, Hasher> in_flight_;
  size_t waiting_bytes_ = 0;
  std::unordered_map<IdHash, OpenOne, Hasher> open_requests_;
};

}  // namespace gamevents::collector

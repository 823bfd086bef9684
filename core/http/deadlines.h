#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <utility>

namespace gamevents::http {

/// What a connection is waiting for, each for a time of its own.
enum class Wait : uint8_t {
  kNothing,    ///< for as long as it takes: the handler's answer
  kRequest,    ///< the first byte of a request
  kHeaders,    ///< the rest of a request's line and headers
  kBody,       ///< the rest of its body
  kEnd,        ///< the client's closing, after the last answer
  kWrite,      ///< the client's taking what was sent
  kHello,      ///< the first byte of a TLS handshake
  kHandshake,  ///< the rest of it
};
inline constexpr size_t kWaits = 8;

/// How long to wait for each; that of kNothing has no meaning.
using WaitLimits = std::array<std::chrono::milliseconds, kWaits>;

/// Who has waited for too long. All that wait for the same thing wait equally long, so each kind is
/// a list in the order of its beginnings: to begin, to end and to find the first one costs the same
/// for ten thousand connections as for one. Not thread-safe.
class Deadlines {
 public:
  using Time = std::chrono::steady_clock::time_point;
  /// A connection, and what it waits for since when.
  struct Entry {
    uint64_t connection;
    Wait wait = Wait::kNothing;
    Time since;
  };
  /// Stays valid until it is removed.
  using Place = std::list<Entry>::iterator;

  explicit Deadlines(const WaitLimits& limits) : limits_(limits) {}

  /// A place for `connection`, which waits for nothing yet.
  Place Add(uint64_t connection);
  /// Waits for `wait` from `now` on, and for nothing else. `now` must not go back; it
  /// has no meaning with kNothing.
  void Set(Place place, Wait wait, Time now);
  /// The connection has ended; the place is no longer valid.
  void Remove(Place place);

  /// The connection that waits longest for `wait`, where more than `count` do.
  std::optional<uint64_t> LongestBeyond(size_t count, Wait wait) const;
  /// When the next one will have waited for too long; nothing when none waits.
  std::optional<Time> Next() const;
  /// Whether Next may give an earlier time than when this was asked last.
  bool TakeSooner() { return std::exchange(sooner_, false); }
  /// One that has waited for too long at `now`; it waits for nothing from then on.
  std::optional<Entry> TakeExpired(Time now);

 private:
  std::list<Entry>& ListOf(Wait wait) { return lists_[static_cast<size_t>(wait)]; }

  const WaitLimits limits_;
  std::array<std::list<Entry>, kWaits> lists_;
  bool sooner_ = false;  // the first of a list has come; what joins another comes behind its first
};

}  // namespace gamevents::http

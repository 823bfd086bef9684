#pragma once

#include "core/http/front_end.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace gamevents::http {

/// A number that one thread changes and any may read: an addition costs no more than a plain one.
class Counter {
 public:
  void Add(uint64_t count) {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

/// What one loop counts (see FrontEndStats), in its own thread.
struct Counters {
  Counter timed_out;
  Counter shed;
  Counter requests;
  Counter replies;  ///< of `requests`: answered, or no longer to be
  Counter replies_dropped;
  Counter streams;
  Counter streams_ended;  ///< of `streams`
  Counter bytes_received;
  Counter bytes_sent;
  std::array<Counter, kRefusalStatuses.size()> refused;

  void CountRefusal(int status) {
    for (size_t i = 0; i < kRefusalStatuses.size(); ++i) {
      if (kRefusalStatuses[i] == status) refused[i].Add(1);
    }
  }
  void AddTo(FrontEndStats& stats) const {
    stats.connections_timed_out += timed_out.Get();
    stats.connections_shed += shed.Get();
    // Read first: what is answered meanwhile must not make the difference negative.
    const uint64_t answered = replies.Get();
    const uint64_t asked = requests.Get();
    stats.requests += asked;
    stats.replies_pending += asked - answered;
    stats.replies_dropped += replies_dropped.Get();
    const uint64_t ended = streams_ended.Get();
    const uint64_t begun = streams.Get();
    stats.streams += begun;
    stats.streams_open += begun - ended;
    stats.bytes_received += bytes_received.Get();
    stats.bytes_sent += bytes_sent.Get();
    for (size_t i = 0; i < refused.size(); ++i) stats.refused[i] += refused[i].Get();
  }
};

}  // namespace gamevents::http

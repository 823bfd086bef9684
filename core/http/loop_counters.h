#pragma once

#include "core/http/counter.h"
#include "core/http/front_end.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace gamevents::http {

/// What one loop counts (see FrontEndStats), in its own thread.
struct LoopCounters {
  Counter timed_out;
  Counter shed;
  Counter handshakes;
  Counter handshakes_failed;  ///< of `handshakes`
  Counter requests;
  Counter replies;  ///< of `requests`: answered, or no longer to be
  Counter replies_dropped;
  Counter streams;
  Counter streams_ended;  ///< of `streams`
  Counter bytes_received;
  Counter bytes_sent;
  std::array<Counter, kRefusalStatuses.size()> refused;  ///< in the order of kRefusalStatuses

  /// Counts an answer of `status` that the handler was not asked for; one of kRefusalStatuses.
  void CountRefusal(int status) {
    for (size_t i = 0; i < kRefusalStatuses.size(); ++i) {
      if (kRefusalStatuses[i] == status) refused[i].Add(1);
    }
  }
  /// Adds what was counted so far to `stats`, from any thread.
  void AddTo(FrontEndStats& stats) const {
    stats.connections_timed_out += timed_out.Get();
    stats.connections_shed += shed.Get();
    stats.handshakes += handshakes.Get();
    stats.handshakes_failed += handshakes_failed.Get();
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

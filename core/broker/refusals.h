#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>

namespace gamevents::broker {

/// Notes whom the broker did not let in, and why: at most one line a second, which says how many
/// were left out. Thread-safe.
class Refusals {
 public:
  /// Counts one, and notes "`what`" as a warning where there is room for it.
  void Add(std::string_view what);

  /// How many there were.
  uint64_t count() const;

 private:
  mutable std::mutex mutex_;
  uint64_t count_ = 0;
  uint64_t noted_ = 0;  // of count_: those that a line told of, or counted
  std::chrono::steady_clock::time_point next_;
};

}  // namespace gamevents::broker

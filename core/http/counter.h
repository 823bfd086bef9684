#pragma once

#include <atomic>
#include <cstdint>

namespace gamevents::http {

/// A number that one thread changes and any may read: an addition costs no more than a plain one.
class Counter {
 public:
  /// Called by the one thread.
  void Add(uint64_t count) {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  /// Called by any thread.
  uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace gamevents::http

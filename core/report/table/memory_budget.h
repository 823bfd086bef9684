#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace gamevents::report {

/// What a table or a grouping may keep by default (report.memory), so that memory is bounded
/// whatever the topic holds.
inline constexpr size_t kKeptBytesMax = size_t{256} << 20;

/// What one table or grouping may keep in memory, all of its threads together; the key
/// report.memory. Thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(size_t bytes_max) : bytes_max_(static_cast<int64_t>(bytes_max)) {}

  /// Notes that so many bytes more (or fewer) are kept; false when that is over the budget.
  bool Add(int64_t bytes) {
    return used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= bytes_max_;
  }

  int64_t bytes_max() const { return bytes_max_; }

 private:
  const int64_t bytes_max_;
  std::atomic<int64_t> used_{0};
};

}  // namespace gamevents::report

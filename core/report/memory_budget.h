#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace gamevents::report {

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

#pragma once

#include "core/problem/codes.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace gamevents::collector {

/// What became of the events that clients have sent, over whichever route. Every event passes
/// here, so counting takes no lock. Thread-safe.
class EventCounts {
 public:
  /// So many are in the log because of their request.
  void AddAccepted(uint64_t events = 1) { accepted_.fetch_add(events, kRelaxed); }
  /// So many were in the log already.
  void AddDuplicates(uint64_t events) { duplicates_.fetch_add(events, kRelaxed); }
  /// One was not stored, or nobody knows whether it was.
  void AddRejected(problem::Code why) {
    rejected_.at(static_cast<size_t>(why)).fetch_add(1, kRelaxed);
  }

  uint64_t accepted() const { return accepted_.load(kRelaxed); }
  uint64_t duplicates() const { return duplicates_.load(kRelaxed); }
  uint64_t rejected(problem::Code why) const {
    return rejected_.at(static_cast<size_t>(why)).load(kRelaxed);
  }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;

  std::atomic<uint64_t> accepted_{0};
  std::atomic<uint64_t> duplicates_{0};
  std::array<std::atomic<uint64_t>, problem::kCodeCount> rejected_{};
};

}  // namespace gamevents::collector

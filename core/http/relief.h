#pragma once

#include "core/http/front_end_memory.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace gamevents::http {

class Loop;

/// Finds who pays when all connections together hold more than they may: the one that holds most.
///
/// Each loop is asked, in its own thread, for the largest of its connections; the last one to
/// answer has the largest of all give back what it holds. So connections need no lock and nothing
/// is ordered while there is room, and a round costs a look at each connection. There is one round
/// at a time; until it ends, what comes in is bounded by what a connection may hold.
///
/// Thread-safe. Must outlive the loops, which must not be added to or removed while they run.
class Relief {
 public:
  Relief(const FrontEndMemory& budget, const std::vector<std::unique_ptr<Loop>>& loops)
      : budget_(budget), loops_(loops) {}

  /// The budget is exceeded: begins a round, unless one is under way.
  void Ask();

 private:
  struct Holder {
    Loop* loop = nullptr;
    uint64_t connection = 0;
    size_t bytes = 0;
  };

  void Look(Loop& loop);
  void Decide();
  void EndRound();

  const FrontEndMemory& budget_;
  const std::vector<std::unique_ptr<Loop>>& loops_;
  std::atomic<bool> under_way_{false};
  std::mutex mutex_;
  size_t left_ = 0;  // loops that have not been looked at
  Holder largest_;
};

}  // namespace gamevents::http

#pragma once

#include "core/base/result.h"
#include "core/state/fold.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace gamevents::state {

/// Callers that wait for the fold to pass their events; one more is refused.
inline constexpr size_t kWaitersMax = 100'000;

/// What became of an event, as the fold passed it.
struct Folded {
  const Outcome& outcome;
  const State& state;  ///< just after the event
  int32_t partition;
  int64_t offset;
};

/// Gets Folded, with the state locked; or an error, with nothing locked. Must be quick, and must
/// not call the projection.
using OnEvent = std::function<void(const Result<Folded>&)>;

/// Who waits for which event, and until when. A deadline belongs to its caller, not to the thread
/// that folds: that one can be busy with a broker that does not answer. So the list is asked by a
/// thread of its own (AwaitDue). It reads no clock for TakeLate, which tests tell the time.
/// Thread-safe; calls nobody.
class WaitingList {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Errors: kFull beyond kWaitersMax; kExists when somebody waits for that event already.
  Status Add(const std::string& event_id, Time deadline, OnEvent on_event);

  /// Takes out the one who waits for the event; null when nobody does.
  OnEvent Take(const std::string& event_id);

  /// Takes out those whose deadline has come, the earliest first.
  std::vector<OnEvent> TakeLate(Time now);

  /// Takes out everybody.
  std::vector<OnEvent> TakeAll();

  /// Nobody waits beyond `last`: for those in the list, and for those who come later.
  void EndBy(Time last);

  /// Blocks until a deadline has come. Returns false once the list is closed.
  bool AwaitDue();
  void Close();

  /// Whether nobody waits.
  bool empty() const { return size_ == 0; }

 private:
  struct Waiter {
    std::multimap<Time, std::string>::iterator deadline;
    OnEvent on_event;
  };

  std::optional<Time> FirstDeadline() const;
  OnEvent Remove(std::unordered_map<std::string, Waiter>::iterator waiter);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<std::string, Waiter> waiters_;  // by event_id
  std::multimap<Time, std::string> deadlines_;       // event_ids
  std::optional<Time> last_;
  bool closed_ = false;
  std::atomic<size_t> size_ = 0;  // of waiters_, for the fold, which asks for each record
};

}  // namespace gamevents::state

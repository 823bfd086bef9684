#pragma once

#include "core/base/result.h"
#include "core/kafka/client.h"
#include "core/state/fold.h"
#include "core/state/replica.h"
#include "core/state/snapshot.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

namespace gamevents::state {

/// Callers that wait for the fold to pass their events; one more is refused.
inline constexpr size_t kWaitersMax = 100'000;

struct ProjectionOptions {
  kafka::ClientOptions client;
  std::string topic;
  std::string snapshot;  ///< its path; empty: none is kept
  std::chrono::milliseconds snapshot_interval{30'000};
  int64_t snapshot_events = 100'000;
  /// Called, from the projection's threads, with what people should know.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

/// What became of an event, as the fold passed it.
struct Folded {
  const Outcome& outcome;
  const State& state;  ///< just after the event
  int32_t partition;
  int64_t offset;
};

/// Keeps a state up with a topic: a thread of its own reads and folds, from the snapshot's offsets
/// on, and another writes snapshots. Every projection of a topic comes to the same state, in this
/// process or another. Thread-safe.
class Projection {
 public:
  /// Gets Folded, or an error: kUnavailable when the fold did not come past the event in time,
  /// kClosed when the projection ends. Must be quick, and must not call the projection: the state
  /// is locked meanwhile.
  using OnEvent = std::function<void(const Result<Folded>&)>;

  /// Starts the threads; does not wait for a broker or the snapshot. Errors: kFull when the
  /// system gives no thread.
  static Result<std::unique_ptr<Projection>> Start(ProjectionOptions options);

  /// Folds no further, writes a last snapshot, and calls every OnEvent that is left.
  ~Projection();
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;

  /// Whether the state can be shown: all that was in the topic at the start is folded, and the
  /// topic can be read. Errors: kUnavailable, why not.
  Status Ready() const;

  /// Has `on_event` called once when the event of this event_id has been folded, or `timeout` has
  /// ended. To be called before the event is sent, so that the fold cannot be first.
  /// Errors: kFull; kUnavailable as Ready. `on_event` is not called then.
  Status Expect(const std::string& event_id, std::chrono::milliseconds timeout, OnEvent on_event);

  /// The event will not come; its OnEvent is not called, unless it has been already.
  void Forget(const std::string& event_id);

  /// Calls `read` with the state as it is now. Must be quick, and must not change anything: it is
  /// not const only for State::ByName.
  void Read(const std::function<void(State& state)>& read) const;

 private:
  struct Waiter {
    std::chrono::steady_clock::time_point deadline;
    OnEvent on_event;
  };

  explicit Projection(ProjectionOptions options)
      : options_(std::move(options)), replica_(std::make_unique<Replica>()) {}

  void Run();
  void LoadSnapshot();
  void StartOver(const Error& why);
  Status Follow();
  Status FoldFrom(kafka::Reader& reader, bool follow);
  Status TakeBatch(std::span<const kafka::RecordView> records);
  void GiveUpLate();
  void Settle(const std::string& event_id, const Result<Folded>& result);
  void SnapshotIfDue();
  void WriteSnapshots();
  void LastSnapshot();
  bool Stopping() const { return stopping_.load(std::memory_order_relaxed); }

  const ProjectionOptions options_;
  std::atomic<bool> stopping_ = false;
  Fold fold_;  // the folding thread's

  mutable std::mutex mutex_;  // of all below
  std::condition_variable wake_;
  std::unique_ptr<Replica> replica_;
  Status ready_ = Error{Fault::kUnavailable, "the log is still being read"};
  std::unordered_map<std::string, Waiter> waiters_;
  bool look_again_ = false;  // somebody waits for an event of a topic that could not be read

  std::unique_ptr<SnapshotFile> file_;  // the writing thread's while `to_write_` is set
  std::optional<SnapshotChanges> to_write_;
  bool writer_ends_ = false;
  int64_t events_since_ = 0;
  std::chrono::steady_clock::time_point last_snapshot_ = std::chrono::steady_clock::now();

  std::thread folder_;
  std::thread writer_;
};

}  // namespace gamevents::state

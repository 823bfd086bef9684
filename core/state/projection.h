#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/kafka/client_options.h"
#include "core/state/fold.h"
#include "core/state/replica.h"
#include "core/state/snapshot.h"
#include "core/state/state.h"
#include "core/state/waiting_list.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>

namespace gamevents::state {

/// Which topic is folded, and where its snapshot is.
struct ProjectionOptions {
  kafka::ClientOptions client;
  std::string topic;
  std::string snapshot;        ///< its path; empty: none is kept
  std::string snapshot_was{};  ///< where a version before had it; empty: nowhere else
  /// How long changes may wait for the next snapshot.
  std::chrono::milliseconds snapshot_interval{30'000};
  int64_t snapshot_events = 100'000;  ///< how many events may wait for it
  /// Called, from the projection's threads, with what people should know.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

/// How a projection is doing, for whoever watches it.
struct Progress {
  int64_t behind = 0;  ///< records, as kafka::Reader::Behind; what it was at the last look
  /// How long ago the folding thread last looked for records; grows while it cannot.
  std::chrono::nanoseconds since_look{0};
  size_t users = 0;
  Counts counts;        ///< of the whole log, as far as it is folded
  int64_t unsaved = 0;  ///< events since the last snapshot
  /// When the last snapshot was written, and how long that took; nullopt: none yet by this process.
  std::optional<TimestampMs> snapshot_at{};
  std::chrono::nanoseconds snapshot_took{0};
};

/// Keeps a state up with a topic: a thread of its own reads and folds, from the snapshot's offsets
/// on, another writes snapshots, and a third tells those whose deadline has come. Every projection
/// of a topic comes to the same state, in this process or another. Thread-safe.
class Projection {
 public:
  /// Starts the threads; does not wait for a broker or the snapshot. Errors: kFull when the
  /// system gives no thread.
  static Result<std::unique_ptr<Projection>> Start(ProjectionOptions options);

  /// Stop, then a last snapshot. Waits for the call to the broker that is under way.
  ~Projection();
  Projection(const Projection&) = delete;
  Projection& operator=(const Projection&) = delete;

  /// Whether the state can be shown: all that was in the topic at the start is folded, and the
  /// topic can be read. Errors: kUnavailable, why not.
  Status Ready() const;

  /// Has `on_event` called once when the event of this event_id has been folded; or with
  /// kUnavailable when `timeout` has ended, whether the topic can be read or not; or with kClosed
  /// at the stop. To be called before the event is sent, so that the fold cannot be first.
  /// Errors: kFull, kExists as WaitingList::Add; kUnavailable as Ready. `on_event` is not called
  /// then.
  Status Expect(const std::string& event_id, std::chrono::milliseconds timeout, OnEvent on_event);

  /// The event will not come; its OnEvent is not called, unless it has been already.
  void Forget(const std::string& event_id);

  /// No `timeout` is longer than to `last` from now on: a server that ends answers its callers.
  void EndWaitsBy(std::chrono::steady_clock::time_point last);

  /// Folds no further, and tells all who wait. Returns at once: what else ends with the process
  /// can be told so while a call to the broker ends.
  void Stop();

  /// What it has done so far.
  Progress GetProgress() const;

  /// Calls `read` with the state as it is now. Must be quick, and must not change anything: it is
  /// not const only for State::ByName.
  void Read(const std::function<void(State& state)>& read) const;

 private:
  explicit Projection(ProjectionOptions options)
      : options_(std::move(options)), replica_(std::make_unique<Replica>()) {}

  void Run();
  void LoadSnapshot();
  Result<std::unique_ptr<Replica>> AwaitSnapshot(SnapshotFile& file);
  void StartOver(const Error& why);
  Status Follow();
  Status FoldFrom(kafka::Reader& reader, bool follow);
  Status TakeBatch(std::span<const kafka::RecordView> records, int64_t behind);
  void WatchDeadlines();
  void SnapshotIfDue();
  void WriteSnapshots();
  void LastSnapshot();
  bool Stopping() const { return stopping_.load(std::memory_order_relaxed); }

  const ProjectionOptions options_;
  std::atomic<bool> stopping_ = false;
  Fold fold_;  // the folding thread's
  WaitingList waiting_;

  mutable std::mutex mutex_;  // of all below
  std::condition_variable wake_;
  std::unique_ptr<Replica> replica_;
  static constexpr char kStillRead[] = "the log is still being read";
  Status ready_ = Error{Fault::kUnavailable, kStillRead};
  bool look_again_ = false;  // somebody waits for an event of a topic that could not be read

  std::unique_ptr<SnapshotFile> file_;  // the writing thread's while `to_write_` is set
  std::optional<SnapshotChanges> to_write_;
  bool writer_ends_ = false;
  int64_t events_since_ = 0;
  int64_t behind_ = 0;
  std::chrono::steady_clock::time_point last_look_ = std::chrono::steady_clock::now();
  std::optional<TimestampMs> snapshot_at_;
  std::chrono::nanoseconds snapshot_took_{0};
  std::chrono::steady_clock::time_point last_snapshot_ = std::chrono::steady_clock::now();

  std::thread folder_;
  std::thread writer_;
  std::thread watcher_;
};

}  // namespace gamevents::state

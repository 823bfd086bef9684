#include "core/log/log.h"
#include "core/log/segment.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

namespace gamevents::log {

// The end of what is written, and the segment that has it.
std::pair<Log::Mark, std::shared_ptr<Segment>> Log::End() const {
  const std::lock_guard lock(mutex_);
  return {end_, segments_.back()};
}

// Why nothing may be appended, if so.
std::optional<Error> Log::Obstacle() const {
  const std::lock_guard lock(mutex_);
  if (fault_) return fault_;
  if (closed_) return Error{Fault::kClosed, directory_ + ": the log was closed"};
  return std::nullopt;
}

// Takes the sticky fault and tells everyone who waits. Gives what the caller returns.
Error Log::Fail(const Error& error) {
  std::vector<Waiter> waiters;
  Error sticky{Fault::kIo, error.context +
                               "; this log takes no more records until it is opened again: see to "
                               "the disk, then restart"};
  {
    const std::lock_guard lock(mutex_);
    if (!fault_) fault_ = sticky;
    sticky = *fault_;
    waiters.swap(waiters_);
  }
  for (Waiter& waiter : waiters) waiter.done(sticky);
  return sticky;
}

// A batch has been written up to `mark`. Where nobody waits for the disk, it counts at once.
void Log::Publish(const Mark& mark) {
  std::function<void()> listener;
  {
    const std::lock_guard lock(mutex_);
    end_ = mark;
    log_end_ = mark.end.value;
    if (environment_.committer.always()) return;
    committed_ = mark;
    high_watermark_ = mark.end.value;
    listener = listener_;
  }
  if (listener) listener();
}

// Everything up to `mark` is on disk.
void Log::Advance(const Mark& mark) {
  std::vector<Waiter> due;
  std::function<void()> listener;
  {
    const std::lock_guard lock(mutex_);
    durable_end_ = std::max(durable_end_, mark.end);
    if (mark.end > committed_.end) {
      committed_ = mark;
      high_watermark_ = mark.end.value;
      listener = listener_;
    }
    const auto first_due =
        std::partition(waiters_.begin(), waiters_.end(),
                       [this](const Waiter& waiter) { return waiter.end > committed_.end; });
    due.assign(std::make_move_iterator(first_due), std::make_move_iterator(waiters_.end()));
    waiters_.erase(first_due, waiters_.end());
  }
  for (Waiter& waiter : due) waiter.done(Done{});
  if (listener) listener();
}

// One sync at a time, and none after a failed one: the kernel reports a failure once, and then
// says that all is well.
Status Log::SyncTo(const Mark& mark, Segment& segment) {
  const std::lock_guard syncing(sync_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (fault_) return Error(*fault_);
    if (durable_end_ >= mark.end) return Done{};
  }
  const auto begun = std::chrono::steady_clock::now();
  const Status synced = segment.Sync();
  environment_.committer.syncs().Observe(std::chrono::steady_clock::now() - begun);
  if (!synced) return Fail(synced.error());
  // An older note only makes more of the log a tail; the next sync and Close try again, and Close
  // says when it cannot.
  static_cast<void>(durable_file_.Note(mark.end).ok());
  Advance(mark);
  return Done{};
}

void Log::Commit() {
  const auto [mark, segment] = End();
  // A failure has reached everyone who waits, and stays.
  static_cast<void>(SyncTo(mark, *segment));
}

Status Log::Sync() {
  const auto [mark, segment] = End();
  return SyncTo(mark, *segment);
}

void Log::WhenCommitted(Offset end, CommitCallback done) {
  Status answer = Done{};
  {
    const std::lock_guard lock(mutex_);
    if (committed_.end < end) {
      if (fault_) {
        answer = Error(*fault_);
      } else if (closed_) {
        answer = Error{Fault::kClosed, directory_ + ": the log was closed"};
      } else {
        waiters_.push_back({end, std::move(done)});
        return;
      }
    }
  }
  done(answer);
}

Status Log::WaitCommitted(Offset end) {
  std::promise<Status> answer;
  WhenCommitted(end, [&answer](const Status& status) { answer.set_value(status); });
  environment_.committer.CommitScheduled();
  return answer.get_future().get();
}

}  // namespace gamevents::log

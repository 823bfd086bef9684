#include "core/forward/worker_report.h"

#include "core/base/notes.h"

#include <algorithm>
#include <utility>

namespace gamevents::forward {
namespace {

using std::chrono::steady_clock;

// The same trouble is noted again after so long.
constexpr std::chrono::minutes kSayAgain{5};

}  // namespace

WorkerReport::WorkerReport(std::string topic, int32_t partition, int64_t end, bool quiet)
    : where_("forward " + topic + " [" + std::to_string(partition) + "]"), quiet_(quiet) {
  progress_.topic = std::move(topic);
  progress_.partition = partition;
  progress_.end = end;
}

void WorkerReport::SourceEnds(int64_t end) {
  const std::lock_guard lock(mutex_);
  progress_.end = std::max(progress_.end, end);
}

int64_t WorkerReport::source_end() const {
  const std::lock_guard lock(mutex_);
  return progress_.end;
}

void WorkerReport::Reached(int64_t next) {
  const std::lock_guard lock(mutex_);
  progress_.next = next;
  progress_.end = std::max(progress_.end, next);
  if (next >= progress_.end) progress_.oldest.reset();
}

void WorkerReport::Begins(TimestampMs oldest) {
  const std::lock_guard lock(mutex_);
  progress_.oldest = oldest;
}

void WorkerReport::Copied(int64_t records, int64_t bytes, int64_t next) {
  Reached(next);
  const std::lock_guard lock(mutex_);
  copied_records_ += records;
  copied_bytes_ += bytes;
  GoOn();
}

void WorkerReport::Connected() {
  const std::lock_guard lock(mutex_);
  // Otherwise the next record may be the one that cannot be copied.
  if (progress_.next && *progress_.next >= progress_.end) progress_.stopped.reset();
  progress_.last_error.reset();
}

// Requires: mutex_ is held.
void WorkerReport::GoOn() {
  const bool news = progress_.stopped || last_said_ != TimePoint{};
  progress_.stopped.reset();
  progress_.last_error.reset();
  last_said_ = {};
  if (news) Note(NoteLevel::kInfo, where_ + ": goes on");
}

void WorkerReport::Waits(const std::string& why) {
  const std::lock_guard lock(mutex_);
  const bool news = !progress_.last_error;
  progress_.last_error = why;
  Say("waits", why, news);
}

void WorkerReport::Stopped(const std::string& why) {
  const std::lock_guard lock(mutex_);
  const bool news = progress_.stopped != why;
  progress_.stopped = why;
  Say("stopped", why, news);
}

// Requires: mutex_ is held.
void WorkerReport::Say(const std::string& what, const std::string& why, bool news) {
  const auto now = steady_clock::now();
  if (!news && now - last_said_ < kSayAgain) return;
  last_said_ = now;
  if (quiet_) return;
  const std::string at = progress_.next ? " at offset " + std::to_string(*progress_.next) : "";
  Note(NoteLevel::kWarning, where_ + ": " + what + at + ": " + why);
}

PartitionProgress WorkerReport::Progress() const {
  const std::lock_guard lock(mutex_);
  PartitionProgress progress = progress_;
  if (progress.next && copied_records_ > 0) {
    const int64_t behind = std::max<int64_t>(progress.end - *progress.next, 0);
    progress.bytes_behind = behind * (copied_bytes_ / copied_records_);
  }
  return progress;
}

}  // namespace gamevents::forward

#include "core/log/log.h"

#include "core/log/recovery.h"
#include "core/log/segment.h"

#include <algorithm>
#include <utility>

namespace gamevents::log {

Log::Log(const Environment& environment, std::string directory, const LogOptions& options)
    : environment_(environment),
      directory_(std::move(directory)),
      durable_file_(environment.pool, environment.files, directory_),
      options_(options) {}

Result<std::shared_ptr<Log>> Log::Open(const Environment& environment, const std::string& directory,
                                       const LogOptions& options, const OpenOptions& open) {
  auto found = RecoverLog({environment.files, environment.pool}, directory, options, open,
                          environment.clock.Now());
  if (!found) return std::move(found).error();
  const std::shared_ptr<Log> log(new Log(environment, directory, options));
  log->segments_ = std::move(found->segments);
  log->producers_ = std::move(found->producers);
  log->epochs_ = std::move(found->epochs);
  log->recovery_ = std::move(found->summary);
  const Segment& last = *log->segments_.back();
  const Segment::Facts facts = last.facts();
  log->end_ = log->committed_ = Mark{facts.next_offset, last.base(), facts.size};
  log->durable_end_ = facts.next_offset;
  log->log_end_ = log->high_watermark_ = facts.next_offset.value;
  log->log_start_ =
      std::min(std::max(open.log_start, log->segments_.front()->base()), facts.next_offset).value;
  return log;
}

Log::~Log() { Abandon(); }

Status Log::Close() {
  const std::lock_guard appending(append_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return Done{};
  }
  if (auto synced = Sync(); !synced) return synced;
  const auto [mark, segment] = End();
  // Closed before the indexes are sealed: from there on they cannot grow.
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  if (auto sealed = segment->Seal(); !sealed) return sealed;
  if (auto wrote = WriteSnapshot(mark.end); !wrote) return wrote;
  {
    const std::lock_guard syncing(sync_mutex_);
    if (auto noted = durable_file_.Note(mark.end); !noted) return noted;
  }
  return environment_.files.SyncDirectory(directory_);
}

// Closed first, so that nobody begins any more, and then the turn: whoever had it is through, and
// whoever comes to it later finds the log closed. What goes on is a sync of an open file.
bool Log::abandoned() const {
  const std::lock_guard lock(mutex_);
  return abandoned_;
}

void Log::Abandon() {
  std::vector<Waiter> waiters;
  std::function<void()> listener;
  {
    const std::lock_guard lock(mutex_);
    closed_ = abandoned_ = true;
    waiters.swap(waiters_);
    listener.swap(listener_);
  }
  {
    const std::lock_guard appending(append_mutex_);
    Segments segments;
    {
      const std::lock_guard lock(mutex_);
      segments = segments_;
    }
    for (const auto& segment : segments) segment->Retire();
    durable_file_.Retire();
  }
  for (Waiter& waiter : waiters) {
    waiter.done(Error{Fault::kClosed, directory_ + ": the log was closed"});
  }
  if (listener) listener();
}

LeaderEpoch Log::leader_epoch() const {
  const std::lock_guard lock(mutex_);
  return epochs_.back().first;
}

LeaderEpoch Log::LeaderEpochAt(Offset offset) const {
  const std::lock_guard lock(mutex_);
  return log::LeaderEpochAt(epochs_, offset);
}

std::optional<Log::EpochEnd> Log::FindEpochEnd(LeaderEpoch epoch) const {
  const std::lock_guard lock(mutex_);
  if (epoch > epochs_.back().first) return std::nullopt;
  const auto next = std::find_if(epochs_.begin(), epochs_.end(),
                                 [epoch](const auto& entry) { return entry.first > epoch; });
  if (next == epochs_.end()) return EpochEnd{epochs_.back().first, end_.end};
  if (next == epochs_.begin()) return EpochEnd{epoch, next->second};
  return EpochEnd{std::prev(next)->first, next->second};
}

uint64_t Log::size_bytes() const {
  const std::lock_guard lock(mutex_);
  uint64_t bytes = 0;
  for (const auto& segment : segments_) bytes += segment->facts().size;
  return bytes;
}

size_t Log::segment_count() const {
  const std::lock_guard lock(mutex_);
  return segments_.size();
}

Offset Log::recovery_point() const {
  const std::lock_guard lock(mutex_);
  return durable_end_;
}

std::optional<Error> Log::fault() const {
  const std::lock_guard lock(mutex_);
  return fault_;
}

void Log::SetOptions(const LogOptions& options) {
  const std::lock_guard lock(mutex_);
  options_ = options;
}

LogOptions Log::options() const {
  const std::lock_guard lock(mutex_);
  return options_;
}

void Log::SetListener(std::function<void()> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

std::vector<ProducerState::Summary> Log::Producers() const {
  const std::lock_guard appending(append_mutex_);
  return producers_.Summaries();
}

}  // namespace gamevents::log

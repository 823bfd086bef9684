#include "core/log/log.h"
#include "core/log/retention.h"
#include "core/log/segment.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gamevents::log {

Result<Offset> Log::DeleteRecordsBefore(Offset before) {
  const std::lock_guard appending(append_mutex_);
  const Offset limit = high_watermark();
  if (before.value == -1) before = limit;
  if (before > limit || before.value < 0) {
    return Error{Fault::kNotFound, directory_ + ": cannot delete up to offset " +
                                       std::to_string(before.value) + ": the high watermark is " +
                                       std::to_string(limit.value)};
  }
  if (before <= log_start()) return log_start();
  // A start that is on disk before the records below it would look like a loss after a crash.
  if (auto synced = Sync(); !synced) return std::move(synced).error();
  size_t count = 0;
  {
    const std::lock_guard lock(mutex_);
    log_start_ = before.value;
    while (count + 1 < segments_.size() && segments_[count + 1]->base() <= before) ++count;
  }
  if (auto removed = RemoveOldest(count); !removed) return std::move(removed).error();
  return log_start();
}

Result<uint64_t> Log::ApplyRetention(TimestampMs now) {
  const std::lock_guard appending(append_mutex_);
  if (Obstacle()) return uint64_t{0};
  producers_.Expire(now);
  std::vector<SegmentAge> ages;
  LogOptions options;
  Offset committed;
  {
    const std::lock_guard lock(mutex_);
    options = options_;
    committed = committed_.end;
    for (const auto& segment : segments_) {
      const Segment::Facts facts = segment->facts();
      ages.push_back({facts.size, facts.next_offset, facts.max_timestamp});
    }
  }
  const size_t count = CountExpired(ages, options, log_start(), committed, now);
  if (count == ages.size()) {
    if (auto rolled = Roll(); !rolled) return std::move(rolled).error();
  }
  return RemoveOldest(count);
}

Result<uint64_t> Log::RemoveOldest(size_t count) {
  Segments removed;
  {
    const std::lock_guard lock(mutex_);
    INVARIANT(count < segments_.size());
    const auto end = segments_.begin() + static_cast<std::ptrdiff_t>(count);
    removed.assign(segments_.begin(), end);
    segments_.erase(segments_.begin(), end);
    log_start_ = std::max(log_start_.load(), segments_.front()->base().value);
  }
  uint64_t bytes = 0;
  for (const auto& segment : removed) {
    bytes += segment->facts().size;
    if (auto done = segment->RemoveFiles(); !done) return std::move(done).error();
    // One by one: were a later removal on disk before an earlier, records would seem to be lost.
    if (auto synced = environment_.files.SyncDirectory(directory_); !synced) {
      return std::move(synced).error();
    }
  }
  return bytes;
}

}  // namespace gamevents::log

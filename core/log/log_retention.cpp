#include "core/log/log.h"
#include "core/log/retention.h"
#include "core/log/segment.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gamevents::log {

Result<Offset> Log::DeleteRecordsBefore(Offset before, Deletion* deletion) {
  const std::lock_guard appending(append_mutex_);
  if (auto obstacle = Obstacle()) return *std::move(obstacle);
  const Offset limit = high_watermark();
  if (before.value == -1) before = limit;
  if (before > limit || before.value < 0) {
    return Error{Fault::kNotFound, directory_ + ": cannot delete up to offset " +
                                       std::to_string(before.value) + ": the high watermark is " +
                                       std::to_string(limit.value)};
  }
  if (before <= log_start()) return log_start();
  if (before > kept_from()) {
    return Error{Fault::kUnavailable, directory_ + ": cannot delete up to offset " +
                                          std::to_string(before.value) +
                                          ": what has not been forwarded is kept, from offset " +
                                          std::to_string(kept_from().value) + " on"};
  }
  // A start that is on disk before the records below it would look like a loss after a crash.
  if (auto synced = Sync(); !synced) return std::move(synced).error();
  size_t count = 0;
  const Offset begin = log_start();
  {
    const std::lock_guard lock(mutex_);
    log_start_ = before.value;
    while (count + 1 < segments_.size() && segments_[count + 1]->base() <= before) ++count;
  }
  Deletion removed;
  if (auto done = RemoveOldest(count, removed); !done) return std::move(done).error();
  if (deletion != nullptr) *deletion = {directory_, begin, before, removed.bytes};
  return log_start();
}

namespace {

// Without times in its records a segment is as old as its file's last change.
TimestampMs NewestOf(const Segment& segment, const Segment::Facts& facts) {
  if (facts.max_timestamp.value >= 0 || facts.size == 0) return facts.max_timestamp;
  const auto file = segment.file();
  if (!file) return TimestampMs(-1);
  const auto modified = (*file)->ModifiedAt();
  return modified ? *modified : TimestampMs(-1);
}

}  // namespace

Log::Retained Log::ApplyRetention(TimestampMs now) {
  const std::lock_guard appending(append_mutex_);
  Retained retained;
  if (Obstacle()) return retained;
  producers_.Expire(now);
  Segments segments;
  LogOptions options;
  Offset committed;
  {
    const std::lock_guard lock(mutex_);
    segments = segments_;
    options = options_;
    committed = committed_.end;
  }
  std::vector<SegmentAge> ages;
  for (const auto& segment : segments) {
    const Segment::Facts facts = segment->facts();
    ages.push_back({facts.size, facts.next_offset, NewestOf(*segment, facts)});
  }
  const Offset limit = std::min(committed, kept_from());
  const auto expired = FindExpired(ages, options, log_start(), limit, now);
  if (expired.size() == ages.size()) {
    if (auto rolled = Roll(); !rolled) {
      retained.failed = std::move(rolled).error();
      return retained;
    }
  }
  for (size_t i = 0; i < expired.size() && retained.failed;) {
    const size_t begin = i;
    while (i < expired.size() && expired[i] == expired[begin]) ++i;
    Deletion removed;
    removed.directory = directory_;
    removed.reason = expired[begin];
    retained.failed = RemoveOldest(i - begin, removed);
    if (removed.bytes > 0) retained.deletions.push_back(std::move(removed));
  }
  return retained;
}

// One by one, each removal on disk before the next begins: were a later one there before an
// earlier, records would seem to be lost. A segment leaves the list when its files are gone, so
// that one that cannot be removed now is the first to be removed at the next try.
Status Log::RemoveOldest(size_t count, Deletion& removed) {
  for (; count > 0; --count) {
    std::shared_ptr<Segment> oldest;
    {
      const std::lock_guard lock(mutex_);
      INVARIANT(count < segments_.size());
      log_start_ = std::max(log_start_.load(), segments_[count]->base().value);
      oldest = segments_.front();
    }
    if (auto done = oldest->RemoveFiles(); !done) return done;
    if (auto synced = environment_.files.SyncDirectory(directory_); !synced) return synced;
    const Segment::Facts facts = oldest->facts();
    if (removed.bytes == 0) removed.begin = oldest->base();
    removed.end = facts.next_offset;
    removed.bytes += facts.size;
    const std::lock_guard lock(mutex_);
    segments_.erase(segments_.begin());
  }
  return Done{};
}

}  // namespace gamevents::log

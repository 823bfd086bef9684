#include "core/log/log.h"
#include "core/log/segment.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gamevents::log {

// How much of a segment lies below the high watermark. With mutex_ held.
Log::Reach Log::ReachOf(size_t index) const {
  const std::shared_ptr<Segment>& segment = segments_[index];
  if (segment->base() == committed_.segment_base) return {segment, committed_.position};
  return {segment, segment->base() < committed_.segment_base ? segment->facts().size : 0};
}

Error Log::Abandoned() const { return Error{Fault::kClosed, directory_ + ": the log was removed"}; }

Result<Log::Reach> Log::FindSegment(Offset from) const {
  const std::lock_guard lock(mutex_);
  if (abandoned_) return Abandoned();
  if (from < log_start() || from > committed_.end) {
    return Error{Fault::kNotFound, directory_ + ": offset " + std::to_string(from.value) +
                                       " lies outside " + std::to_string(log_start().value) +
                                       " to " + std::to_string(committed_.end.value)};
  }
  const auto after =
      std::upper_bound(segments_.begin(), segments_.end(), from,
                       [](Offset offset, const auto& segment) { return offset < segment->base(); });
  return ReachOf(static_cast<size_t>(after - segments_.begin()) - 1);
}

Result<std::vector<Log::Reach>> Log::Committed() const {
  const std::lock_guard lock(mutex_);
  if (abandoned_) return Abandoned();
  std::vector<Reach> reaches;
  for (size_t i = 0; i < segments_.size(); ++i) {
    if (Reach reach = ReachOf(i); reach.end_position > 0) reaches.push_back(std::move(reach));
  }
  return reaches;
}

// A segment whose file is missing was removed by retention, or else by somebody else: then its
// records are not deleted, they are lost.
Error Log::Unreadable(Offset from, const Error& error) const {
  if (error.fault != Fault::kNotFound || from < log_start()) return error;
  return Error{Fault::kIo, error.context};
}

// Whether retention removed the segment before it could be looked at.
bool Log::WasDeleted(const Segment& segment, const Error& error) const {
  return error.fault == Fault::kNotFound && segment.facts().next_offset <= log_start();
}

// The first batch at or after `from` and what is below the high watermark of its segment. In a
// compacted log it may stand in a later one than the one that `from` belongs to.
Result<std::optional<std::pair<Log::Reach, BatchAt>>> Log::FindFirst(Offset from) const {
  for (;;) {
    const auto reach = FindSegment(from);
    if (!reach) return Error(reach.error());
    const auto first = reach->segment->FindBatch(from, reach->end_position);
    if (!first) return Unreadable(from, first.error());
    if (first->has_value()) return std::optional(std::pair(*reach, **first));
    const std::lock_guard lock(mutex_);
    const auto next = std::ranges::find_if(
        segments_, [&](const auto& segment) { return segment->base() > reach->segment->base(); });
    if (next == segments_.end() || (*next)->base() >= committed_.end) {
      return std::optional<std::pair<Reach, BatchAt>>();
    }
    from = (*next)->base();
  }
}

Result<ReadResult> Log::Read(Offset from, size_t bytes_max, bool at_least_one) const {
  const auto first = FindFirst(from);
  if (!first) return Error(first.error());
  ReadResult result{{}, high_watermark(), log_start()};
  if (!first->has_value()) return result;
  const auto& [reach, batch] = **first;
  if (batch.header.size() > bytes_max && !at_least_one) return result;
  const auto end = reach.segment->FindSliceEnd(batch, bytes_max, reach.end_position);
  if (!end) return Error(end.error());
  auto file = reach.segment->file();
  if (!file) return Unreadable(from, file.error());
  result.slice = Slice{std::move(*file), batch.position, *end - batch.position};
  return result;
}

Result<std::optional<TimedOffset>> Log::FindByTime(TimestampMs time) const {
  const auto reaches = Committed();
  if (!reaches) return Error(reaches.error());
  std::optional<TimedOffset> found;
  for (const Reach& reach : *reaches) {
    if (reach.segment->facts().max_timestamp < time) continue;
    auto here = reach.segment->FindByTime(time, log_start(), reach.end_position);
    if (!here && WasDeleted(*reach.segment, here.error())) continue;
    if (!here || here->has_value()) return here;
  }
  return found;
}

Result<std::optional<TimedOffset>> Log::FindMaxTimestamp() const {
  const auto reaches = Committed();
  if (!reaches) return Error(reaches.error());
  std::vector<std::pair<TimestampMs, Reach>> candidates;
  for (const Reach& reach : *reaches) {
    candidates.emplace_back(reach.segment->facts().max_timestamp, reach);
  }
  // A segment may hold less than its facts say, where records were deleted or are not committed
  // yet; so the next is asked as long as it could have more.
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::optional<TimedOffset> best;
  for (const auto& [most, reach] : candidates) {
    if (best && most < best->timestamp) break;
    auto here = reach.segment->FindMaxTimestamp(log_start(), reach.end_position);
    if (!here && WasDeleted(*reach.segment, here.error())) continue;
    if (!here) return here;
    const bool better = here->has_value() &&
                        (!best || (*here)->timestamp > best->timestamp ||
                         ((*here)->timestamp == best->timestamp && (*here)->offset < best->offset));
    if (better) best = *here;
  }
  return best;
}

}  // namespace gamevents::log

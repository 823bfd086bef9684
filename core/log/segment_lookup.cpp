#include "core/log/segment.h"

#include <algorithm>
#include <utility>

namespace gamevents::log {

// Reads the headers from the last index entry on and completes `facts`; false where they do not
// agree with the indexes.
Result<bool> Segment::ScanBehind(const File& file, const OffsetEntry& entry, uint64_t size,
                                 Facts& facts) const {
  const auto start = static_cast<uint64_t>(entry.position);
  BatchScanner scanner(file, start, size, BatchScanner::kLookupChunk);
  for (;;) {
    const auto batch = scanner.Next();
    if (!batch && batch.error().fault == Fault::kCorrupt) return false;
    if (!batch) return Error(batch.error());
    if (!batch->has_value()) return true;
    const BatchHeader& header = (*batch)->header;
    const int64_t relative = header.last_offset().value - base_.value;
    const bool at_entry = (*batch)->position == start && entry.relative_offset >= 0;
    if (at_entry && relative != entry.relative_offset) return false;
    if (!at_entry && header.base_offset != facts.next_offset) return false;
    // The indexes do not know of a later time, so they are not this file's.
    if (header.max_timestamp > facts.max_timestamp) return false;
    facts.next_offset = header.next_offset();
  }
}

Result<bool> Segment::TrustIndexes() {
  const auto opened = file();
  if (!opened) return Error(opened.error());
  const File& log = **opened;
  const auto size = log.Size();
  if (!size) return Error(size.error());
  const auto offsets_loaded = offsets_.Load();
  if (!offsets_loaded) return Error(offsets_loaded.error());
  const auto times_loaded = times_.Load();
  if (!times_loaded) return Error(times_loaded.error());
  if (*size == 0) {
    offsets_.Clear();
    times_.Clear();
    return true;
  }
  if (!*offsets_loaded || !*times_loaded) return false;
  const auto last_offset = offsets_.Last();
  if (!last_offset) return Error(last_offset.error());
  const auto last_time = times_.Last();
  if (!last_time) return Error(last_time.error());
  // A segment with records has at least the time entry that sealing adds, unless no record has a
  // time; reading all of that rare one is no loss.
  if (!last_time->has_value() || (*last_time)->relative_offset < 0) return false;

  Facts facts;
  facts.next_offset = facts.max_timestamp_offset = base_;
  const OffsetEntry from = last_offset->value_or(OffsetEntry{-1, 0});
  if (from.position < 0 || static_cast<uint64_t>(from.position) >= *size) return false;
  facts.max_timestamp = (*last_time)->timestamp;
  facts.max_timestamp_offset = Offset(base_.value + (*last_time)->relative_offset);
  const auto first = BatchScanner(log, 0, *size, kBatchHeaderSize).Next();
  if (!first && first.error().fault != Fault::kCorrupt) return Error(first.error());
  if (!first || (*first)->header.base_offset != base_) return false;
  facts.first_timestamp = (*first)->header.max_timestamp;
  const auto agrees = ScanBehind(log, from, *size, facts);
  if (!agrees || !*agrees) return agrees;
  if (facts.max_timestamp_offset >= facts.next_offset) return false;
  facts.size = *size;
  last_time_entry_ = facts.max_timestamp;
  const std::lock_guard lock(mutex_);
  facts_ = facts;
  return true;
}

// A position from which the batch that contains `offset` is reached by going forward: what the
// index says, if the batch there agrees. Only an index's last entry is checked when it is opened,
// and one that lies would make a consumer skip records.
Result<uint64_t> Segment::FindStart(const File& file, Offset offset, uint64_t end) const {
  const int64_t relative = offset.value - base_.value;
  auto entry = offsets_.FindLast(
      [relative](const OffsetEntry& candidate) { return candidate.relative_offset <= relative; });
  // An index that somebody removed only makes the way longer.
  if (!entry && entry.error().fault == Fault::kNotFound) return uint64_t{0};
  if (!entry) return std::move(entry).error();
  if (!entry->has_value() || (*entry)->position < 0) return uint64_t{0};
  const auto start = static_cast<uint64_t>((*entry)->position);
  if (start >= end) return uint64_t{0};
  const auto batch = BatchScanner(file, start, end, kBatchHeaderSize).Next();
  if (!batch && batch.error().fault != Fault::kCorrupt) return Error(batch.error());
  const bool agrees =
      batch && batch->has_value() &&
      (*batch)->header.last_offset().value - base_.value == (*entry)->relative_offset;
  return agrees ? start : uint64_t{0};
}

Result<std::optional<BatchAt>> Segment::FindBatch(Offset offset, uint64_t end) const {
  const auto opened = file();
  if (!opened) return Error(opened.error());
  return FindBatchIn(**opened, offset, end);
}

Result<std::optional<BatchAt>> Segment::FindBatchIn(const File& file, Offset offset,
                                                    uint64_t end) const {
  const auto start = FindStart(file, offset, end);
  if (!start) return Error(start.error());
  BatchScanner scanner(file, *start, end, BatchScanner::kLookupChunk);
  for (;;) {
    auto batch = scanner.Next();
    if (!batch) return Damaged(scanner.position(), std::move(batch).error());
    if (!batch->has_value() || (*batch)->header.last_offset() >= offset) return batch;
  }
}

Result<uint64_t> Segment::FindSliceEnd(const BatchAt& first, uint64_t bytes_max,
                                       uint64_t end) const {
  const uint64_t limit = first.position + bytes_max;
  if (limit >= end) return end;
  if (limit <= first.end()) return first.end();
  const auto entry = offsets_.FindLast([limit](const OffsetEntry& candidate) {
    return static_cast<uint64_t>(candidate.position) <= limit;
  });
  if (!entry && entry.error().fault == Fault::kNotFound) return first.end();
  if (!entry) return Error(entry.error());
  const uint64_t found = entry->has_value() ? static_cast<uint64_t>((*entry)->position) : 0;
  return std::max(found, first.end());
}

Status VisitRecords(const File& file, const BatchAt& batch,
                    const std::function<bool(const Record&)>& visit) {
  BatchScanner scanner(file, batch.position, batch.end(), batch.header.size());
  if (auto next = scanner.Next(); !next) return std::move(next).error();
  const auto bytes = scanner.Bytes();
  if (!bytes) return Error(bytes.error());
  std::vector<std::byte> scratch;
  const auto records = UncompressedRecords(batch.header, *bytes, scratch);
  if (!records) return Error(records.error());
  RecordCursor cursor(batch.header, *records);
  for (;;) {
    const auto record = cursor.Next();
    if (!record) return Error(record.error());
    if (!record->has_value() || visit(**record)) return Done{};
  }
}

Result<std::optional<TimedOffset>> Segment::FindByTime(TimestampMs time, Offset from,
                                                       uint64_t end) const {
  // Up to an entry with an earlier time there is nothing: not in the entry's own batch either.
  const auto entry =
      times_.FindLast([time](const TimeEntry& candidate) { return candidate.timestamp < time; });
  const bool lost = !entry && entry.error().fault == Fault::kNotFound;
  if (!entry && !lost) return Error(entry.error());
  Offset first = from;
  if (!lost && entry->has_value()) {
    first = std::max(first, Offset(base_.value + (*entry)->relative_offset));
  }
  const auto opened = file();
  if (!opened) return Error(opened.error());
  const File& log = **opened;
  const auto start = FindStart(log, first, end);
  if (!start) return Error(start.error());
  BatchScanner scanner(log, *start, end, BatchScanner::kLookupChunk);
  std::optional<TimedOffset> found;
  while (!found) {
    const uint64_t position = scanner.position();
    auto batch = scanner.Next();
    if (!batch) return Damaged(position, std::move(batch).error());
    if (!batch->has_value()) break;
    const BatchHeader& header = (*batch)->header;
    if (header.max_timestamp < time || header.last_offset() < from) continue;
    auto visited = VisitRecords(log, **batch, [&](const Record& record) {
      if (record.timestamp < time || record.offset < from) return false;
      found = TimedOffset{record.offset, record.timestamp};
      return true;
    });
    if (!visited) return Damaged(position, std::move(visited).error());
  }
  return found;
}

Result<std::optional<TimedOffset>> Segment::FindMaxTimestamp(Offset from, uint64_t end) const {
  const auto opened = file();
  if (!opened) return Error(opened.error());
  const File& log = **opened;
  const Facts known = facts();
  auto likely = FindBatchIn(log, known.max_timestamp_offset, end);
  if (!likely) return std::move(likely).error();
  // Good when the batch with the largest time is in reach, whole.
  const bool whole = likely->has_value() && (*likely)->header.base_offset >= from &&
                     (*likely)->header.max_timestamp == known.max_timestamp;
  if (whole) return MaxOfBatch(log, **likely, from);

  std::optional<TimedOffset> found;
  std::optional<BatchAt> best;
  BatchScanner scanner(log, 0, end, BatchScanner::kLookupChunk);
  for (;;) {
    auto batch = scanner.Next();
    if (!batch) return Damaged(scanner.position(), std::move(batch).error());
    if (!batch->has_value()) break;
    const BatchHeader& header = (*batch)->header;
    if (header.last_offset() < from) continue;
    if (header.base_offset < from) {
      // Its header also counts records that are deleted.
      auto part = MaxOfBatch(log, **batch, from);
      if (!part) return part;
      found = *part;
    } else if (!best || header.max_timestamp > best->header.max_timestamp) {
      best = **batch;
    }
  }
  if (!best || (found && found->timestamp >= best->header.max_timestamp)) return found;
  return MaxOfBatch(log, *best, from);
}

Result<std::optional<TimedOffset>> Segment::MaxOfBatch(const File& file, const BatchAt& batch,
                                                       Offset from) const {
  std::optional<TimedOffset> found;
  auto visited = VisitRecords(file, batch, [&](const Record& record) {
    if (record.offset >= from && (!found || record.timestamp > found->timestamp)) {
      found = TimedOffset{record.offset, record.timestamp};
    }
    return false;
  });
  if (!visited) return Damaged(batch.position, std::move(visited).error());
  return found;
}

}  // namespace gamevents::log

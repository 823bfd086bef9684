#include "core/kafka/ranges.h"

#include "core/base/notes.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gamevents::kafka {

Result<int64_t> Resolve(const Position& position, const Watermarks& marks, int64_t at_time) {
  switch (position.kind) {
    case Position::Kind::kBeginning:
      return marks.low;
    case Position::Kind::kEnd:
      return marks.high;
    case Position::Kind::kFromEnd:
      return std::max(marks.low, marks.high - std::min(position.number, marks.high));
    case Position::Kind::kTime:
      // No record is that young: what there is ends before the time asked for. The log may also
      // have grown between the two questions.
      return at_time < 0 ? marks.high : std::clamp(at_time, marks.low, marks.high);
    case Position::Kind::kOffset:
      break;
  }
  if (position.number > marks.high) {
    return Error{Fault::kBadInput, "there is no offset " + std::to_string(position.number) +
                                       ": offsets " + std::to_string(marks.low) + " to " +
                                       std::to_string(marks.high) +
                                       " can be asked for (the last is the end)"};
  }
  return std::max(position.number, marks.low);
}

namespace {

// The end that was asked for, never past what there is: asking for more is asking for all.
Result<int64_t> ResolveEnd(const Position& position, const Watermarks& marks, int64_t at_time) {
  if (position.kind == Position::Kind::kOffset) {
    return std::clamp(position.number, marks.low, marks.high);
  }
  return Resolve(position, marks, at_time);
}

// For a position that is a time, what the broker says of each partition; otherwise nothing.
Result<std::vector<int64_t>> AtTime(OffsetSource& source, std::span<const int32_t> partitions,
                                    const Position& position) {
  if (position.kind != Position::Kind::kTime) {
    return std::vector<int64_t>(partitions.size(), int64_t{-1});
  }
  return source.ListOffsets(partitions, position.number);
}

// Where a group's reader goes on. Its offset may have been deleted meanwhile (moved up), or be of
// a topic that was deleted and recreated (past the end: an error, never a silent skip).
Result<int64_t> ResumeAt(int64_t committed, const Watermarks& marks) {
  auto begin = Resolve({Position::Kind::kOffset, committed}, marks, -1);
  if (!begin) return std::move(begin).error().In("the group's committed offset");
  return begin;
}

// The partitions to read: all, or those asked for, which must be there.
Result<std::vector<int32_t>> ChoosePartitions(std::vector<int32_t> existing,
                                              const ReaderOptions& options) {
  if (options.partitions.empty()) return existing;
  std::vector<int32_t> chosen = options.partitions;
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  for (const int32_t partition : chosen) {
    if (std::binary_search(existing.begin(), existing.end(), partition)) continue;
    return Error{Fault::kNotFound, "topic " + options.topic + ": there is no partition " +
                                       std::to_string(partition) + ", only 0 to " +
                                       std::to_string(existing.back())};
  }
  return chosen;
}

// What is known of the partitions that are read, in their order.
struct KnownOffsets {
  std::vector<int64_t> lows;
  std::vector<int64_t> highs;
  std::vector<int64_t> from_times;
  std::vector<int64_t> to_times;
  std::vector<std::optional<int64_t>> committed;
};

Status FindCommitted(OffsetSource& source, const ReaderOptions& options,
                     std::span<const int32_t> partitions, KnownOffsets& known) {
  known.committed.resize(partitions.size());
  if (!options.group) return Done{};
  auto found = source.CommittedOffsets(partitions);
  if (!found) return std::move(found).error();
  known.committed = std::move(*found);
  const auto is_there = [](const std::optional<int64_t>& offset) { return offset.has_value(); };
  if (std::ranges::none_of(known.committed, is_there)) {
    Note(NoteLevel::kInfo,
         "group " + *options.group + " has no offsets in topic " + options.topic + " yet");
  }
  return Done{};
}

Result<KnownOffsets> FindOffsets(OffsetSource& source, const ReaderOptions& options,
                                 std::span<const int32_t> partitions) {
  KnownOffsets known;
  auto lows = source.ListOffsets(partitions, kLogStart);
  if (!lows) return std::move(lows).error();
  known.lows = std::move(*lows);
  auto highs = source.ListOffsets(partitions, kLogEnd);
  if (!highs) return std::move(highs).error();
  known.highs = std::move(*highs);
  auto from_times = AtTime(source, partitions, options.range.from);
  if (!from_times) return std::move(from_times).error();
  known.from_times = std::move(*from_times);
  auto to_times = AtTime(source, partitions, options.range.to);
  if (!to_times) return std::move(to_times).error();
  known.to_times = std::move(*to_times);
  if (auto found = FindCommitted(source, options, partitions, known); !found) {
    return std::move(found).error();
  }
  return known;
}

}  // namespace

Result<std::vector<PartitionRange>> FindRanges(OffsetSource& source, const ReaderOptions& options) {
  auto existing = source.Partitions();
  if (!existing) return std::move(existing).error();
  const auto partitions = ChoosePartitions(std::move(*existing), options);
  if (!partitions) return Error(partitions.error());
  const auto known = FindOffsets(source, options, *partitions);
  if (!known) return Error(known.error());

  std::vector<PartitionRange> ranges;
  for (size_t i = 0; i < partitions->size(); ++i) {
    const int32_t partition = (*partitions)[i];
    const std::string where = "topic " + options.topic + " [" + std::to_string(partition) + "]";
    // Records may be deleted between the two questions.
    const Watermarks marks{known->lows[i], std::max(known->lows[i], known->highs[i])};
    const auto start = options.starts.find(partition);
    const Position from = start == options.starts.end()
                              ? options.range.from
                              : Position{Position::Kind::kOffset, start->second};
    auto begin = known->committed[i] ? ResumeAt(*known->committed[i], marks)
                                     : Resolve(from, marks, known->from_times[i]);
    if (!begin) return std::move(begin).error().In(where);
    const auto stop = options.ends.find(partition);
    const Position to = stop == options.ends.end()
                            ? options.range.to
                            : Position{Position::Kind::kOffset, stop->second};
    auto end = ResolveEnd(to, marks, known->to_times[i]);
    if (!end) return std::move(end).error().In(where);
    ranges.push_back({partition, *begin, std::max(*begin, *end), marks.high});
  }
  return ranges;
}

}  // namespace gamevents::kafka

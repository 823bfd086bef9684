#include "core/state/replica.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"
#include "core/base/stop.h"
#include "core/state/views.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gamevents::state {
namespace {

constexpr std::chrono::milliseconds kReplicaReadWait{200};

uint32_t CrcOf(const kafka::RecordView& record) {
  return Crc32c(0, AsBytes(record.value.value_or(std::string_view())));
}

std::string PartitionName(int32_t partition) { return "partition " + std::to_string(partition); }

/// Everything about a user that the fold reads or shows, as one text.
std::string WholeUser(const State& state, const User& user) {
  std::string text = InventoryJson(state, user.name) + CartJson(state, user.name);
  std::vector<std::string> guilds;
  for (const Membership& each : user.guilds) guilds.push_back(state.guild(each.guild).name);
  std::ranges::sort(guilds);
  for (const std::string& guild : guilds) text.append("\n").append(guild);
  for (size_t i = 0; i < user.recent.count; ++i) {
    text.append(" ").append(std::to_string(user.recent.hashes[i]));
  }
  return text;
}

std::string ShortUser(const State& state, const User* user) {
  if (user == nullptr) return "not there";
  return InventoryJson(state, user->name) + " " + CartJson(state, user->name);
}

}  // namespace

std::map<int32_t, int64_t> Replica::Starts() const {
  std::map<int32_t, int64_t> starts;
  for (const auto& [partition, position] : positions) {
    starts[partition] = position.last_offset >= 0 ? position.last_offset : position.next;
  }
  return starts;
}

Status Replica::CheckRanges(std::span<const kafka::PartitionRange> ranges) const {
  for (const auto& [partition, position] : positions) {
    const auto range = std::ranges::find(ranges, partition, &kafka::PartitionRange::partition);
    if (range == ranges.end()) {
      return Error{Fault::kCorrupt, PartitionName(partition) + " is no longer there"};
    }
    if (range->high_watermark < position.next) {
      return Error{Fault::kCorrupt, PartitionName(partition) + " ends at offset " +
                                        std::to_string(range->high_watermark) +
                                        ", before what was folded, up to offset " +
                                        std::to_string(position.next)};
    }
  }
  return Done{};
}

std::vector<std::string> Replica::Gaps(std::span<const kafka::PartitionRange> ranges) const {
  std::vector<std::string> gaps;
  for (const kafka::PartitionRange& range : ranges) {
    const auto found = positions.find(range.partition);
    const int64_t next = found == positions.end() ? 0 : found->second.next;
    if (range.begin <= next) continue;
    gaps.push_back(PartitionName(range.partition) + ": the records of offsets " +
                   std::to_string(next) + " to " + std::to_string(range.begin - 1) +
                   " were deleted before they could be folded (retention)");
  }
  return gaps;
}

Status Replica::Take(std::span<const kafka::RecordView> records, Fold& fold,
                     const OnFolded& on_folded) {
  while (!records.empty()) {
    const auto is_other = [&](const kafka::RecordView& record) {
      return record.partition != records.front().partition;
    };
    const auto end = std::ranges::find_if(records, is_other);
    const auto run = records.first(static_cast<size_t>(end - records.begin()));
    if (Status taken = TakeRun(run, fold, on_folded); !taken) return taken;
    records = records.subspan(run.size());
  }
  return Done{};
}

// Records of one partition. Only the last one's checksum is kept, so no other is worked out.
Status Replica::TakeRun(std::span<const kafka::RecordView> run, Fold& fold,
                        const OnFolded& on_folded) {
  const int32_t partition = run.front().partition;
  Position& position = positions[partition];
  const kafka::RecordView* last = nullptr;
  const auto keep_last = [&] {
    if (last != nullptr) position.last_crc = CrcOf(*std::exchange(last, nullptr));
  };
  FetchAhead ahead(state);
  for (size_t i = 0; i < run.size(); ++i) {
    ahead.Before(i, run.size(), [&](size_t at) { return run[at].key; });
    const kafka::RecordView& record = run[i];
    if (record.offset < position.next) {
      keep_last();
      if (record.offset != position.last_offset || CrcOf(record) == position.last_crc) continue;
      return Error{Fault::kCorrupt, PartitionName(partition) + " has another record at offset " +
                                        std::to_string(record.offset) + " than was folded"};
    }
    const Entry entry{record.key, record.value, record.timestamp, {partition, record.offset}};
    const Outcome& outcome = fold.Apply(entry, state);
    position.next = record.offset + 1;
    position.last_offset = record.offset;
    last = &record;
    if (on_folded) on_folded(record, fold, outcome, state);
  }
  keep_last();
  return Done{};
}

Result<std::unique_ptr<kafka::Reader>> OpenReader(const kafka::ClientOptions& client,
                                                  const std::string& topic, const Replica& replica,
                                                  bool follow, const OpenLog& open) {
  kafka::ReaderOptions options;
  options.client = client;
  options.topic = topic;
  options.starts = replica.Starts();
  options.follow = follow;
  auto reader = open(options);
  if (!reader) {
    // An offset past the end: this log is not, or no longer, the one that was folded.
    if (reader.error().fault == Fault::kBadInput && !replica.positions.empty()) {
      reader.error().fault = Fault::kCorrupt;
    }
    return std::move(reader).error();
  }
  if (auto same = replica.CheckRanges((*reader)->ranges()); !same) {
    return std::move(same).error().In("topic " + topic);
  }
  return reader;
}

Result<FoldedToEnd> FoldToEnd(const kafka::ClientOptions& client, const std::string& topic,
                              Replica& replica, const Positions* until, const OpenLog& open) {
  auto reader = OpenReader(client, topic, replica, false, open);
  if (!reader) return std::move(reader).error();
  FoldedToEnd folded;
  folded.gaps = replica.Gaps((*reader)->ranges());
  const auto is_later = [until](const kafka::RecordView& record) {
    if (until == nullptr) return false;
    const auto found = until->find(record.partition);
    return found == until->end() || record.offset >= found->second.next;
  };
  Fold fold;
  while (!(*reader)->Finished()) {
    if (StopSignal::Requested()) return Error{Fault::kClosed, "interrupted"};
    auto records = (*reader)->Next(kReplicaReadWait);
    if (!records) return std::move(records).error();
    for (std::span<const kafka::RecordView> rest = *records; !rest.empty();) {
      const auto later = std::ranges::find_if(rest, is_later);
      const auto run = rest.first(static_cast<size_t>(later - rest.begin()));
      if (auto taken = replica.Take(run, fold); !taken) return std::move(taken).error();
      folded.records += static_cast<int64_t>(run.size());
      const auto next = std::find_if_not(later, rest.end(), is_later);
      rest = rest.subspan(static_cast<size_t>(next - rest.begin()));
    }
  }
  return folded;
}

std::vector<std::string> Differences(const State& a, const State& b, size_t count_max) {
  std::vector<std::string> found;
  const auto note = [&](std::string_view name) {
    if (found.size() >= count_max) return;
    found.push_back("user " + std::string(name) + ": " + ShortUser(a, a.Find(name)) + " is not " +
                    ShortUser(b, b.Find(name)));
  };
  for (const User& user : a.users()) {
    const User* other = b.Find(user.name);
    if (other == nullptr || WholeUser(a, user) != WholeUser(b, *other)) note(user.name);
  }
  for (const User& user : b.users()) {
    if (a.Find(user.name) == nullptr) note(user.name);
  }
  return found;
}

}  // namespace gamevents::state

#include "core/log/log_manager.h"
#include "core/log/topic_files.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gamevents::log {
namespace {

Offset OffsetOf(const OffsetMap& offsets, const PartitionFolder& folder) {
  const auto found = offsets.find(folder);
  return found == offsets.end() ? Offset(0) : found->second;
}

}  // namespace

Result<std::unique_ptr<LogManager>> LogManager::Open(const Options& options) {
  const auto begun = std::chrono::steady_clock::now();
  std::unique_ptr<LogManager> manager(new LogManager(options));
  FileSystem& files = *options.files;
  auto cluster = OpenDataDirectory(files, options.directory);
  if (!cluster) return std::move(cluster).error();
  manager->cluster_id_ = std::move(*cluster);
  const auto folders = ListPartitions(files, options.directory);
  if (!folders) return Error(folders.error());
  const auto checkpoints = TakeCheckpoints(files, options.directory);
  if (!checkpoints) return Error(checkpoints.error());
  manager->summary_.clean = checkpoints->clean;
  if (auto opened = manager->OpenTopics(*folders, *checkpoints); !opened) {
    // No record was touched: what was a clean stop stays one, for the next try.
    if (checkpoints->clean) static_cast<void>(MarkCleanStop(files, options.directory));
    return std::move(opened).error();
  }
  // After a stop that was not clean everything was read, and is on disk. A failure is that of the
  // first CreateTopic (see log_manager_delete.cpp), but for what repair cut off: that may not be
  // missed again at the next start.
  manager->checkpoints_stale_ = !checkpoints->clean || manager->NamesOthers(*checkpoints);
  auto refreshed = manager->RefreshCheckpoints();
  if (!refreshed && options.repair) return std::move(refreshed).error();
  manager->summary_.took = std::chrono::steady_clock::now() - begun;
  return manager;
}

// Whether the checkpoints speak of a partition that is not there.
bool LogManager::NamesOthers(const Checkpoints& checkpoints) const {
  const auto missing = [this](const auto& entry) {
    const auto topic = topics_.find(entry.first.topic);
    return topic == topics_.end() || entry.first.partition < 0 ||
           static_cast<size_t>(entry.first.partition) >= topic->second.partitions.size();
  };
  return std::ranges::any_of(checkpoints.recovery_points, missing) ||
         std::ranges::any_of(checkpoints.log_starts, missing);
}

Status LogManager::OpenTopics(const std::vector<PartitionFolder>& folders,
                              const Checkpoints& checkpoints) {
  for (size_t from = 0; from < folders.size();) {
    size_t to = from;
    while (to < folders.size() && folders[to].topic == folders[from].topic) ++to;
    const std::span<const PartitionFolder> of_topic(&folders[from], to - from);
    if (auto opened = OpenTopic(folders[from].topic, of_topic, checkpoints); !opened) {
      return opened;
    }
    from = to;
  }
  return Done{};
}

Status LogManager::OpenTopic(const std::string& name, std::span<const PartitionFolder> folders,
                             const Checkpoints& checkpoints) {
  FileSystem& files = *options_.files;
  TopicState state;
  if (folders.front().partition == 0) {
    auto deleted = IsMarkedDeleted(files, FolderOf(name, 0));
    if (!deleted) return std::move(deleted).error();
    if (*deleted) return RemoveDeleted(name, folders);
    auto configs = ReadTopicConfigs(files, FolderOf(name, 0));
    if (!configs) return std::move(configs).error();
    state.configs = std::move(*configs);
    auto id = ReadTopicId(files, FolderOf(name, 0));
    if (!id) return std::move(id).error();
    state.id = id->value_or(Uuid{});
    if (!id->has_value()) {
      state.id = MakeTopicId();
      if (auto wrote = WriteTopicId(files, FolderOf(name, 0), state.id); !wrote) return wrote;
    }
  }
  auto limits = ApplyTopicConfigs(options_.defaults, state.configs);
  if (!limits) return std::move(limits).error().In("topic '" + name + "'");
  for (const PartitionFolder& folder : folders) {
    const std::string path = options_.directory + "/" + PartitionFolderName(folder);
    if (static_cast<size_t>(folder.partition) != state.partitions.size()) {
      const auto empty = HasNoRecords(files, path);
      if (!empty) return Error(empty.error());
      if (!*empty) {
        return Error{Fault::kCorrupt, path + ": has records, but partition " +
                                          std::to_string(state.partitions.size()) +
                                          " of its topic is missing: restore that folder"};
      }
      summary_.notes.push_back("removed " + path + ", whose creation was not finished");
      if (auto gone = DeletePartition(files, options_.directory, folder); !gone) return gone;
      continue;
    }
    const Log::OpenOptions open{checkpoints.clean, OffsetOf(checkpoints.recovery_points, folder),
                                OffsetOf(checkpoints.log_starts, folder), options_.repair,
                                name == kKafkaOffsetsTopic};
    auto log = Log::Open(environment(), path, *limits, open);
    if (!log) return std::move(log).error();
    KeepNeeded(name, **log);
    const RecoverySummary& recovery = (*log)->recovery();
    summary_.bytes_truncated += recovery.bytes_truncated;
    summary_.notes.insert(summary_.notes.end(), recovery.notes.begin(), recovery.notes.end());
    summary_.messages += static_cast<uint64_t>((*log)->log_end().value - (*log)->log_start().value);
    summary_.bytes += (*log)->size_bytes();
    state.partitions.push_back(std::move(*log));
  }
  if (state.partitions.empty()) return Done{};
  ++summary_.topics;
  summary_.partitions += state.partitions.size();
  AddTopic(name, std::move(state));
  return Done{};
}

}  // namespace gamevents::log

// The topic of committed offsets is copied before all others, and is so never ahead of them: what a
// group has committed was read, so it is in the log that is copied after it. The same holds for the
// snapshots of the state (state_copy.h). The other way round a restored group would pass over the
// first new records, whose offsets it had committed before.
//
// A topic is made and deleted in an order that a killed process may leave (log_manager_delete.cpp,
// LogManager::MakePartitions), and what is copied here is what the next start would see of it:
// without a segment a partition is not made yet, and then those above it do not count; with the
// mark in partition 0 the topic is deleted. Whether it was deleted, or deleted and made again,
// while it was copied, its id tells.

#include "core/backup/topic_copy.h"

#include "core/backup/partition_copy.h"
#include "core/log/data_directory.h"
#include "core/log/topic_files.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace gamevents::backup {
namespace {

constexpr int kTopicTries = 5;

log::FileSystem& Files() { return log::FileSystem::Posix(); }

class TopicCopy {
 public:
  explicit TopicCopy(Job& job) : job_(job) {}

  Result<std::vector<ManifestTopic>> Run() {
    if (auto copied = CopyIfAny(log::kKafkaOffsetsTopic); !copied) return std::move(copied).error();
    // Listed after it: it may speak of a topic that was made meanwhile.
    const auto names = Files().List(job_.data_dir());
    if (!names) return Error(names.error());
    std::set<std::string> topics;
    for (const std::string& name : *names) {
      if (auto folder = log::ParsePartitionFolder(name)) topics.insert(std::move(folder->topic));
    }
    topics.erase(log::kKafkaMetadataTopic);
    topics.erase(log::kKafkaOffsetsTopic);
    for (const std::string& topic : topics) {
      if (auto copied = CopyIfAny(topic); !copied) return std::move(copied).error();
    }
    if (auto noted = WriteCheckpoints(); !noted) return std::move(noted).error();
    return std::move(topics_);
  }

 private:
  std::string FolderOf(const std::string& topic, size_t partition) const {
    return log::PartitionFolderName({topic, static_cast<int32_t>(partition)});
  }

  // What tells this topic from one of that name before or after it; nullopt: it is not there, or
  // deleted.
  Result<std::optional<std::string>> IdOf(const std::string& topic) const {
    const std::string folder = job_.SourceOf(FolderOf(topic, 0));
    const auto deleted = log::IsMarkedDeleted(Files(), folder);
    if (!deleted && deleted.error().fault == Fault::kNotFound) return std::optional<std::string>();
    if (!deleted) return Error(deleted.error());
    if (*deleted) return std::optional<std::string>();
    const auto id = log::ReadTopicId(Files(), folder);
    if (!id) return Error(id.error());
    return std::optional(id->has_value() ? log::FormatTopicId(**id) : std::string());
  }

  Status CopyIfAny(const std::string& name) {
    for (int i = 0; i < kTopicTries; ++i) {
      const auto id = IdOf(name);
      if (!id) return Error(id.error());
      if (!id->has_value()) return Done{};
      ManifestTopic topic{name, **id, {}};
      if (auto copied = CopyPartitions(topic); !copied) return copied;
      const auto after = IdOf(name);
      if (!after) return Error(after.error());
      const auto more = HasRecordsBehind(topic);
      if (!more) return Error(more.error());
      if (*after == *id && !*more) {
        if (!topic.partitions.empty()) topics_.push_back(std::move(topic));
        return Done{};
      }
      if (*after != *id) job_.Note("topic " + name + " was deleted while it was copied");
      for (size_t each = 0; each < topic.partitions.size(); ++each) {
        if (auto dropped = job_.Drop(FolderOf(name, each), false); !dropped) return dropped;
      }
    }
    return Error{Fault::kCorrupt,
                 job_.SourceOf(name) +
                     ": a partition of it is missing, and one above it has records; no backup is "
                     "made of that. If the topic is being made and deleted just now, try again"};
  }

  // Whether a partition above those that were copied has some: its topic was finished meanwhile, or
  // a folder in the middle was lost.
  Result<bool> HasRecordsBehind(const ManifestTopic& topic) const {
    const auto names = Files().List(job_.data_dir());
    if (!names) return Error(names.error());
    for (const std::string& name : *names) {
      const auto folder = log::ParsePartitionFolder(name);
      if (!folder || folder->topic != topic.name) continue;
      if (static_cast<size_t>(folder->partition) < topic.partitions.size()) continue;
      const auto empty = log::HasNoRecords(Files(), job_.SourceOf(name));
      if (!empty && empty.error().fault == Fault::kNotFound) continue;
      if (!empty) return Error(empty.error());
      if (!*empty) return true;
    }
    return false;
  }

  // Up to the first that is not there, or has no segment yet.
  Status CopyPartitions(ManifestTopic& topic) {
    // Read while this topic, and none before it, is there: of one that was deleted they are
    // written without it before its name can be used again.
    const auto known = log::ReadCheckpoints(Files(), job_.data_dir());
    if (!known) return Error(known.error());
    const auto of = [](const log::OffsetMap& offsets, const log::PartitionFolder& folder) {
      const auto found = offsets.find(folder);
      return found == offsets.end() ? log::Offset(0) : found->second;
    };
    while (topic.partitions.size() < static_cast<size_t>(log::kPartitionsMax)) {
      const log::PartitionFolder folder{topic.name, static_cast<int32_t>(topic.partitions.size())};
      const auto copied = CopyPartition(
          job_, topic, folder, {of(known->log_starts, folder), of(known->recovery_points, folder)});
      if (!copied && copied.error().fault == Fault::kNotFound) return Done{};
      if (!copied) return Error(copied.error());
      topic.partitions.push_back(*copied);
    }
    return Done{};
  }

  Status WriteCheckpoints() {
    log::OffsetMap starts;
    log::OffsetMap ends;
    for (const ManifestTopic& topic : topics_) {
      for (size_t i = 0; i < topic.partitions.size(); ++i) {
        const log::PartitionFolder folder{topic.name, static_cast<int32_t>(i)};
        starts[folder] = log::Offset(topic.partitions[i].start);
        ends[folder] = log::Offset(topic.partitions[i].end);
      }
    }
    if (auto wrote = log::WriteCheckpoints(Files(), job_.target(), ends, starts); !wrote) {
      return wrote;
    }
    for (const char* name : {log::kLogStartFile, log::kRecoveryPointFile}) {
      if (auto added = job_.AddMade(name); !added) return added;
    }
    return Done{};
  }

  Job& job_;
  std::vector<ManifestTopic> topics_;
};

}  // namespace

Result<std::vector<ManifestTopic>> CopyTopics(Job& job) { return TopicCopy(job).Run(); }

}  // namespace gamevents::backup

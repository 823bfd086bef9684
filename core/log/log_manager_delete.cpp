// A topic's name can be used again as soon as the topic is deleted, and nearly everything on disk
// is found by names: folders, checkpoints, committed offsets. Nothing of the old topic may apply to
// the new one, also when the process is killed between any two of these steps:
//
//   1. `topic.deleted` appears in partition 0. From here on the topic is deleted, whatever follows:
//      the next Open finishes what is left.
//   2. Each log is abandoned. That waits for the append, roll or removal under way; later ones find
//      the log closed. So nobody works on the folders by path any more (see Log::Abandon).
//   3. The topic leaves the map. Checkpoints are written from the map, so no later one names it.
//   4. The folders are renamed and removed, partition 0 with its mark last.
//   5. The checkpoints are written without it. No topic or partition is made while they may name
//      one that is not there: after step 3, or when Open found them so, because the process was
//      killed between 1 and 5, or because somebody removed a folder.
//
// Kafka's checkpoint files have no room for the topic's id, and Kafka is to be able to read them,
// so the order does it. A partition's own files (its durable end, leader epochs, snapshots) go with
// its folder. Committed offsets carry the topic's id (core/broker/groups/offset_store.h).

#include "core/log/log_manager.h"
#include "core/log/topic_files.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::log {
namespace {

// A topic whose logs are kept is copied elsewhere, by its name and its offsets: one that came after
// it under that name would be taken for it, and its first records for copied ones.
Status CheckNotNeeded(std::string_view topic, std::span<const std::shared_ptr<Log>> partitions) {
  const std::string refused = "topic '" + std::string(topic) + "' is not deleted: ";
  bool is_kept = false;
  for (size_t i = 0; i < partitions.size(); ++i) {
    const Log& log = *partitions[i];
    const Offset needed = std::max(log.kept_from(), log.log_start());
    is_kept = is_kept || log.kept_from() < Offset(INT64_MAX);
    if (needed >= log.log_end()) continue;
    return Error{Fault::kUnavailable, refused + std::to_string(log.log_end().value - needed.value) +
                                          " records of partition " + std::to_string(i) +
                                          " have not been forwarded, from offset " +
                                          std::to_string(needed.value) + " on"};
  }
  if (!is_kept) return Done{};
  return Error{Fault::kUnavailable,
               refused +
                   "it is forwarded; take it out of forward.topics first, and forward none of "
                   "that name to the same topic again"};
}

}  // namespace

Status LogManager::DeleteTopic(std::string_view name) {
  const std::lock_guard changing(change_mutex_);
  if (auto open = CheckOpen(); !open) return open;
  if (leaving_.contains(name)) return FinishDelete(std::string(name));
  const auto found = topics_.find(name);
  if (found == topics_.end()) return NoSuchTopic(name);
  const std::string topic = found->first;
  if (auto free = CheckNotNeeded(topic, found->second.partitions); !free) return free;
  const auto marked = MarkDeleted(*options_.files, FolderOf(topic, 0));
  // A mark that may or may not be on disk is taken back, or else the topic is deleted after all:
  // one that goes on and is gone after the next start would lose what it took meanwhile.
  if (!marked && UnmarkDeleted(*options_.files, FolderOf(topic, 0))) return Error(marked.error());
  std::vector<Deletion> deletions;
  for (const auto& log : found->second.partitions) {
    log->Abandon();
    if (log->log_start() == log->log_end()) continue;
    deletions.push_back({log->directory(), log->log_start(), log->log_end(), log->size_bytes(),
                         DeletionReason::kTopic});
  }
  leaving_[topic] = found->second.partitions.size();
  checkpoints_stale_ = true;
  {
    const std::lock_guard lock(mutex_);
    // Folders that somebody copied have their topic's id twice.
    const auto by_id = by_id_.find(found->second.id);
    if (by_id != by_id_.end() && by_id->second == TopicMap::const_iterator(found)) {
      by_id_.erase(by_id);
    }
    topics_.erase(found);
  }
  for (const Deletion& deletion : deletions) options_.on_deletion(deletion);
  return FinishDelete(topic);
}

// Steps 4 and 5, as far as they are not done yet.
Status LogManager::FinishDelete(const std::string& name) {
  size_t& left = leaving_.at(name);
  for (; left > 0; --left) {
    const PartitionFolder folder{name, static_cast<int32_t>(left - 1)};
    if (auto gone = DeletePartition(*options_.files, options_.directory, folder); !gone) {
      return std::move(gone).error().In("delete topic '" + name + "'");
    }
  }
  leaving_.erase(name);
  if (auto wrote = CheckpointLocked(); !wrote) {
    return std::move(wrote).error().In("delete topic '" + name + "'");
  }
  return Done{};
}

// Before a topic or partition is made: nothing of an earlier one is to apply to it.
Status LogManager::FreeName(std::string_view name) {
  if (leaving_.contains(name)) {
    if (auto finished = FinishDelete(std::string(name)); !finished) return finished;
  }
  return RefreshCheckpoints();
}

Status LogManager::RefreshCheckpoints() { return checkpoints_stale_ ? CheckpointLocked() : Done{}; }

// What Open finds of a deleted topic: as step 4.
Status LogManager::RemoveDeleted(const std::string& name,
                                 std::span<const PartitionFolder> folders) {
  for (size_t i = folders.size(); i-- > 0;) {
    if (auto gone = DeletePartition(*options_.files, options_.directory, folders[i]); !gone) {
      return gone;
    }
  }
  summary_.notes.push_back("removed what was left of the deleted topic " + name);
  return Done{};
}

}  // namespace gamevents::log

#include "core/log/log_manager.h"

#include "core/log/topic_files.h"

#include <algorithm>
#include <utility>

namespace gamevents::log {

Error LogManager::NoSuchTopic(std::string_view name) {
  return Error{Fault::kNotFound, "topic '" + std::string(name) + "' does not exist"};
}

LogManager::LogManager(const Options& options)
    : options_(options), pool_(options.open_files_max), committer_(options.commit) {}

LogManager::~LogManager() {
  for (const auto& [name, topic] : topics_) {
    for (const auto& log : topic.partitions) log->Abandon();
  }
}

Log::Environment LogManager::environment() {
  return {*options_.files, pool_, committer_, *options_.clock};
}

std::string LogManager::FolderOf(std::string_view topic, size_t partition) const {
  return options_.directory + "/" +
         PartitionFolderName({std::string(topic), static_cast<int32_t>(partition)});
}

Status LogManager::CheckOpen() const {
  if (closed_) return Error{Fault::kClosed, options_.directory + ": the data directory was closed"};
  return Done{};
}

// Whether that many more fit the limits.
Status LogManager::CheckRoom(size_t topics, size_t partitions) const {
  size_t present = 0;
  for (const auto& [name, topic] : topics_) present += topic.partitions.size();
  if (topics_.size() + topics > options_.topics_max) {
    return Error{Fault::kFull, "there are " + std::to_string(topics_.size()) +
                                   " topics already, at most " +
                                   std::to_string(options_.topics_max) + " are allowed"};
  }
  if (present + partitions > options_.partitions_max) {
    return Error{Fault::kFull, "there are " + std::to_string(present) +
                                   " partitions already, at most " +
                                   std::to_string(options_.partitions_max) + " are allowed"};
  }
  return Done{};
}

Topic LogManager::Copy(const std::string& name, const TopicState& state) {
  return {name, state.id, state.partitions, state.configs};
}

// Adds the partitions up to `total`, the highest first: as long as the lowest of the new ones is
// missing, those above it do not count, so that a crash leaves all of them or none.
Result<std::vector<std::shared_ptr<Log>>> LogManager::MakePartitions(const std::string& topic,
                                                                     const TopicState& state,
                                                                     size_t total) {
  FileSystem& files = *options_.files;
  auto limits = ApplyTopicConfigs(options_.defaults, state.configs);
  if (!limits) return std::move(limits).error();
  std::vector<std::shared_ptr<Log>> made;
  for (size_t partition = total; partition-- > state.partitions.size();) {
    const std::string folder = FolderOf(topic, partition);
    auto done = files.CreateDirectory(folder);
    if (done) done = WriteTopicId(files, folder, state.id);
    if (done && partition == 0) done = WriteTopicConfigs(files, folder, state.configs);
    if (!done) return std::move(done).error();
    auto log = Log::Open(environment(), folder, *limits, {});
    if (!log) return std::move(log).error();
    KeepNeeded(topic, **log);
    if (auto synced = files.SyncDirectory(options_.directory); !synced) {
      return std::move(synced).error();
    }
    made.push_back(std::move(*log));
  }
  std::reverse(made.begin(), made.end());
  return made;
}

Result<Topic> LogManager::CreateTopic(std::string_view name, int32_t partitions,
                                      const TopicConfigs& configs) {
  if (auto good = CheckTopicName(name); !good) return std::move(good).error();
  if (partitions < 1 || partitions > kPartitionsMax) {
    return Error{Fault::kBadInput, "topic '" + std::string(name) +
                                       "': " + std::to_string(partitions) + " partitions: 1 to " +
                                       std::to_string(kPartitionsMax) + " are allowed"};
  }
  if (name == kKafkaMetadataTopic) {
    return Error{Fault::kBadInput, "topic name '" + std::string(name) + "' is Kafka's own"};
  }
  const std::lock_guard changing(change_mutex_);
  if (auto open = CheckOpen(); !open) return std::move(open).error();
  if (topics_.contains(name)) {
    return Error{Fault::kExists, "topic '" + std::string(name) + "' exists already"};
  }
  if (auto free = FreeName(name); !free) return std::move(free).error();
  const auto count = static_cast<size_t>(partitions);
  if (auto room = CheckRoom(1, count); !room) return std::move(room).error();
  TopicState state{MakeTopicId(), configs, {}};
  const std::string topic(name);
  auto made = MakePartitions(topic, state, count);
  if (!made) {
    RemovePartitions(topic, 0, count);
    return std::move(made).error().In("create topic '" + topic + "'");
  }
  state.partitions = std::move(*made);
  const std::lock_guard lock(mutex_);
  return Copy(topic, AddTopic(topic, std::move(state)));
}

// Before anybody else has the log: retention must not come first.
void LogManager::KeepNeeded(const std::string& topic, Log& log) const {
  if (std::ranges::find(options_.kept_topics, topic) == options_.kept_topics.end()) return;
  log.KeepFrom(Offset(0));
}

const LogManager::TopicState& LogManager::AddTopic(const std::string& name, TopicState state) {
  const auto added = topics_.emplace(name, std::move(state)).first;
  by_id_.emplace(added->second.id, added);
  return added->second;
}

Status LogManager::CreatePartitions(std::string_view name, int32_t total) {
  const std::lock_guard changing(change_mutex_);
  if (auto open = CheckOpen(); !open) return open;
  const auto found = topics_.find(name);
  if (found == topics_.end()) return NoSuchTopic(name);
  TopicState& state = found->second;
  const size_t before = state.partitions.size();
  if (total < 0 || total > kPartitionsMax || static_cast<size_t>(total) <= before) {
    return Error{Fault::kBadInput, "topic '" + found->first + "' has " + std::to_string(before) +
                                       " partitions; " + std::to_string(total) +
                                       " is not more, or more than allowed"};
  }
  const auto count = static_cast<size_t>(total);
  if (auto room = CheckRoom(0, count - before); !room) return room;
  if (auto free = FreeName(name); !free) return free;
  auto made = MakePartitions(found->first, state, count);
  if (!made) {
    RemovePartitions(found->first, before, count);
    return std::move(made).error().In("add partitions to topic '" + found->first + "'");
  }
  const std::lock_guard lock(mutex_);
  for (auto& log : *made) state.partitions.push_back(std::move(log));
  return Done{};
}

// Takes back what a failed creation left. What cannot be removed now is at the next start: see
// MakePartitions.
void LogManager::RemovePartitions(const std::string& topic, size_t from, size_t to) {
  for (size_t partition = from; partition < to; ++partition) {
    static_cast<void>(DeletePartition(*options_.files, options_.directory,
                                      {topic, static_cast<int32_t>(partition)}));
  }
}

Status LogManager::SetConfigs(std::string_view name, const TopicConfigs& configs) {
  const std::lock_guard changing(change_mutex_);
  if (auto open = CheckOpen(); !open) return open;
  const auto found = topics_.find(name);
  if (found == topics_.end()) return NoSuchTopic(name);
  auto limits = ApplyTopicConfigs(options_.defaults, configs);
  if (!limits) return std::move(limits).error();
  if (auto wrote = WriteTopicConfigs(*options_.files, FolderOf(name, 0), configs); !wrote) {
    return wrote;
  }
  const std::lock_guard lock(mutex_);
  found->second.configs = configs;
  for (const auto& log : found->second.partitions) log->SetOptions(*limits);
  return Done{};
}

bool LogManager::HasRoomFor(size_t topics, size_t partitions) const {
  const std::lock_guard lock(mutex_);
  return CheckRoom(topics, partitions).ok();
}

std::optional<Topic> LogManager::Find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = topics_.find(name);
  if (found == topics_.end()) return std::nullopt;
  return Copy(found->first, found->second);
}

std::optional<Topic> LogManager::FindById(const Uuid& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return Copy(found->second->first, found->second->second);
}

bool LogManager::Has(const Uuid& id) const {
  const std::lock_guard lock(mutex_);
  return by_id_.contains(id);
}

std::vector<Topic> LogManager::Topics() const {
  const std::lock_guard lock(mutex_);
  std::vector<Topic> topics;
  topics.reserve(topics_.size());
  for (const auto& [name, state] : topics_) topics.push_back(Copy(name, state));
  return topics;
}

std::shared_ptr<Log> LogManager::PartitionOf(const TopicState& state, int32_t partition) {
  const auto index = static_cast<size_t>(partition);  // Of a negative one: beyond all.
  return index < state.partitions.size() ? state.partitions[index] : nullptr;
}

int32_t LogManager::CountPartitions(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = topics_.find(name);
  return found == topics_.end() ? 0 : static_cast<int32_t>(found->second.partitions.size());
}

std::shared_ptr<Log> LogManager::Partition(std::string_view name, int32_t partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : PartitionOf(found->second, partition);
}

std::shared_ptr<Log> LogManager::Partition(const Uuid& id, int32_t partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : PartitionOf(found->second->second, partition);
}

std::optional<Uuid> LogManager::IdOf(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = topics_.find(name);
  if (found == topics_.end()) return std::nullopt;
  return found->second.id;
}

Result<Offset> LogManager::DeleteRecords(Log& log, Offset before) {
  Deletion deletion;
  auto start = log.DeleteRecordsBefore(before, &deletion);
  if (deletion.begin < deletion.end) options_.on_deletion(deletion);
  return start;
}

Status LogManager::ApplyRetention(TimestampMs now) {
  std::optional<Error> first;
  for (const Topic& topic : Topics()) {
    for (const auto& log : topic.partitions) {
      const Log::Retained retained = log->ApplyRetention(now);
      for (const Deletion& deletion : retained.deletions) options_.on_deletion(deletion);
      if (!retained.failed && !first) first = retained.failed.error();
    }
  }
  auto wrote = Checkpoint();
  if (first) return *std::move(first);
  return wrote;
}

Status LogManager::Checkpoint() {
  const std::lock_guard changing(change_mutex_);
  if (auto open = CheckOpen(); !open) return open;
  return CheckpointLocked();
}

Status LogManager::CheckpointLocked() {
  OffsetMap recovery_points;
  OffsetMap log_starts;
  for (const auto& [name, state] : topics_) {
    for (size_t i = 0; i < state.partitions.size(); ++i) {
      const PartitionFolder folder{name, static_cast<int32_t>(i)};
      recovery_points[folder] = state.partitions[i]->recovery_point();
      log_starts[folder] = state.partitions[i]->log_start();
    }
  }
  auto wrote = WriteCheckpoints(*options_.files, options_.directory, recovery_points, log_starts);
  if (wrote) checkpoints_stale_ = false;
  return wrote;
}

Status LogManager::Close() {
  const std::lock_guard changing(change_mutex_);
  if (closed_) return Done{};
  closed_ = true;
  std::optional<Error> first;
  for (const auto& [name, state] : topics_) {
    for (const auto& log : state.partitions) {
      auto done = log->Close();
      if (!done && !first) first = std::move(done).error();
    }
  }
  if (auto wrote = CheckpointLocked(); !wrote && !first) first = std::move(wrote).error();
  if (first) return *std::move(first);
  return MarkCleanStop(*options_.files, options_.directory);
}

}  // namespace gamevents::log

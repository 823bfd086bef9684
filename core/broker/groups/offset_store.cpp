#include "core/broker/groups/offset_store.h"

#include "core/base/notes.h"
#include "core/broker/protocol/codec.h"
#include "core/broker/protocol/group_records.h"

#include <algorithm>
#include <set>
#include <utility>

namespace gamevents::broker {
namespace {

// The version numbers in front of keys and values: what Kafka 4 writes.
constexpr int16_t kOffsetKeyVersion = 1;
constexpr int16_t kGroupKeyVersion = 2;
constexpr int16_t kOffsetValueVersion = 4;  // the first that has the topic's id
constexpr int16_t kOffsetValueWithoutTopic = 3;
constexpr int16_t kGroupValueVersion = 3;

// Retention would delete offsets by age; compaction is this class's own, and frees whole segments,
// so they are small.
log::TopicConfigs OffsetsTopicConfigs() {
  return {{"retention.ms", "-1"}, {"retention.bytes", "-1"}, {"segment.bytes", "2097152"}};
}

constexpr size_t kReadBytes = size_t{4} << 20;
// Where many records are written, a batch ends when it has so much: with one more record of the
// longest names and metadata it is still below the largest batch that a log takes by default.
constexpr size_t kBatchBytes = size_t{256} << 10;
// A topic below the first is left alone; above it, when it is so many times what is alive.
constexpr uint64_t kCompactionBytesMin = uint64_t{4} << 20;
constexpr uint64_t kCompactionFactor = 4;
// What a record takes besides its names and metadata.
constexpr uint64_t kRecordOverhead = 64;

template <class Message>
std::vector<std::byte> Encoded(int16_t prefix, const Message& message, int16_t version) {
  WireWriter out;
  out.WriteInt(prefix);
  const auto written = Encode(message, version, out);
  INVARIANT(written.ok());  // Names and metadata were checked against the protocol's limits.
  return std::move(out).TakeBytes();
}

std::vector<std::byte> OffsetKey(const std::string& group, const TopicPartition& partition) {
  return Encoded(kOffsetKeyVersion, OffsetCommitKey{group, partition.topic, partition.partition},
                 0);
}

std::vector<std::byte> GroupKey(const std::string& group) {
  return Encoded(kGroupKeyVersion, GroupMetadataKey{group}, 0);
}

// Writes records in as many batches as they need.
class RecordWriter {
 public:
  RecordWriter(log::Log& log, TimestampMs now) : log_(log), now_(now) {}

  void Add(std::span<const std::byte> key, std::optional<std::span<const std::byte>> value) {
    batch_.Add({now_, key, value, {}});
    bytes_ += key.size() + (value ? value->size() : 0) + kRecordOverhead;
  }
  void AddOffset(const std::string& group, const TopicPartition& partition,
                 const OffsetStore::Offset& offset) {
    OffsetCommitValue value;
    value.offset = offset.offset;
    value.leader_epoch = offset.leader_epoch;
    value.metadata = offset.metadata;
    value.commit_timestamp = offset.committed_at.value;
    value.topic_id = offset.topic_id;
    const int16_t version =
        offset.topic_id == Uuid{} ? kOffsetValueWithoutTopic : kOffsetValueVersion;
    Add(OffsetKey(group, partition), Encoded(version, value, version));
  }
  void AddGroup(const std::string& group, const OffsetStore::GroupEntry& entry) {
    GroupMetadataValue value;
    value.protocol_type = entry.protocol_type;
    value.generation = entry.generation;
    // As Kafka has it: a group with members has a protocol.
    if (entry.occupied) value.protocol = "";
    value.current_state_timestamp = entry.changed_at.value;
    Add(GroupKey(group), Encoded(kGroupValueVersion, value, kGroupValueVersion));
  }
  // To be called between records that need not be in one batch.
  void MayEndBatch() {
    if (bytes_ >= kBatchBytes) EndBatch();
  }
  // Writes the rest; gives the end of all.
  OffsetStore::Written Finish() {
    EndBatch();
    return end_;
  }

 private:
  void EndBatch() {
    if (batch_.count() == 0 || !end_) return;
    bytes_ = 0;
    auto bytes = batch_.Finish();
    if (!bytes) {
      end_ = std::move(bytes).error();
      return;
    }
    auto outcome = log_.Append(*bytes);
    if (!outcome) {
      end_ = std::move(outcome).error().In(kOffsetsTopic);
    } else if (const auto* refused = std::get_if<log::Refused>(&*outcome)) {
      end_ = Error{Fault::kBadInput, std::string(kOffsetsTopic) + ": " + refused->reason};
    } else {
      end_ = std::get_if<log::Appended>(&*outcome)->next_offset;
    }
  }

  log::Log& log_;
  const TimestampMs now_;
  log::BatchBuilder batch_;
  size_t bytes_ = 0;
  OffsetStore::Written end_{log::Offset(0)};
};

}  // namespace

Result<OffsetStore> OffsetStore::Open(log::LogManager& logs, const Clock& clock) {
  const auto there = logs.Find(kOffsetsTopic);
  if (!there) {
    auto made = logs.CreateTopic(kOffsetsTopic, 1, OffsetsTopicConfigs());
    if (!made) return std::move(made).error().In(kOffsetsTopic);
  } else if (!there->configs.contains("retention.ms")) {
    // Made by Kafka, which keeps topics' settings elsewhere.
    auto set = logs.SetConfigs(kOffsetsTopic, OffsetsTopicConfigs());
    if (!set) return std::move(set).error().In(kOffsetsTopic);
  }
  OffsetStore store(logs, logs.Partition(kOffsetsTopic, 0), clock);
  for (const auto step : {&OffsetStore::GatherOtherPartitions, &OffsetStore::ForgetMissing}) {
    if (auto done = (store.*step)(); !done) return std::move(done).error().In(kOffsetsTopic);
  }
  store.NoteThatNobodyIsHere();
  return store;
}

// Loads every partition, our own last: it has the newer record of a group where a crash left two.
// Then writes what the others had into ours and empties them, so that what is forgotten here later
// is not remembered there.
Status OffsetStore::GatherOtherPartitions() {
  const auto topic = logs_->Find(kOffsetsTopic);
  INVARIANT(topic.has_value());
  bool others = false;
  for (size_t i = topic->partitions.size(); i-- > 0;) {
    const log::Log& log = *topic->partitions[i];
    others = others || (i > 0 && log.log_end() > log.log_start());
    if (auto loaded = Load(log); !loaded) return loaded;
  }
  if (!others) return Done{};
  if (auto written = AppendAll(); !written) return std::move(written).error();
  if (auto synced = log_->Sync(); !synced) return synced;
  for (size_t i = 1; i < topic->partitions.size(); ++i) {
    auto emptied = topic->partitions[i]->DeleteRecordsBefore(log::Offset(-1));
    if (!emptied) return std::move(emptied).error();
  }
  return logs_->Checkpoint();
}

// A topic's deletion that was interrupted, or a folder that somebody removed, left offsets behind.
Status OffsetStore::ForgetMissing() {
  const auto gone = [this](const TopicPartition& partition, const Offset& offset) {
    const auto id = logs_->IdOf(partition.topic);
    return !id || logs_->Partition(partition.topic, partition.partition) == nullptr ||
           (offset.topic_id != Uuid{} && offset.topic_id != *id);
  };
  auto written = RemoveWhere(gone);
  if (!written) return std::move(written).error();
  if (*written > log::Offset(0)) {
    if (auto synced = log_->Sync(); !synced) return synced;
  }
  for (auto& [name, group] : groups_) {
    for (auto& [partition, offset] : group.offsets) {
      if (offset.topic_id == Uuid{})
        offset.topic_id = logs_->IdOf(partition.topic).value_or(Uuid{});
    }
  }
  return Done{};
}

Status OffsetStore::Load(const log::Log& log) {
  log::Offset next = log.log_start();
  std::vector<std::byte> buffer;
  while (next < log.high_watermark()) {
    auto read = log.Read(next, kReadBytes);
    if (!read) return std::move(read).error();
    buffer.resize(read->slice.length);
    auto got = read->slice.file->ReadAt(read->slice.position, buffer);
    if (!got) return std::move(got).error();
    if (*got != buffer.size()) return Error{Fault::kCorrupt, "a segment ended early"};
    std::span<const std::byte> rest(buffer);
    while (!rest.empty()) {
      const log::BatchHeader header = log::ReadBatchHeader(rest);
      if (auto loaded = LoadBatches(rest.first(header.size())); !loaded) return loaded;
      next = header.next_offset();
      rest = rest.subspan(header.size());
    }
  }
  return Done{};
}

Status OffsetStore::LoadBatches(std::span<const std::byte> batch) {
  const log::BatchHeader header = log::ReadBatchHeader(batch);
  if (header.control()) return Done{};
  std::vector<std::byte> scratch;
  const auto records = log::UncompressedRecords(header, batch, scratch);
  if (!records) return records.error();
  log::RecordCursor cursor(header, *records);
  for (;;) {
    const auto record = cursor.Next();
    if (!record) return record.error();
    if (!*record) return Done{};
    if (!(*record)->key) continue;
    if (auto applied = Apply(*(*record)->key, (*record)->value); !applied) return applied;
  }
}

// Key versions that we do not know belong to newer kinds of groups and are passed over.
Status OffsetStore::Apply(std::span<const std::byte> key,
                          std::optional<std::span<const std::byte>> value) {
  WireReader key_in(key);
  const auto key_version = key_in.ReadInt<int16_t>();
  std::optional<WireReader> value_in;
  int16_t value_version = 0;
  if (value) {
    value_in.emplace(*value);
    value_version = value_in->ReadInt<int16_t>();
  }
  if (key_version == 0 || key_version == kOffsetKeyVersion) {
    auto name = Decode<OffsetCommitKey>(key_in, 0);
    if (!name) return std::move(name).error();
    GroupEntry& group = FindOrMake(name->group);
    const TopicPartition partition{name->topic, name->partition};
    Drop(group, partition);
    if (!value) return Done{};
    auto stored = Decode<OffsetCommitValue>(*value_in, value_version);
    if (!stored) return std::move(stored).error();
    Put(group, partition,
        {stored->offset, stored->leader_epoch, std::move(stored->metadata),
         TimestampMs(stored->commit_timestamp), stored->topic_id});
    return Done{};
  }
  if (key_version != kGroupKeyVersion) return Done{};
  auto name = Decode<GroupMetadataKey>(key_in, 0);
  if (!name) return std::move(name).error();
  if (!value) {
    if (const auto group = groups_.find(name->group); group != groups_.end()) Drop(group);
    return Done{};
  }
  auto stored = Decode<GroupMetadataValue>(*value_in, value_version);
  if (!stored) return std::move(stored).error();
  GroupEntry& group = FindOrMake(name->group);
  SetProtocolType(group, std::move(stored->protocol_type));
  group.generation = stored->generation;
  group.changed_at = TimestampMs(stored->current_state_timestamp);
  group.has_metadata = true;
  group.occupied = stored->protocol.has_value();
  return Done{};
}

OffsetStore::GroupEntry& OffsetStore::FindOrMake(const std::string& group) {
  const auto [entry, made] = groups_.try_emplace(group);
  if (made) text_bytes_ += group.size();
  return entry->second;
}

void OffsetStore::SetProtocolType(GroupEntry& group, std::string protocol_type) {
  text_bytes_ += protocol_type.size();
  text_bytes_ -= group.protocol_type.size();
  group.protocol_type = std::move(protocol_type);
}

void OffsetStore::Put(GroupEntry& group, const TopicPartition& partition, Offset offset) {
  const auto [entry, made] = group.offsets.try_emplace(partition);
  if (made) ++offset_count_;
  text_bytes_ += offset.metadata.size();
  text_bytes_ -= entry->second.metadata.size();
  entry->second = std::move(offset);
}

void OffsetStore::Drop(GroupEntry& group, const TopicPartition& partition) {
  const auto entry = group.offsets.find(partition);
  if (entry == group.offsets.end()) return;
  --offset_count_;
  text_bytes_ -= entry->second.metadata.size();
  group.offsets.erase(entry);
}

void OffsetStore::Drop(Groups::iterator group) {
  for (const auto& [partition, offset] : group->second.offsets) {
    text_bytes_ -= offset.metadata.size();
  }
  offset_count_ -= group->second.offsets.size();
  text_bytes_ -= group->first.size() + group->second.protocol_type.size();
  groups_.erase(group);
}

void OffsetStore::DropPending(const std::function<bool(const PendingCommit&)>& gone) {
  std::erase_if(pending_, [&](const PendingCommit& commit) {
    if (!gone(commit)) return false;
    text_bytes_ -= commit.text_bytes();
    return true;
  });
}

void OffsetStore::NoteThatNobodyIsHere() {
  for (const auto& [name, group] : groups_) {
    if (group.occupied) PutGeneration(name, group.protocol_type, group.generation, false);
  }
}

const OffsetStore::GroupEntry* OffsetStore::Find(std::string_view group) const {
  const auto entry = groups_.find(group);
  return entry == groups_.end() ? nullptr : &entry->second;
}

void OffsetStore::WhenDurable(const Written& written, OnDurable done) const {
  if (!written) return done(Error(written.error()));
  log_->WhenCommitted(*written, std::move(done));
}

void OffsetStore::Settle() {
  const log::Offset durable = log_->high_watermark();
  for (; !pending_.empty() && pending_.front().end <= durable; pending_.pop_front()) {
    PendingCommit& commit = pending_.front();
    text_bytes_ -= commit.text_bytes();
    Put(FindOrMake(commit.group), commit.partition, std::move(commit.offset));
  }
}

// The partitions for which a group has an offset, durable or not yet.
std::set<TopicPartition> OffsetStore::PartitionsOf(const std::string& group) const {
  std::set<TopicPartition> partitions;
  if (const auto entry = groups_.find(group); entry != groups_.end()) {
    for (const auto& [partition, offset] : entry->second.offsets) partitions.insert(partition);
  }
  for (const PendingCommit& commit : pending_) {
    if (commit.group == group) partitions.insert(commit.partition);
  }
  return partitions;
}

OffsetStore::Written OffsetStore::Commit(const std::string& group,
                                         const std::map<TopicPartition, Offset>& offsets) {
  Settle();
  const TimestampMs now = clock_->Now();
  RecordWriter records(*log_, now);
  std::map<TopicPartition, Offset> stamped = offsets;
  for (auto& [partition, offset] : stamped) {
    offset.committed_at = now;
    records.AddOffset(group, partition, offset);
  }
  auto written = records.Finish();
  if (!written) return written;
  for (auto& [partition, offset] : stamped) {
    pending_.push_back({*written, group, partition, std::move(offset)});
    text_bytes_ += pending_.back().text_bytes();
  }
  return written;
}

OffsetStore::Written OffsetStore::Remove(const std::string& group,
                                         std::span<const TopicPartition> partitions) {
  Settle();
  RecordWriter records(*log_, clock_->Now());
  const std::set<TopicPartition> there = PartitionsOf(group);
  std::set<TopicPartition> gone;
  for (const TopicPartition& partition : partitions) {
    if (!there.contains(partition) || !gone.insert(partition).second) continue;
    records.Add(OffsetKey(group, partition), std::nullopt);
    records.MayEndBatch();
  }
  auto written = records.Finish();
  if (!written) return written;
  if (const auto entry = groups_.find(group); entry != groups_.end()) {
    for (const TopicPartition& partition : gone) Drop(entry->second, partition);
  }
  DropPending([&](const PendingCommit& commit) {
    return commit.group == group && gone.contains(commit.partition);
  });
  return written;
}

OffsetStore::Written OffsetStore::RemoveGroup(const std::string& group) {
  Settle();
  RecordWriter records(*log_, clock_->Now());
  const auto entry = groups_.find(group);
  const std::set<TopicPartition> partitions = PartitionsOf(group);
  if (entry == groups_.end() && partitions.empty()) return records.Finish();
  for (const TopicPartition& partition : partitions) {
    records.Add(OffsetKey(group, partition), std::nullopt);
    records.MayEndBatch();
  }
  records.Add(GroupKey(group), std::nullopt);
  auto written = records.Finish();
  if (!written) return written;
  DropPending([&](const PendingCommit& commit) { return commit.group == group; });
  if (entry != groups_.end()) Drop(entry);
  return written;
}

OffsetStore::Written OffsetStore::RemoveWhere(const IsGone& gone) {
  Settle();
  std::map<std::string, std::vector<TopicPartition>> found;
  for (const auto& [name, group] : groups_) {
    for (const auto& [partition, offset] : group.offsets) {
      if (gone(partition, offset)) found[name].push_back(partition);
    }
  }
  for (const PendingCommit& commit : pending_) {
    if (gone(commit.partition, commit.offset)) found[commit.group].push_back(commit.partition);
  }
  Written end = log::Offset(0);
  for (const auto& [name, partitions] : found) {
    auto written = Remove(name, partitions);
    if (!written) return written;
    end = *written;
  }
  return end;
}

void OffsetStore::PutGeneration(const std::string& group, const std::string& protocol_type,
                                int32_t generation, bool occupied) {
  GroupEntry& entry = FindOrMake(group);
  SetProtocolType(entry, protocol_type);
  entry.generation = generation;
  entry.occupied = occupied;
  entry.changed_at = clock_->Now();
  entry.has_metadata = true;
  RecordWriter records(*log_, entry.changed_at);
  records.AddGroup(group, entry);
  WhenDurable(records.Finish(), [](const Status& status) {
    if (!status)
      Note(NoteLevel::kWarning, "a group's generation was not stored: " + status.error().context);
  });
}

uint64_t OffsetStore::BytesAlive() const {
  uint64_t bytes = 0;
  for (const auto& [name, group] : groups_) {
    bytes += name.size() + group.protocol_type.size() + kRecordOverhead;
    for (const auto& [partition, offset] : group.offsets) {
      bytes += name.size() + partition.topic.size() + offset.metadata.size() + kRecordOverhead;
    }
  }
  return bytes;
}

bool OffsetStore::WantsCompaction() const {
  const uint64_t size = log_->size_bytes();
  return size > kCompactionBytesMin && size > BytesAlive() * kCompactionFactor;
}

OffsetStore::Written OffsetStore::AppendAll() {
  Settle();
  const log::Offset start = log_->log_end();
  RecordWriter records(*log_, clock_->Now());
  for (const auto& [name, group] : groups_) {
    if (group.has_metadata) records.AddGroup(name, group);
    for (const auto& [partition, offset] : group.offsets) {
      records.AddOffset(name, partition, offset);
      records.MayEndBatch();
    }
    records.MayEndBatch();
  }
  // Behind the older values that they replace.
  for (const PendingCommit& commit : pending_) {
    records.AddOffset(commit.group, commit.partition, commit.offset);
    records.MayEndBatch();
  }
  if (auto written = records.Finish(); !written) return written;
  return start;
}

Status OffsetStore::DropBefore(log::Offset start) const {
  if (auto synced = log_->Sync(); !synced) return synced;
  if (auto deleted = log_->DeleteRecordsBefore(start); !deleted) {
    return std::move(deleted).error().In(kOffsetsTopic);
  }
  return logs_->Checkpoint();
}

Status OffsetStore::Compact() {
  const auto start = AppendAll();
  if (!start) return Error(start.error());
  return DropBefore(*start);
}

}  // namespace gamevents::broker

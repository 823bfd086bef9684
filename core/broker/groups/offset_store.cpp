#include "core/broker/groups/offset_store.h"

#include "core/base/notes.h"
#include "core/broker/protocol/codec.h"
#include "core/broker/protocol/group_records.h"

#include <algorithm>
#include <utility>

namespace gamevents::broker {
namespace {

// The version numbers in front of keys and values: what Kafka 4 writes.
constexpr int16_t kOffsetKeyVersion = 1;
constexpr int16_t kGroupKeyVersion = 2;
constexpr int16_t kOffsetValueVersion = 3;
constexpr int16_t kGroupValueVersion = 3;

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
  Writer out;
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
    Add(OffsetKey(group, partition), Encoded(kOffsetValueVersion, value, kOffsetValueVersion));
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
  if (!logs.Find(kOffsetsTopic)) {
    // Retention would delete offsets by age; compaction is this class's own, and frees whole
    // segments, so they are small.
    auto made = logs.CreateTopic(
        kOffsetsTopic, 1,
        {{"retention.ms", "-1"}, {"retention.bytes", "-1"}, {"segment.bytes", "2097152"}});
    if (!made) return std::move(made).error().In(kOffsetsTopic);
  }
  OffsetStore store(logs, logs.Partition(kOffsetsTopic, 0), clock);
  if (auto loaded = store.Load(); !loaded) return std::move(loaded).error().In(kOffsetsTopic);
  store.NoteThatNobodyIsHere();
  return store;
}

Status OffsetStore::Load() {
  log::Offset next = log_->log_start();
  std::vector<std::byte> buffer;
  while (next < log_->high_watermark()) {
    auto read = log_->Read(next, kReadBytes);
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
  Reader key_in(key);
  const auto key_version = key_in.ReadInt<int16_t>();
  std::optional<Reader> value_in;
  int16_t value_version = 0;
  if (value) {
    value_in.emplace(*value);
    value_version = value_in->ReadInt<int16_t>();
  }
  if (key_version == 0 || key_version == kOffsetKeyVersion) {
    auto name = Decode<OffsetCommitKey>(key_in, 0);
    if (!name) return std::move(name).error();
    GroupEntry& group = groups_[name->group];
    const TopicPartition partition{name->topic, name->partition};
    offset_count_ -= group.offsets.erase(partition);
    if (!value) return Done{};
    auto stored = Decode<OffsetCommitValue>(*value_in, value_version);
    if (!stored) return std::move(stored).error();
    group.offsets[partition] = {stored->offset, stored->leader_epoch, std::move(stored->metadata),
                                TimestampMs(stored->commit_timestamp)};
    ++offset_count_;
    return Done{};
  }
  if (key_version != kGroupKeyVersion) return Done{};
  auto name = Decode<GroupMetadataKey>(key_in, 0);
  if (!name) return std::move(name).error();
  if (!value) {
    const auto group = groups_.find(name->group);
    if (group == groups_.end()) return Done{};
    offset_count_ -= group->second.offsets.size();
    groups_.erase(group);
    return Done{};
  }
  auto stored = Decode<GroupMetadataValue>(*value_in, value_version);
  if (!stored) return std::move(stored).error();
  GroupEntry& group = groups_[name->group];
  group.protocol_type = std::move(stored->protocol_type);
  group.generation = stored->generation;
  group.changed_at = TimestampMs(stored->current_state_timestamp);
  group.has_metadata = true;
  group.occupied = stored->protocol.has_value();
  return Done{};
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

OffsetStore::Written OffsetStore::Commit(const std::string& group,
                                         const std::map<TopicPartition, Offset>& offsets) {
  const TimestampMs now = clock_->Now();
  RecordWriter records(*log_, now);
  std::map<TopicPartition, Offset> stamped = offsets;
  for (auto& [partition, offset] : stamped) {
    offset.committed_at = now;
    records.AddOffset(group, partition, offset);
  }
  auto written = records.Finish();
  if (!written || offsets.empty()) return written;
  GroupEntry& entry = groups_[group];
  for (auto& [partition, offset] : stamped) {
    const bool is_new = entry.offsets.insert_or_assign(partition, std::move(offset)).second;
    if (is_new) ++offset_count_;
  }
  return written;
}

OffsetStore::Written OffsetStore::Remove(const std::string& group,
                                         std::span<const TopicPartition> partitions) {
  RecordWriter records(*log_, clock_->Now());
  const auto entry = groups_.find(group);
  if (entry == groups_.end()) return records.Finish();
  for (const TopicPartition& partition : partitions) {
    if (!entry->second.offsets.contains(partition)) continue;
    records.Add(OffsetKey(group, partition), std::nullopt);
    records.MayEndBatch();
  }
  auto written = records.Finish();
  if (!written) return written;
  for (const TopicPartition& partition : partitions) {
    offset_count_ -= entry->second.offsets.erase(partition);
  }
  return written;
}

OffsetStore::Written OffsetStore::RemoveGroup(const std::string& group) {
  RecordWriter records(*log_, clock_->Now());
  const auto entry = groups_.find(group);
  if (entry == groups_.end()) return records.Finish();
  for (const auto& [partition, offset] : entry->second.offsets) {
    records.Add(OffsetKey(group, partition), std::nullopt);
    records.MayEndBatch();
  }
  records.Add(GroupKey(group), std::nullopt);
  auto written = records.Finish();
  if (!written) return written;
  offset_count_ -= entry->second.offsets.size();
  groups_.erase(entry);
  return written;
}

void OffsetStore::PutGeneration(const std::string& group, const std::string& protocol_type,
                                int32_t generation, bool occupied) {
  GroupEntry& entry = groups_[group];
  entry.protocol_type = protocol_type;
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

Status OffsetStore::Compact() {
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
  if (auto written = records.Finish(); !written) return std::move(written).error();
  if (auto synced = log_->Sync(); !synced) return synced;
  if (auto deleted = log_->DeleteRecordsBefore(start); !deleted) {
    return std::move(deleted).error().In(kOffsetsTopic);
  }
  return logs_->Checkpoint();
}

}  // namespace gamevents::broker

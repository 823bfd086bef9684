#include "core/broker/groups/offset_store.h"

#include "core/broker/protocol/codec.h"
#include "core/broker/protocol/group_records.h"

#include <spdlog/spdlog.h>

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
// Even with the longest metadata so many records fit a batch of the default size.
constexpr int32_t kCompactionBatchRecords = 100;
// A topic below the first is left alone; above it, when it is so many times what is alive.
constexpr uint64_t kCompactionBytesMin = uint64_t{4} << 20;
constexpr uint64_t kCompactionFactor = 4;
constexpr uint64_t kRecordBytesTypical = 160;

template <class Message>
std::vector<std::byte> Encoded(int16_t prefix, const Message& message, int16_t version) {
  Writer out;
  out.WriteInt(prefix);
  const auto written = Encode(message, version, out);
  INVARIANT(written.ok());  // Names and metadata were checked against the protocol's limits.
  return std::move(out).TakeBytes();
}

void AddRecord(log::BatchBuilder& batch, TimestampMs now, std::span<const std::byte> key,
               std::optional<std::span<const std::byte>> value) {
  batch.Add({now, key, value, {}});
}

std::vector<std::byte> OffsetKey(const std::string& group, const TopicPartition& partition) {
  return Encoded(kOffsetKeyVersion, OffsetCommitKey{group, partition.topic, partition.partition},
                 0);
}

std::vector<std::byte> GroupKey(const std::string& group) {
  return Encoded(kGroupKeyVersion, GroupMetadataKey{group}, 0);
}

void AddOffset(log::BatchBuilder& batch, TimestampMs now, const std::string& group,
               const TopicPartition& partition, const OffsetStore::Offset& offset) {
  OffsetCommitValue value;
  value.offset = offset.offset;
  value.leader_epoch = offset.leader_epoch;
  value.metadata = offset.metadata;
  value.commit_timestamp = offset.committed_at.value;
  AddRecord(batch, now, OffsetKey(group, partition),
            Encoded(kOffsetValueVersion, value, kOffsetValueVersion));
}

void AddGroup(log::BatchBuilder& batch, TimestampMs now, const std::string& group,
              const OffsetStore::GroupEntry& entry) {
  GroupMetadataValue value;
  value.protocol_type = entry.protocol_type;
  value.generation = entry.generation;
  value.current_state_timestamp = entry.changed_at.value;
  AddRecord(batch, now, GroupKey(group), Encoded(kGroupValueVersion, value, kGroupValueVersion));
}

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
  return Done{};
}

const OffsetStore::GroupEntry* OffsetStore::Find(std::string_view group) const {
  const auto entry = groups_.find(group);
  return entry == groups_.end() ? nullptr : &entry->second;
}

void OffsetStore::Append(log::BatchBuilder& batch, OnDurable done) {
  auto bytes = batch.Finish();
  if (!bytes) return done(std::move(bytes).error());
  auto outcome = log_->Append(*bytes);
  if (!outcome) return done(std::move(outcome).error().In(kOffsetsTopic));
  if (const auto* refused = std::get_if<log::Refused>(&*outcome)) {
    return done(Error{Fault::kFull, std::string(kOffsetsTopic) + ": " + refused->reason});
  }
  log_->WhenCommitted(std::get_if<log::Appended>(&*outcome)->next_offset, std::move(done));
}

void OffsetStore::Commit(const std::string& group, const std::map<TopicPartition, Offset>& offsets,
                         OnDurable done) {
  if (offsets.empty()) return done(Done{});
  const TimestampMs now = clock_->Now();
  log::BatchBuilder batch;
  GroupEntry& entry = groups_[group];
  for (const auto& [partition, offset] : offsets) {
    Offset stamped = offset;
    stamped.committed_at = now;
    AddOffset(batch, now, group, partition, stamped);
    const bool is_new = entry.offsets.insert_or_assign(partition, std::move(stamped)).second;
    if (is_new) ++offset_count_;
  }
  Append(batch, std::move(done));
}

void OffsetStore::Remove(const std::string& group, std::span<const TopicPartition> partitions,
                         OnDurable done) {
  log::BatchBuilder batch;
  const auto entry = groups_.find(group);
  if (entry != groups_.end()) {
    for (const TopicPartition& partition : partitions) {
      if (entry->second.offsets.erase(partition) == 0) continue;
      --offset_count_;
      AddRecord(batch, clock_->Now(), OffsetKey(group, partition), std::nullopt);
    }
  }
  if (batch.count() == 0) return done(Done{});
  Append(batch, std::move(done));
}

void OffsetStore::RemoveGroup(const std::string& group, OnDurable done) {
  const auto entry = groups_.find(group);
  if (entry == groups_.end()) return done(Done{});
  log::BatchBuilder batch;
  const TimestampMs now = clock_->Now();
  for (const auto& [partition, offset] : entry->second.offsets) {
    AddRecord(batch, now, OffsetKey(group, partition), std::nullopt);
  }
  AddRecord(batch, now, GroupKey(group), std::nullopt);
  offset_count_ -= entry->second.offsets.size();
  groups_.erase(entry);
  Append(batch, std::move(done));
}

void OffsetStore::PutGeneration(const std::string& group, const std::string& protocol_type,
                                int32_t generation) {
  GroupEntry& entry = groups_[group];
  entry.protocol_type = protocol_type;
  entry.generation = generation;
  entry.changed_at = clock_->Now();
  entry.has_metadata = true;
  log::BatchBuilder batch;
  AddGroup(batch, entry.changed_at, group, entry);
  // Nobody waits for it: a generation that is lost is counted again from the one before.
  Append(batch, [](const Status& status) {
    if (!status) spdlog::warn("a group's generation was not stored: {}", status.error().context);
  });
}

bool OffsetStore::WantsCompaction() const {
  const uint64_t alive = (offset_count_ + groups_.size()) * kRecordBytesTypical;
  const uint64_t size = log_->size_bytes();
  return size > kCompactionBytesMin && size > alive * kCompactionFactor;
}

Status OffsetStore::Compact() {
  const log::Offset start = log_->log_end();
  log::BatchBuilder batch;
  Status appended = Done{};
  const auto flush = [&] {
    if (batch.count() == 0 || !appended) return;
    auto bytes = batch.Finish();
    if (!bytes) {
      appended = std::move(bytes).error();
      return;
    }
    auto outcome = log_->Append(*bytes);
    if (!outcome) {
      appended = std::move(outcome).error();
    } else if (const auto* refused = std::get_if<log::Refused>(&*outcome)) {
      appended = Error{Fault::kFull, refused->reason};
    }
  };
  const TimestampMs now = clock_->Now();
  for (const auto& [name, group] : groups_) {
    if (group.has_metadata) AddGroup(batch, now, name, group);
    for (const auto& [partition, offset] : group.offsets) {
      AddOffset(batch, now, name, partition, offset);
      if (batch.count() >= kCompactionBatchRecords) flush();
    }
    if (batch.count() >= kCompactionBatchRecords) flush();
  }
  flush();
  if (!appended) return std::move(appended).error().In(kOffsetsTopic);
  if (auto synced = log_->Sync(); !synced) return synced;
  if (auto deleted = log_->DeleteRecordsBefore(start); !deleted) {
    return std::move(deleted).error().In(kOffsetsTopic);
  }
  return logs_->Checkpoint();
}

}  // namespace gamevents::broker

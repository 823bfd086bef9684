#include "core/log/producer_state.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"
#include "core/log/format.h"
#include "core/log/log_options.h"

#include <algorithm>
#include <string>

namespace gamevents::log {
namespace {

// Sequences count 0 … 2^31 - 1 and begin again.
int32_t Advance(int32_t sequence, int32_t by) {
  return static_cast<int32_t>((static_cast<uint32_t>(sequence) + static_cast<uint32_t>(by)) &
                              0x7FFFFFFF);
}

std::string Numbers(const BatchHeader& header) {
  return "producer " + std::to_string(header.producer_id.value) + " epoch " +
         std::to_string(header.producer_epoch) + " sequence " +
         std::to_string(header.base_sequence);
}

// Beyond kProducersMax this part is forgotten at once, so that it is not done for each newcomer.
constexpr size_t kForgetPart = 10;

}  // namespace

void ProducerState::Producer::Push(const Batch& batch) {
  if (count == kWindow) {
    std::move(window.begin() + 1, window.end(), window.begin());
    --count;
  }
  window[count++] = batch;
}

std::variant<ProducerState::Fresh, ProducerState::Duplicate, Refused> ProducerState::Check(
    const BatchHeader& header) const {
  if (!header.idempotent()) return Fresh{};
  const auto found = producers_.find(header.producer_id.value);
  if (found == producers_.end()) return CheckUnknown(header);
  const Producer& producer = found->second;
  if (header.producer_epoch < producer.epoch) {
    return Refused{Refusal::kFencedEpoch, Numbers(header) + ": epoch " +
                                              std::to_string(producer.epoch) + " has been seen"};
  }
  if (header.producer_epoch > producer.epoch) {
    if (header.base_sequence == 0) return Fresh{};
    return Refused{Refusal::kOutOfOrderSequence, Numbers(header) + ": a new epoch begins at 0"};
  }
  const int32_t last = Advance(header.base_sequence, header.last_offset_delta);
  for (size_t i = 0; i < producer.count; ++i) {
    const Batch& batch = producer.window[i];
    if (batch.first_sequence == header.base_sequence && batch.last_sequence == last) {
      return Duplicate{batch.base_offset(), Offset(batch.last_offset.value + 1)};
    }
  }
  const int32_t expected = Advance(producer.last().last_sequence, 1);
  if (header.base_sequence == expected) return Fresh{};
  return Refused{Refusal::kOutOfOrderSequence,
                 Numbers(header) + ": expected " + std::to_string(expected)};
}

std::variant<ProducerState::Fresh, ProducerState::Duplicate, Refused> ProducerState::CheckUnknown(
    const BatchHeader& header) const {
  int32_t expected = 0;
  if (const auto found = turned_away_.find(header.producer_id.value); found != turned_away_.end()) {
    const bool same_epoch = header.producer_epoch == found->second.epoch;
    if (same_epoch) expected = found->second.sequence;
  } else if (turned_away_.size() < kProducersMax) {
    return Fresh{};  // else a batch of it may have been turned away, and none but the first is safe
  }
  if (header.base_sequence == expected) return Fresh{};
  return Refused{Refusal::kOutOfOrderSequence,
                 Numbers(header) + ": expected " + std::to_string(expected)};
}

void ProducerState::NoteTurnedAway(const BatchHeader& header, TimestampMs now) {
  const int64_t id = header.producer_id.value;
  if (!header.idempotent() || producers_.contains(id)) return;
  if (turned_away_.size() >= kProducersMax && !turned_away_.contains(id)) return;
  turned_away_[id] = Beginning{header.producer_epoch, header.base_sequence, now};
}

void ProducerState::Note(const BatchHeader& header, TimestampMs now) {
  if (!header.idempotent()) return;
  turned_away_.erase(header.producer_id.value);
  if (producers_.size() >= kProducersMax && !producers_.contains(header.producer_id.value)) {
    MakeRoom();
  }
  Producer& producer = producers_[header.producer_id.value];
  if (producer.epoch != header.producer_epoch) producer = Producer{};
  producer.epoch = header.producer_epoch;
  producer.seen = now;
  producer.Push(Batch{header.base_sequence, Advance(header.base_sequence, header.last_offset_delta),
                      header.last_offset(), header.last_offset_delta, header.max_timestamp});
}

void ProducerState::Expire(TimestampMs now) {
  const auto is_over = [&](const auto& entry) {
    return MsBetween(entry.second.seen, now) >= kProducerExpiry.count();
  };
  std::erase_if(producers_, is_over);
  std::erase_if(turned_away_, is_over);
}

void ProducerState::Clear() {
  producers_.clear();
  turned_away_.clear();
}

void ProducerState::MakeRoom() {
  std::vector<int64_t> seen;
  seen.reserve(producers_.size());
  for (const auto& [id, producer] : producers_) seen.push_back(producer.last().last_offset.value);
  const auto cut = seen.begin() + static_cast<std::ptrdiff_t>(seen.size() / kForgetPart);
  std::nth_element(seen.begin(), cut, seen.end());
  std::erase_if(producers_,
                [&](const auto& entry) { return entry.second.last().last_offset.value <= *cut; });
}

std::vector<ProducerState::Summary> ProducerState::Summaries() const {
  std::vector<Summary> summaries;
  summaries.reserve(producers_.size());
  for (const auto& [id, producer] : producers_) {
    summaries.push_back(
        {ProducerId(id), producer.epoch, producer.last().last_sequence, producer.last().timestamp});
  }
  std::sort(summaries.begin(), summaries.end(),
            [](const Summary& a, const Summary& b) { return a.id < b.id; });
  return summaries;
}

std::vector<std::byte> ProducerState::Encode() const {
  size_t count = 0;
  for (const auto& [id, producer] : producers_) count += producer.count;
  std::vector<std::byte> bytes(kSnapshotEntriesAt + count * kSnapshotEntrySize);
  StoreBigEndian(bytes.data(), static_cast<uint16_t>(kSnapshotVersion));
  StoreBigEndian32(bytes.data() + kSnapshotCountAt, static_cast<uint32_t>(count));
  std::byte* at = bytes.data() + kSnapshotEntriesAt;
  for (const auto& [id, producer] : producers_) {
    for (size_t i = 0; i < producer.count; ++i, at += kSnapshotEntrySize) {
      const Batch& batch = producer.window[i];
      StoreBigEndian64(at, static_cast<uint64_t>(id));
      StoreBigEndian16(at + 8, static_cast<uint16_t>(producer.epoch));
      StoreBigEndian32(at + 10, static_cast<uint32_t>(batch.last_sequence));
      StoreBigEndian64(at + 14, static_cast<uint64_t>(batch.last_offset.value));
      StoreBigEndian32(at + 22, static_cast<uint32_t>(batch.offset_delta));
      StoreBigEndian64(at + 26, static_cast<uint64_t>(batch.timestamp.value));
      StoreBigEndian32(at + 34, static_cast<uint32_t>(-1));  // coordinator epoch: no transactions
      StoreBigEndian64(at + 38, static_cast<uint64_t>(-1));  // nor an open one
    }
  }
  StoreBigEndian32(bytes.data() + kSnapshotCrcAt,
                   Crc32c(0, std::span(bytes).subspan(kSnapshotCountAt)));
  return bytes;
}

Result<ProducerState> ProducerState::Decode(std::span<const std::byte> bytes, TimestampMs now) {
  if (bytes.size() < kSnapshotEntriesAt) return Error{Fault::kCorrupt, "shorter than its header"};
  const int16_t version = LoadBigEndianSigned16(bytes.data());
  if (version != kSnapshotVersion) {
    return Error{Fault::kUnsupported, "snapshot version " + std::to_string(version) + ", not 1"};
  }
  if (LoadBigEndian32(bytes.data() + kSnapshotCrcAt) !=
      Crc32c(0, bytes.subspan(kSnapshotCountAt))) {
    return Error{Fault::kCorrupt, "the checksum is wrong"};
  }
  const size_t count = LoadBigEndian32(bytes.data() + kSnapshotCountAt);
  if (bytes.size() - kSnapshotEntriesAt != count * kSnapshotEntrySize) {
    return Error{Fault::kCorrupt, std::to_string(count) + " entries do not fill it"};
  }
  ProducerState state;
  const std::byte* at = bytes.data() + kSnapshotEntriesAt;
  for (size_t i = 0; i < count; ++i, at += kSnapshotEntrySize) {
    const int32_t last_sequence = LoadBigEndianSigned32(at + 10);
    const int32_t delta = LoadBigEndianSigned32(at + 22);
    if (last_sequence < 0 || delta < 0) continue;  // a producer of which only markers are known
    Producer& producer = state.producers_[LoadBigEndianSigned64(at)];
    producer.epoch = LoadBigEndianSigned16(at + 8);
    producer.seen = now;
    producer.Push(Batch{Advance(last_sequence, -delta), last_sequence,
                        Offset(LoadBigEndianSigned64(at + 14)), delta,
                        TimestampMs(LoadBigEndianSigned64(at + 26))});
  }
  return state;
}

}  // namespace gamevents::log

#include "core/embedded/batch_queues.h"

#include "core/kafka/partitioner.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gamevents::embedded {
namespace {

constexpr std::chrono::seconds kBatchAgeMax{1};
// One batch is written while the next gathers; a large one's memory is let go.
constexpr size_t kRoomsKept = 2;
constexpr size_t kRoomBytesKept = size_t{1} << 20;
constexpr size_t kAddresseesKept = 1024;

// The last of `kept`, taken out, or an empty one.
template <typename T>
std::vector<T> TakeLast(std::vector<std::vector<T>>& kept) {
  if (kept.empty()) return {};
  std::vector<T> last = std::move(kept.back());
  kept.pop_back();
  return last;
}

}  // namespace

int32_t BatchQueues::ChoosePartition(const kafka::OutgoingRecord& record, int32_t partitions) {
  if (record.partition) return *record.partition;
  if (partitions == 1) return 0;
  if (record.key) return kafka::PartitionOfKey(*record.key, partitions);
  int32_t& chosen = FindOrAdd(record.topic).without_key;
  if (chosen < 0 || chosen >= partitions) {
    chosen = std::uniform_int_distribution<int32_t>(0, partitions - 1)(random_);
  }
  return chosen;
}

BatchQueues::Topic* BatchQueues::Find(std::string_view topic) {
  if (last_used_ == nullptr || last_used_->first != topic) {
    const auto found = topics_.find(topic);
    if (found == topics_.end()) return nullptr;
    last_used_ = &*found;
  }
  return &last_used_->second;
}

BatchQueues::Topic& BatchQueues::FindOrAdd(const std::string& topic) {
  if (Topic* const found = Find(topic)) return *found;
  last_used_ = &*topics_.try_emplace(topic).first;
  return last_used_->second;
}

std::optional<int32_t> BatchQueues::PartitionsOf(std::string_view topic) {
  const Topic* const found = Find(topic);
  if (found == nullptr || found->last.empty()) return std::nullopt;
  return found->partitions;
}

BatchQueues::BatchPtr BatchQueues::BatchFor(const kafka::OutgoingRecord& record, int32_t partition,
                                            int32_t partitions, OpenBatch::Clock::time_point now) {
  Topic& topic = FindOrAdd(record.topic);
  topic.partitions = partitions;
  BatchPtr& last = topic.last[partition];
  const bool open = last && !last->reported && now - last->begun <= kBatchAgeMax;
  if (open && last->HasRoomFor(record)) return last;
  last = Begin(record, partition, now);
  waiting_.push_back(last);
  return last;
}

BatchQueues::BatchPtr BatchQueues::Begin(const kafka::OutgoingRecord& record, int32_t partition,
                                         OpenBatch::Clock::time_point now) {
  auto batch = std::make_shared<OpenBatch>();
  batch->topic = record.topic;
  batch->partition = partition;
  batch->begun = now;
  batch->bytes_max = bytes_max_;
  if (const auto log = logs_.Partition(record.topic, partition)) {
    const log::LogOptions options = log->options();
    batch->bytes_max =
        std::min<size_t>(bytes_max_, std::min(options.batch_bytes_max, options.segment_bytes));
  }
  batch->records = log::BatchBuilder({.codec = codec_}, TakeLast(rooms_));
  batch->addressees = TakeLast(addressees_);
  return batch;
}

std::vector<BatchQueues::BatchPtr> BatchQueues::Take() {
  topics_.clear();
  last_used_ = nullptr;
  return std::exchange(waiting_, {});
}

void BatchQueues::GiveRoom(std::vector<std::byte>&& room) {
  if (rooms_.size() < kRoomsKept && room.capacity() <= kRoomBytesKept) {
    rooms_.push_back(std::move(room));
  }
}

void BatchQueues::GiveRoom(std::vector<Addressee>&& room) {
  room.clear();
  if (addressees_.size() < kRoomsKept && room.capacity() <= kAddresseesKept) {
    addressees_.push_back(std::move(room));
  }
}

}  // namespace gamevents::embedded

#include "core/embedded/batch_queues.h"

#include "core/kafka/partitioner.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace gamevents::embedded {
namespace {

constexpr std::chrono::seconds kBatchAgeMax{1};
// What a batch gets room for before its records come.
constexpr size_t kBytesExpectedMax = size_t{1} << 20;

}  // namespace

int32_t BatchQueues::ChoosePartition(const kafka::OutgoingRecord& record, int32_t partitions) {
  if (record.partition) return *record.partition;
  if (partitions == 1) return 0;
  if (record.key) return kafka::PartitionOfKey(*record.key, partitions);
  int32_t& chosen = topics_[record.topic].without_key;
  if (chosen < 0 || chosen >= partitions) {
    chosen = std::uniform_int_distribution<int32_t>(0, partitions - 1)(random_);
  }
  return chosen;
}

BatchQueues::BatchPtr BatchQueues::BatchFor(const kafka::OutgoingRecord& record, int32_t partition,
                                            OpenBatch::Clock::time_point now) {
  BatchPtr& last = topics_[record.topic].last[partition];
  const bool open = last && !last->reported && now - last->begun <= kBatchAgeMax;
  if (open && last->HasRoomFor(record)) return last;
  last = Begin(record, partition, now);
  waiting_.push_back(last);
  return last;
}

BatchQueues::BatchPtr BatchQueues::Begin(const kafka::OutgoingRecord& record, int32_t partition,
                                         OpenBatch::Clock::time_point now) const {
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
  batch->records = log::BatchBuilder({.codec = codec_, .bytes_expected = bytes_expected_});
  return batch;
}

std::vector<BatchQueues::BatchPtr> BatchQueues::Take() {
  bytes_expected_ = 0;
  for (const BatchPtr& batch : waiting_) {
    bytes_expected_ = std::max(bytes_expected_, batch->records.size_bytes());
  }
  bytes_expected_ = std::min(bytes_expected_, kBytesExpectedMax);
  topics_.clear();
  return std::exchange(waiting_, {});
}

}  // namespace gamevents::embedded

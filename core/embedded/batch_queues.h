#pragma once

#include "core/embedded/open_batch.h"
#include "core/log/log_manager.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::embedded {

/// The batches that gather, by topic and partition, until somebody stores them. Not thread-safe.
class BatchQueues {
 public:
  using BatchPtr = std::shared_ptr<OpenBatch>;

  /// `logs` must outlive it. A batch has at most `bytes_max` bytes, and never more than its topic
  /// takes; it is compressed with `codec`.
  BatchQueues(const log::LogManager& logs, size_t bytes_max, log::Codec codec)
      : logs_(logs), bytes_max_(bytes_max), codec_(codec), random_(std::random_device{}()) {}

  /// The partition that `record` goes to, of the topic's `partitions`: the one that it names, its
  /// key's, or, without a key, the same one until its batch is taken, so that records without keys
  /// fill few batches (KIP-480).
  int32_t ChoosePartition(const kafka::OutgoingRecord& record, int32_t partitions);

  /// How many partitions `topic` had when the first of its batches here was begun, as BatchFor was
  /// told; nothing when none is here.
  std::optional<int32_t> PartitionsOf(std::string_view topic);

  /// The batch that `record` is to be added to, made where the last one has no room for it, was
  /// reported while it waited, or is older than a second: the records of a batch wait together, and
  /// so should be of one age. The partition is one of the topic's `partitions`.
  BatchPtr BatchFor(const kafka::OutgoingRecord& record, int32_t partition, int32_t partitions,
                    OpenBatch::Clock::time_point now);

  /// Whether there is anything to take.
  bool HasBatches() const { return !waiting_.empty(); }

  /// Takes all, in the order in which they were begun.
  std::vector<BatchPtr> Take();

  /// Takes memory of a batch that is stored, or of those who were told of one, for one to come.
  void GiveRoom(std::vector<std::byte>&& room);
  void GiveRoom(std::vector<Addressee>&& room);

 private:
  struct Topic {
    int32_t partitions = 0;
    int32_t without_key = -1;          // where records without a key go now; -1: to be drawn
    std::map<int32_t, BatchPtr> last;  // by partition, those that are being filled
  };

  using Topics = std::map<std::string, Topic, std::less<>>;

  Topic* Find(std::string_view topic);
  Topic& FindOrAdd(const std::string& topic);
  BatchPtr Begin(const kafka::OutgoingRecord& record, int32_t partition,
                 OpenBatch::Clock::time_point now);

  const log::LogManager& logs_;
  const size_t bytes_max_;
  const log::Codec codec_;
  std::minstd_rand random_;
  Topics topics_;                            // those with batches here
  Topics::value_type* last_used_ = nullptr;  // of topics_: most are asked for again and again
  std::vector<BatchPtr> waiting_;
  // For batches to come.
  std::vector<std::vector<std::byte>> rooms_;
  std::vector<std::vector<Addressee>> addressees_;
};

}  // namespace gamevents::embedded

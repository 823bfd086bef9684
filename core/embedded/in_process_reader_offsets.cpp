#include "core/embedded/in_process_reader_offsets.h"

#include "core/broker/protocol/error_code.h"
#include "core/kafka/error.h"
#include "core/kafka/reading_errors.h"
#include "core/log/data_directory.h"

#include <future>
#include <map>
#include <memory>
#include <utility>

namespace gamevents::embedded {
namespace {

// One partition's answer to ListOffsets.
Result<int64_t> OffsetOf(const log::Log& log, int64_t time) {
  if (time == kafka::kLogStart) return log.log_start().value;
  if (time == kafka::kLogEnd) return log.high_watermark().value;
  const auto found = log.FindByTime(TimestampMs(time));
  if (found) return *found ? (*found)->offset.value : -1;
  if (found.error().fault != Fault::kClosed) return Error{Fault::kIo, found.error().context};
  return Error{Fault::kNotFound, found.error().context};
}

}  // namespace

LogOffsets::LogOffsets(broker::Broker& broker, log::Topic topic, std::optional<std::string> group)
    : broker_(broker), topic_(std::move(topic)), group_(std::move(group)) {}

Result<LogOffsets> LogOffsets::Of(broker::Broker& broker, const kafka::ReaderOptions& options) {
  auto topic = broker.logs.Find(options.topic);
  if (topic) return LogOffsets(broker, std::move(*topic), options.group);
  if (log::CheckTopicName(options.topic)) return kafka::NoSuchTopic(options.topic);
  const auto code = static_cast<int>(broker::ErrorCode::kInvalidTopicException);
  return kafka::KafkaError(code).In("topic " + options.topic);
}

Result<std::vector<int32_t>> LogOffsets::Partitions() {
  std::vector<int32_t> partitions;
  for (size_t i = 0; i < topic_.partitions.size(); ++i) {
    partitions.push_back(static_cast<int32_t>(i));
  }
  return partitions;
}

Result<std::vector<int64_t>> LogOffsets::ListOffsets(std::span<const int32_t> partitions,
                                                     int64_t time) {
  std::vector<int64_t> offsets;
  offsets.reserve(partitions.size());
  for (const int32_t partition : partitions) {
    auto offset = OffsetOf(*topic_.partitions[static_cast<size_t>(partition)], time);
    if (!offset) {
      return std::move(offset).error().In("topic " + topic_.name + ": list offsets: partition " +
                                          std::to_string(partition));
    }
    offsets.push_back(*offset);
  }
  return offsets;
}

Result<std::vector<std::optional<int64_t>>> LogOffsets::CommittedOffsets(
    std::span<const int32_t> partitions) {
  std::vector<std::optional<int64_t>> offsets(partitions.size());
  if (!group_) return offsets;
  std::vector<broker::TopicPartition> asked;
  for (const int32_t partition : partitions) asked.push_back({topic_.name, partition});
  std::map<int32_t, int64_t> committed;
  for (const broker::CommittedOffset& found : broker_.groups->Offsets(*group_, &asked)) {
    if (found.topic_id == topic_.id) committed[found.partition] = found.offset;
  }
  for (size_t i = 0; i < partitions.size(); ++i) {
    const auto found = committed.find(partitions[i]);
    if (found != committed.end() && found->second >= 0) offsets[i] = found->second;
  }
  return offsets;
}

Status CommitOffsets(broker::Broker& broker, const log::Topic& topic,
                     const kafka::ReaderOptions& options, std::span<const NextOffset> offsets) {
  broker::CommitCall call;
  call.group = *options.group;
  for (const NextOffset& offset : offsets) {
    broker::CommittedOffset& commit = call.offsets.emplace_back();
    commit.topic = topic.name;
    commit.partition = offset.partition;
    commit.offset = offset.next;
    commit.topic_id = topic.id;
  }
  using Codes = std::vector<broker::ErrorCode>;
  // Shared, because the answer may come when nobody waits for it any more.
  const auto answer = std::make_shared<std::promise<Codes>>();
  auto codes = answer->get_future();
  broker.groups->Commit(call, [answer](Codes given) { answer->set_value(std::move(given)); });
  const std::string where = "commit to group " + call.group;
  if (codes.wait_for(options.client.timeout) != std::future_status::ready) {
    return Error{Fault::kUnavailable, where + ": it is not on disk after " +
                                          std::to_string(options.client.timeout.count()) + " ms"};
  }
  for (const broker::ErrorCode code : codes.get()) {
    if (code == broker::ErrorCode::kNone) continue;
    return kafka::KafkaError(static_cast<int>(code)).In(where);
  }
  return Done{};
}

}  // namespace gamevents::embedded

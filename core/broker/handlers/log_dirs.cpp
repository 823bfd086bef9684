// How much room the partitions take on disk; user interfaces show these sizes.

#include "core/base/disk_space.h"
#include "core/broker/handlers/authorize.h"

#include <algorithm>

namespace gamevents::broker {
namespace {

// Null is all partitions of all topics.
bool Wanted(const DescribeLogDirsRequest& request, const std::string& topic, int32_t partition) {
  if (!request.topics) return true;
  return std::ranges::any_of(*request.topics, [&](const DescribableLogDirTopic& wanted) {
    return wanted.topic == topic &&
           std::ranges::find(wanted.partitions, partition) != wanted.partitions.end();
  });
}

}  // namespace

DescribeLogDirsResponse OnDescribeLogDirs(Broker& broker, Call call,
                                          const DescribeLogDirsRequest& request) {
  DescribeLogDirsResponse response;
  if (!MayAsk(call)) {
    response.error_code = ErrorCode::kClusterAuthorizationFailed;
    return response;
  }
  auto& directory = response.results.emplace_back();
  directory.log_dir = broker.logs.directory();
  if (const auto disk = FindDiskSpace(directory.log_dir)) {
    directory.total_bytes = static_cast<int64_t>(disk->total_bytes);
    directory.usable_bytes = static_cast<int64_t>(disk->free_bytes);
  }
  for (const log::Topic& topic : broker.logs.Topics()) {
    DescribeLogDirsTopic answer;
    answer.name = topic.name;
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const auto index = static_cast<int32_t>(i);
      if (!Wanted(request, topic.name, index)) continue;
      auto& partition = answer.partitions.emplace_back();
      partition.partition_index = index;
      partition.partition_size = static_cast<int64_t>(topic.partitions[i]->size_bytes());
    }
    if (!answer.partitions.empty()) directory.topics.push_back(std::move(answer));
  }
  return response;
}

}  // namespace gamevents::broker

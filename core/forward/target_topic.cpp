#include "core/forward/target_topic.h"

#include "core/base/notes.h"
#include "core/kafka/admin.h"

#include <algorithm>

namespace gamevents::forward {

Status TargetTopic::Ensure(int32_t partition) {
  if (auto checked = CheckCluster(); !checked) return checked;
  const std::string& topic = options_.topic;
  const std::string count = std::to_string(options_.partitions);
  auto found = kafka::DescribeTopic(options_.target, topic);
  if (!found && found.error().fault == Fault::kNotFound) {
    if (seen_) {
      return Error{Fault::kNotFound, "topic " + topic +
                                         " was deleted there; once somebody creates it again, what "
                                         "the source has is copied from its start"};
    }
    auto created = kafka::CreateTopic(options_.target,
                                      {topic, options_.partitions, options_.replication_factor});
    if (!created && created.error().fault != Fault::kExists) return created;
    if (created) {
      Note(NoteLevel::kInfo, "created topic " + topic + " in the target with " + count +
                                 (options_.partitions == 1 ? " partition" : " partitions"));
    }
    found = kafka::DescribeTopic(options_.target, topic);
    // Another worker has just created it, and not every broker knows yet.
    if (!found && found.error().fault == Fault::kNotFound) {
      return Error{Fault::kUnavailable, found.error().context};
    }
  }
  if (!found) return std::move(found).error();
  seen_ = true;
  if (std::ranges::binary_search(found->partitions, partition)) return Done{};
  return Error{Fault::kBadInput,
               "topic " + topic + " has " + std::to_string(found->partitions.size()) +
                   " partitions there and " + count +
                   " in the source; give it as many: kafka-topics.sh --alter --topic " + topic +
                   " --partitions " + count};
}

Status TargetTopic::CheckCluster() {
  if (cluster_checked_) return Done{};
  const auto id = kafka::FindClusterId(options_.target);
  if (!id) return Error(id.error());
  if (*id == options_.source_cluster_id) {
    return Error{Fault::kBadInput,
                 options_.target.brokers + " is the source itself: name another cluster's brokers"};
  }
  cluster_checked_ = true;
  return Done{};
}

}  // namespace gamevents::forward

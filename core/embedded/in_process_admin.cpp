#include "core/embedded/in_process_admin.h"

#include "core/broker/handlers/handlers.h"
#include "core/embedded/in_process_reader_offsets.h"
#include "core/kafka/error.h"
#include "core/log/data_directory.h"

#include <utility>

namespace gamevents::embedded {

Status CreateTopic(broker::Broker& broker, const kafka::NewTopic& topic) {
  const std::string where = "create topic " + topic.name;
  if (auto possible = kafka::CheckNewTopic(topic); !possible) {
    return std::move(possible).error().In(where);
  }
  broker::CreatableTopic wanted;
  wanted.name = topic.name;
  wanted.num_partitions = topic.partitions;
  wanted.replication_factor = topic.replication_factor;
  for (const auto& [name, value] : topic.settings) wanted.configs.push_back({name, value});
  const broker::CreatableTopicResult made = broker::CreateTopic(broker, wanted, false);
  if (made.error_code == broker::ErrorCode::kNone) return Done{};
  return kafka::KafkaError(static_cast<int>(made.error_code), made.error_message.value_or(""))
      .In(where);
}

Result<kafka::TopicDescription> DescribeTopic(broker::Broker& broker, const std::string& topic) {
  kafka::ReaderOptions options;
  options.topic = topic;
  auto found = LogOffsets::Of(broker, options);
  if (!found) return std::move(found).error();
  auto partitions = found->Partitions();
  if (!partitions) return std::move(partitions).error();
  return kafka::TopicDescription{topic, std::move(*partitions),
                                 log::FormatTopicId(found->topic().id)};
}

}  // namespace gamevents::embedded

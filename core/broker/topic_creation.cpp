#include "core/broker/topic_creation.h"

#include "core/broker/groups/offset_store.h"
#include "core/log/data_directory.h"

#include <algorithm>
#include <utility>

namespace gamevents::broker {

std::optional<std::string> CollidesWith(const Broker& broker, const std::string& name) {
  const auto flat = [](std::string text) {
    std::ranges::replace(text, '.', '_');
    return text;
  };
  for (const log::Topic& topic : broker.logs.Topics()) {
    if (topic.name != name && flat(topic.name) == flat(name)) return topic.name;
  }
  return std::nullopt;
}

Result<log::Topic> FindOrCreateTopic(Broker& broker, const std::string& name, bool may_create) {
  if (auto topic = broker.logs.Find(name)) return *std::move(topic);
  if (Status valid = log::CheckTopicName(name); !valid) return std::move(valid).error();
  const Error missing{Fault::kNotFound, "there is no topic " + name};
  if (!may_create || name == kOffsetsTopic) return missing;
  if (CollidesWith(broker, name)) return missing;
  auto made = broker.logs.CreateTopic(name, broker.options.default_partitions);
  if (made || made.error().fault != Fault::kExists) return made;
  // Another client was faster.
  if (auto topic = broker.logs.Find(name)) return *std::move(topic);
  return missing;
}

}  // namespace gamevents::broker

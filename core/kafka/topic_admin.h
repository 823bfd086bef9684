#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

// Everything here is asked over the network, also of a broker in this process.

namespace gamevents::kafka {

/// One setting of a topic, by Kafka's name.
struct TopicSetting {
  std::string name;
  std::string value;        ///< empty where the broker keeps it secret
  bool is_default = false;  ///< whether the topic has it from the broker, and not of its own
};

/// A topic's settings, by name. Errors: kNotFound (no such topic); kUnavailable; as the broker
/// says.
Result<std::vector<TopicSetting>> DescribeTopicSettings(const ClientOptions& options,
                                                        const std::string& topic);

/// Gives the topic these settings; nullopt takes its own away, so that the broker's is used. The
/// others stay: they are read, and set again in one request with these (AlterConfigs), because not
/// every librdkafka can change one alone. A change by somebody else between the two is lost.
/// Errors: as DescribeTopicSettings; kBadInput (no such setting, or a value it cannot have), with
/// the broker's text.
Status AlterTopicSettings(const ClientOptions& options, const std::string& topic,
                          const std::map<std::string, std::optional<std::string>>& changes);

/// Deletes the topic with all its records, and waits until the cluster does not show it any more.
/// Errors: kNotFound (no such topic); kUnavailable; as the broker says.
Status DeleteTopic(const ClientOptions& options, const std::string& topic);

}  // namespace gamevents::kafka

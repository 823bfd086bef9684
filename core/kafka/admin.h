#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gamevents::kafka {

/// A topic to be created.
struct NewTopic {
  std::string name;
  int32_t partitions = 1;
  int16_t replication_factor = 1;
  std::map<std::string, std::string> settings{};  ///< Kafka's topic configs: "retention.ms"
};

/// Whether a cluster can be asked for the topic at all; for another way to make one. Errors:
/// kBadInput (no name, or numbers that no cluster takes).
Status CheckNewTopic(const NewTopic& topic);

/// Creates the topic and waits until the cluster knows it.
/// Errors: kExists; kBadInput (name, partitions, replication: with the broker's text);
/// kUnavailable (no broker within the timeout, with the addresses tried).
Status CreateTopic(const ClientOptions& options, const NewTopic& topic);

struct TopicDescription {
  std::string name;
  std::vector<int32_t> partitions;  ///< ascending
  /// The topic's id, another one for a topic that was made again. Empty over the network:
  /// librdkafka tells it only since 2.3, and Debian 12 has 2.0.
  std::string id{};
};

/// Errors: kNotFound (it is not created by asking); kUnavailable.
Result<TopicDescription> DescribeTopic(const ClientOptions& options, const std::string& topic);

/// The names of all topics, ascending, those included that Kafka keeps for itself ("__…"). Asked
/// over the network, also of a broker in this process. Errors: kUnavailable; kBadInput (a
/// property).
Result<std::vector<std::string>> ListTopics(const ClientOptions& options);

/// What the cluster calls itself: the same for as long as it lives. Asked over the network, also of
/// a broker in this process. Errors: kUnavailable; kBadInput (a property).
Result<std::string> FindClusterId(const ClientOptions& options);

/// The error with the names of the topics that there are, and the one that may have been meant,
/// where it says that there is no `topic`: "there is no topic gaem; there are eventsForm, game (did
/// you mean game?)". Any other error is returned as it is, that of a topic which was deleted while
/// it was read among them, and so is this one when the broker does not answer. Asks the broker.
Error NameTopics(Error error, const ClientOptions& options, const std::string& topic);

}  // namespace gamevents::kafka

// What the cluster looks like: one broker, its topics, and every group's coordinator.

#include "core/broker/handlers/authorize.h"
#include "core/broker/topic_creation.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace gamevents::broker {
namespace {

constexpr int8_t kEndpointBrokers = 1;
constexpr int8_t kEndpointControllers = 2;
constexpr int8_t kCoordinatorOfGroups = 0;
constexpr int8_t kCoordinatorOfTransactions = 1;
// The first version in which Metadata may ask by id; 10 and 11 only answer with ids.
constexpr int16_t kMetadataById = 12;

MetadataResponsePartition Describe(const Broker& broker, int32_t index, const log::Log& log) {
  MetadataResponsePartition partition;
  partition.partition_index = index;
  partition.leader_id = broker.options.node_id;
  partition.leader_epoch = log.leader_epoch().value;
  partition.replica_nodes = {broker.options.node_id};
  partition.isr_nodes = {broker.options.node_id};
  return partition;
}

MetadataResponseTopic Describe(const Broker& broker, const log::Topic& topic) {
  MetadataResponseTopic answer;
  answer.name = topic.name;
  answer.topic_id = topic.id;
  answer.is_internal = topic.name == kOffsetsTopic;
  for (size_t i = 0; i < topic.partitions.size(); ++i) {
    answer.partitions.push_back(Describe(broker, static_cast<int32_t>(i), *topic.partitions[i]));
  }
  return answer;
}

// An id that is not zero decides, whatever name comes with it: Java's clients send "" with an id.
MetadataResponseTopic FindById(const Broker& broker, const Call& call, const Uuid& id) {
  MetadataResponseTopic missing;
  if (const auto topic = broker.logs.FindById(id)) {
    if (MayUse(call, topic->name)) return Describe(broker, *topic);
    missing.error_code = ErrorCode::kTopicAuthorizationFailed;
    missing.name = std::nullopt;
    missing.topic_id = id;
    return missing;
  }
  missing.error_code = ErrorCode::kUnknownTopicId;
  missing.name = std::nullopt;
  missing.topic_id = id;
  return missing;
}

MetadataResponseTopic FindOrCreate(Broker& broker, const Call& call,
                                   const MetadataRequestTopic& wanted, bool may_create) {
  if (wanted.topic_id != Uuid{} || !wanted.name) return FindById(broker, call, wanted.topic_id);
  MetadataResponseTopic missing;
  missing.name = wanted.name;
  if (!MayUse(call, *wanted.name)) {
    missing.error_code = ErrorCode::kTopicAuthorizationFailed;
    return missing;
  }
  const bool may_make = Has(call, Need::kAdmin, *wanted.name);
  const auto topic = FindOrCreateTopic(broker, *wanted.name, may_create && may_make);
  if (topic) return Describe(broker, *topic);
  const Fault fault = topic.error().fault;
  if (fault == Fault::kNotFound) {
    missing.error_code = may_create && !may_make ? ErrorCode::kTopicAuthorizationFailed
                                                 : ErrorCode::kUnknownTopicOrPartition;
  } else if (fault == Fault::kBadInput) {
    missing.error_code = ErrorCode::kInvalidTopicException;
  } else {
    missing.error_code =
        CodeOfCreate(broker, fault, 1, static_cast<size_t>(broker.options.default_partitions));
  }
  return missing;
}

// Versions 10 and 11 have the field for an id, but no way to answer it: all is refused, as by
// Kafka.
bool AsksTooEarlyById(const Call& call, const MetadataRequest& request) {
  if (call.header.api_version >= kMetadataById || !request.topics) return false;
  return std::ranges::any_of(*request.topics, [](const MetadataRequestTopic& wanted) {
    return !wanted.name || wanted.topic_id != Uuid{};
  });
}

// Each topic once. Where any is asked for by its id, Kafka looks at no names.
std::vector<const MetadataRequestTopic*> WantedOnce(
    const std::vector<MetadataRequestTopic>& topics) {
  const bool by_id = std::ranges::any_of(
      topics, [](const MetadataRequestTopic& wanted) { return wanted.topic_id != Uuid{}; });
  std::vector<const MetadataRequestTopic*> once;
  std::set<std::pair<Uuid, std::string_view>> named;
  for (const MetadataRequestTopic& wanted : topics) {
    if (by_id && wanted.topic_id == Uuid{}) continue;
    const bool has_name = !by_id && wanted.name;
    const std::string_view name = has_name ? std::string_view(*wanted.name) : std::string_view();
    if (named.emplace(wanted.topic_id, name).second) once.push_back(&wanted);
  }
  return once;
}

MetadataResponse RefuseMetadata(const MetadataRequest& request) {
  MetadataResponse response;
  response.error_code = ErrorCode::kInvalidRequest;
  for (const MetadataRequestTopic& wanted : *request.topics) {
    MetadataResponseTopic& refused = response.topics.emplace_back();
    refused.error_code = ErrorCode::kInvalidRequest;
    refused.name = wanted.name.value_or("");
    refused.topic_id = wanted.topic_id;
  }
  return response;
}

DescribedTopic DescribeLikeMetadata(const Broker& broker, const Call& call, const log::Topic& topic,
                                    int32_t from, size_t count) {
  MetadataResponseTopic same = Describe(broker, topic);
  DescribedTopic answer;
  answer.name = topic.name;
  answer.topic_id = topic.id;
  answer.is_internal = same.is_internal;
  answer.topic_authorized_operations = TopicOperations(call, topic.name);
  for (const MetadataResponsePartition& partition : same.partitions) {
    if (partition.partition_index < from || answer.partitions.size() >= count) continue;
    auto& described = answer.partitions.emplace_back();
    described.partition_index = partition.partition_index;
    described.leader_id = partition.leader_id;
    described.leader_epoch = partition.leader_epoch;
    described.replica_nodes = partition.replica_nodes;
    described.isr_nodes = partition.isr_nodes;
    described.eligible_leader_replicas.emplace();
    described.last_known_elr.emplace();
  }
  return answer;
}

// A page must begin somewhere, within what is asked for.
DescribeTopicPartitionsResponse RefusePage(const DescribeTopicPartitionsRequest& request) {
  DescribeTopicPartitionsResponse response;
  for (const auto& wanted : request.topics) {
    auto& refused = response.topics.emplace_back();
    refused.name = wanted.name;
    refused.error_code = ErrorCode::kInvalidRequest;
  }
  return response;
}

}  // namespace

MetadataResponse OnMetadata(Broker& broker, Call call, const MetadataRequest& request) {
  if (AsksTooEarlyById(call, request)) return RefuseMetadata(request);
  MetadataResponse response;
  response.brokers.push_back(
      {broker.options.node_id, call.peer.advertised_host, call.peer.advertised_port, std::nullopt});
  response.cluster_id = broker.logs.cluster_id();
  response.controller_id = broker.options.node_id;
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = ClusterOperations(call);
  }
  const bool all = !request.topics || (call.header.api_version == 0 && request.topics->empty());
  if (all) {
    for (const log::Topic& topic : broker.logs.Topics()) {
      if (MayUse(call, topic.name)) response.topics.push_back(Describe(broker, topic));
    }
  } else {
    // Versions before 4 cannot say that they do not want creation.
    const bool may_create = broker.options.auto_create_topics &&
                            (call.header.api_version < 4 || request.allow_auto_topic_creation);
    for (const MetadataRequestTopic* wanted : WantedOnce(*request.topics)) {
      response.topics.push_back(FindOrCreate(broker, call, *wanted, may_create));
    }
  }
  if (request.include_topic_authorized_operations) {
    for (MetadataResponseTopic& topic : response.topics) {
      if (!topic.name || topic.error_code == ErrorCode::kTopicAuthorizationFailed) continue;
      topic.topic_authorized_operations = TopicOperations(call, *topic.name);
    }
  }
  return response;
}

DescribeClusterResponse OnDescribeCluster(Broker& broker, Call call,
                                          const DescribeClusterRequest& request) {
  DescribeClusterResponse response;
  if (request.endpoint_type == kEndpointControllers) {
    response.error_code = ErrorCode::kMismatchedEndpointType;
    response.error_message = "this is a broker's endpoint, not a controller's";
    return response;
  }
  if (request.endpoint_type != kEndpointBrokers) {
    response.error_code = ErrorCode::kUnsupportedEndpointType;
    response.error_message = "there is no endpoint type " + std::to_string(request.endpoint_type);
    return response;
  }
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = ClusterOperations(call);
  }
  response.cluster_id = broker.logs.cluster_id();
  response.controller_id = broker.options.node_id;
  auto& self = response.brokers.emplace_back();
  self.broker_id = broker.options.node_id;
  self.host = call.peer.advertised_host;
  self.port = call.peer.advertised_port;
  return response;
}

// Pages are cut by partitions; a page that ends within a topic names the partition to go on with.
DescribeTopicPartitionsResponse OnDescribeTopicPartitions(
    Broker& broker, Call call, const DescribeTopicPartitionsRequest& request) {
  if (request.cursor && request.cursor->partition_index < 0) return RefusePage(request);
  DescribeTopicPartitionsResponse response;
  std::vector<std::string> names;
  for (const auto& wanted : request.topics) names.push_back(wanted.name);
  const bool all = names.empty();
  const bool starts_elsewhere =
      request.cursor && !all && std::ranges::count(names, request.cursor->topic_name) == 0;
  if (starts_elsewhere) return RefusePage(request);
  if (all) {
    for (const log::Topic& topic : broker.logs.Topics()) {
      if (MayUse(call, topic.name)) names.push_back(topic.name);
    }
  }
  std::ranges::sort(names);
  const auto duplicates = std::ranges::unique(names);
  names.erase(duplicates.begin(), duplicates.end());

  size_t left = static_cast<size_t>(std::clamp(request.response_partition_limit, 1, 2000));
  for (const std::string& name : names) {
    if (request.cursor && name < request.cursor->topic_name) continue;
    const bool resumed = request.cursor && name == request.cursor->topic_name;
    const int32_t from = resumed ? request.cursor->partition_index : 0;
    if (!MayUse(call, name)) {
      auto& refused = response.topics.emplace_back();
      refused.name = name;
      refused.error_code = ErrorCode::kTopicAuthorizationFailed;
      continue;
    }
    const auto topic = broker.logs.Find(name);
    if (!topic) {
      if (all) continue;  // Deleted meanwhile.
      auto& missing = response.topics.emplace_back();
      missing.name = name;
      missing.topic_authorized_operations = TopicOperations(call, name);
      missing.error_code = log::CheckTopicName(name) ? ErrorCode::kUnknownTopicOrPartition
                                                     : ErrorCode::kInvalidTopicException;
      continue;
    }
    if (left == 0) {
      response.next_cursor = Cursor{name, 0};
      break;
    }
    response.topics.push_back(DescribeLikeMetadata(broker, call, *topic, from, left));
    const size_t given = response.topics.back().partitions.size();
    left -= given;
    const auto next = from + static_cast<int32_t>(given);
    if (next < static_cast<int32_t>(topic->partitions.size())) {
      response.next_cursor = Cursor{name, next};
      break;
    }
  }
  return response;
}

FindCoordinatorResponse OnFindCoordinator(Broker& broker, Call call,
                                          const FindCoordinatorRequest& request) {
  FindCoordinatorResponse response;
  const bool refused = request.key_type == kCoordinatorOfGroups && !MayAsk(call);
  const bool for_group = request.key_type == kCoordinatorOfGroups && !refused;
  ErrorCode error = ErrorCode::kNone;
  std::optional<std::string> message;
  if (request.key_type == kCoordinatorOfTransactions) {
    // One of the two codes after which librdkafka does not try again.
    error = ErrorCode::kTransactionalIdAuthorizationFailed;
    message = kNoTransactions;
  } else if (refused) {
    error = ErrorCode::kGroupAuthorizationFailed;
    message = "the user may not use groups";
  } else if (!for_group) {
    error = ErrorCode::kInvalidRequest;
    message = "there is no coordinator of type " + std::to_string(request.key_type);
  }
  const int32_t node = for_group ? broker.options.node_id : -1;
  const std::string host = for_group ? call.peer.advertised_host : "";
  const int32_t port = for_group ? call.peer.advertised_port : -1;
  if (call.header.api_version < 4) {
    response.error_code = error;
    response.error_message = message;
    response.node_id = node;
    response.host = host;
    response.port = port;
    return response;
  }
  for (const std::string& key : request.coordinator_keys) {
    auto& answer = response.coordinators.emplace_back();
    answer.key = key;
    answer.error_code = error;
    answer.error_message = message;
    answer.node_id = node;
    answer.host = host;
    answer.port = port;
  }
  return response;
}

}  // namespace gamevents::broker

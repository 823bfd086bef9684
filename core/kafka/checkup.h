#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// What there is to see of a cluster's health. Everything is asked over the network and changes
// nothing.

namespace gamevents::kafka {

/// A cluster, as its brokers describe it.
struct ClusterFacts {
  std::string id;
  std::vector<std::string> brokers;  ///< "HOST:PORT", as clients are told
  /// What a broker does not know of the requests that gamevents makes, and what does not work
  /// without: "DescribeConfigs (gamevents topics NAME)". Empty where nobody said what it knows.
  std::vector<std::string> lacks;
};

/// Errors: kUnavailable with the addresses tried; kBadInput (a property, or who may not connect).
Result<ClusterFacts> LookAtCluster(const ClientOptions& options);

/// How many of a topic's partitions are well.
struct TopicHealth {
  int32_t partitions = 0;
  int32_t replicas = 0;         ///< of the partition that has fewest
  int32_t in_sync = 0;          ///< of the partition that has fewest
  int32_t without_leader = 0;   ///< partitions that nobody can write to or read
  int32_t behind = 0;           ///< partitions with a replica that is not in sync
  int32_t min_in_sync = 0;      ///< min.insync.replicas; 0 where it cannot be asked
  std::string settings_denied;  ///< why the topic's settings cannot be asked; empty where they can
};

/// Errors: kNotFound (it is not created by asking); kBadInput (who may not describe it);
/// kUnavailable.
Result<TopicHealth> LookAtTopic(const ClientOptions& options, const std::string& topic);

}  // namespace gamevents::kafka

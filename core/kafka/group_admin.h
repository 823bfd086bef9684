#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"

#include <cstdint>
#include <string>
#include <vector>

// Everything here is asked over the network, also of a broker in this process.

namespace gamevents::kafka {

/// A consumer group, and what it is doing.
struct GroupSummary {
  std::string name;
  std::string state;  ///< Kafka's word: "Stable", "Empty", "PreparingRebalance", "Dead", …
};

struct GroupPartition {
  std::string topic;
  int32_t partition = 0;

  auto operator<=>(const GroupPartition&) const = default;
};

/// A consumer in a group.
struct GroupMember {
  std::string id;                          ///< which the coordinator gave it
  std::string client_id;                   ///< which it gave itself
  std::string host;                        ///< where it connected from
  std::vector<GroupPartition> partitions;  ///< which it reads, ascending
};

struct GroupDescription {
  std::string name;
  std::string state;
  std::string assignor;  ///< how the partitions are shared out: "range"; empty without members
  std::vector<GroupMember> members;
};

/// Where a group goes on in one partition.
struct GroupOffset {
  GroupPartition partition;
  int64_t offset = 0;
};

/// All groups of the cluster, by name. Errors: kUnavailable with the addresses tried; as a broker
/// says.
Result<std::vector<GroupSummary>> ListGroups(const ClientOptions& options);

/// Errors: kNotFound (there is neither a member nor an offset of it); as ListGroups.
Result<GroupDescription> DescribeGroup(const ClientOptions& options, const std::string& group);

/// What the group has committed, by topic and partition. Errors: as ListGroups.
Result<std::vector<GroupOffset>> GroupOffsets(const ClientOptions& options,
                                              const std::string& group);

/// Commits these offsets in the group's name; makes the group when it is not there. Errors:
/// kBadInput (the group has members, whose offsets only they commit); as ListGroups.
Status SetGroupOffsets(const ClientOptions& options, const std::string& group,
                       const std::vector<GroupOffset>& offsets);

/// Forgets the group and its offsets. Errors: kNotFound (no such group); kBadInput (it has
/// members); as ListGroups.
Status DeleteGroup(const ClientOptions& options, const std::string& group);

}  // namespace gamevents::kafka

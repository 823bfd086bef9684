#pragma once

#include "core/broker/protocol/message.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The records of the topic __consumer_offsets, Kafka's own: a key or a value is an int16 version
// and then one of these. Written to disk, never change.

namespace gamevents::broker {

/// Whose offset: the key of an OffsetCommitValue. Its version number in the record is 0 or 1, which
/// mean the same.
struct OffsetCommitKey {
  static constexpr VersionRange kVersions{0, 0};
  static constexpr int16_t kFlexibleFrom = kNeverFlexible;

  std::string group;
  std::string topic;
  int32_t partition = 0;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group", &Self::group},
      Field{"topic", &Self::topic},
      Field{"partition", &Self::partition},
  };
};

/// A committed offset; a record without a value forgets it.
struct OffsetCommitValue {
  static constexpr VersionRange kVersions{0, 4};
  static constexpr int16_t kFlexibleFrom = 4;

  int64_t offset = 0;
  int32_t leader_epoch = -1;
  std::string metadata;
  int64_t commit_timestamp = 0;
  int64_t expire_timestamp = -1;
  Uuid topic_id{};

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"offset", &Self::offset},
      Field{"leader_epoch", &Self::leader_epoch, {.since = 3, .ignorable = true}},
      Field{"metadata", &Self::metadata},
      Field{"commit_timestamp", &Self::commit_timestamp},
      Field{
          "expire_timestamp", &Self::expire_timestamp, {.since = 1, .until = 1, .ignorable = true}},
      Field{"topic_id", &Self::topic_id, {.since = 4, .tag = 0, .ignorable = true}},
  };
};

/// Which group: the key of a GroupMetadataValue. Its version number in the record is 2.
struct GroupMetadataKey {
  static constexpr VersionRange kVersions{0, 0};
  static constexpr int16_t kFlexibleFrom = kNeverFlexible;

  std::string group;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"group", &Self::group},
  };
};

/// A member; Kafka calls this MemberMetadata.
struct GroupMetadataMember {
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::string client_id;
  std::string client_host;
  int32_t rebalance_timeout = -1;
  int32_t session_timeout = 0;
  Bytes subscription;
  Bytes assignment;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"member_id", &Self::member_id},
      Field{"group_instance_id",
            &Self::group_instance_id,
            {.since = 3, .nullable = 0, .ignorable = true}},
      Field{"client_id", &Self::client_id},
      Field{"client_host", &Self::client_host},
      Field{"rebalance_timeout", &Self::rebalance_timeout, {.since = 1, .ignorable = true}},
      Field{"session_timeout", &Self::session_timeout},
      Field{"subscription", &Self::subscription},
      Field{"assignment", &Self::assignment},
  };
};

/// A group's generation; a record without a value forgets it.
struct GroupMetadataValue {
  static constexpr VersionRange kVersions{0, 4};
  static constexpr int16_t kFlexibleFrom = 4;

  std::string protocol_type;
  int32_t generation = 0;
  std::optional<std::string> protocol;
  std::optional<std::string> leader;
  int64_t current_state_timestamp = -1;
  std::vector<GroupMetadataMember> members;

  template <class Self>
  static constexpr auto kFields = std::array{
      Field{"protocol_type", &Self::protocol_type},
      Field{"generation", &Self::generation},
      Field{"protocol", &Self::protocol, {.nullable = 0}},
      Field{"leader", &Self::leader, {.nullable = 0}},
      Field{"current_state_timestamp",
            &Self::current_state_timestamp,
            {.since = 2, .ignorable = true}},
      Field{"members", &Self::members},
  };
};

}  // namespace gamevents::broker

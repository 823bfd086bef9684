#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

// The Kafka APIs that the broker speaks, one row each. The request dispatch, the ApiVersions
// answer, the header versions, docs/protocol.md and the tests all read this table; nothing repeats
// it.

namespace gamevents::broker {

/// The numbers that name Kafka's requests on the wire. Written to the network, never change.
enum class ApiKey : int16_t {
  kProduce = 0,
  kFetch = 1,
  kListOffsets = 2,
  kMetadata = 3,
  kOffsetCommit = 8,
  kOffsetFetch = 9,
  kFindCoordinator = 10,
  kJoinGroup = 11,
  kHeartbeat = 12,
  kLeaveGroup = 13,
  kSyncGroup = 14,
  kDescribeGroups = 15,
  kListGroups = 16,
  kSaslHandshake = 17,
  kApiVersions = 18,
  kCreateTopics = 19,
  kDeleteTopics = 20,
  kDeleteRecords = 21,
  kInitProducerId = 22,
  kOffsetForLeaderEpoch = 23,
  kDescribeAcls = 29,
  kDescribeConfigs = 32,
  kAlterConfigs = 33,
  kDescribeLogDirs = 35,
  kSaslAuthenticate = 36,
  kCreatePartitions = 37,
  kDeleteGroups = 42,
  kIncrementalAlterConfigs = 44,
  kOffsetDelete = 47,
  kDescribeClientQuotas = 48,
  kDescribeUserScramCredentials = 50,
  kAlterUserScramCredentials = 51,
  kDescribeCluster = 60,
  kConsumerGroupHeartbeat = 68,
  kDescribeTopicPartitions = 75,
};

/// An inclusive range of message versions.
struct VersionRange {
  int16_t min = 0;
  int16_t max = 0;

  /// Whether the broker answers this version.
  constexpr bool Has(int16_t version) const { return min <= version && version <= max; }
  friend constexpr bool operator==(const VersionRange&, const VersionRange&) = default;
};

/// For an API or a record that has no flexible version (KIP-482).
inline constexpr int16_t kNeverFlexible = INT16_MAX;

/// One API: the versions that we answer, and the first one with compact strings and tagged fields.
struct Api {
  ApiKey key;
  const char* name;
  VersionRange versions;
  int16_t flexible_from;

  /// Whether this version has varint lengths and tagged fields (KIP-482).
  constexpr bool IsFlexible(int16_t version) const { return version >= flexible_from; }
};

inline constexpr auto kApis = std::to_array<Api>({
    // From version 13 on Produce names topics by id only; no client needs that.
    {ApiKey::kProduce, "Produce", {3, 12}, 9},
    {ApiKey::kFetch, "Fetch", {4, 18}, 12},
    {ApiKey::kListOffsets, "ListOffsets", {1, 11}, 6},
    {ApiKey::kMetadata, "Metadata", {0, 13}, 9},
    {ApiKey::kOffsetCommit, "OffsetCommit", {2, 9}, 8},
    {ApiKey::kOffsetFetch, "OffsetFetch", {1, 9}, 6},
    {ApiKey::kFindCoordinator, "FindCoordinator", {0, 6}, 3},
    {ApiKey::kJoinGroup, "JoinGroup", {0, 9}, 6},
    {ApiKey::kHeartbeat, "Heartbeat", {0, 4}, 4},
    {ApiKey::kLeaveGroup, "LeaveGroup", {0, 5}, 4},
    {ApiKey::kSyncGroup, "SyncGroup", {0, 5}, 4},
    {ApiKey::kDescribeGroups, "DescribeGroups", {0, 6}, 5},
    {ApiKey::kListGroups, "ListGroups", {0, 5}, 3},
    {ApiKey::kSaslHandshake, "SaslHandshake", {0, 1}, kNeverFlexible},
    {ApiKey::kApiVersions, "ApiVersions", {0, 4}, 3},
    {ApiKey::kCreateTopics, "CreateTopics", {2, 7}, 5},
    {ApiKey::kDeleteTopics, "DeleteTopics", {1, 6}, 4},
    {ApiKey::kDeleteRecords, "DeleteRecords", {0, 2}, 2},
    {ApiKey::kInitProducerId, "InitProducerId", {0, 5}, 2},
    {ApiKey::kOffsetForLeaderEpoch, "OffsetForLeaderEpoch", {2, 4}, 4},
    {ApiKey::kDescribeAcls, "DescribeAcls", {1, 3}, 2},
    {ApiKey::kDescribeConfigs, "DescribeConfigs", {1, 4}, 4},
    {ApiKey::kAlterConfigs, "AlterConfigs", {0, 2}, 2},
    {ApiKey::kDescribeLogDirs, "DescribeLogDirs", {1, 5}, 2},
    {ApiKey::kSaslAuthenticate, "SaslAuthenticate", {0, 2}, 2},
    {ApiKey::kCreatePartitions, "CreatePartitions", {0, 3}, 2},
    {ApiKey::kDeleteGroups, "DeleteGroups", {0, 2}, 2},
    {ApiKey::kIncrementalAlterConfigs, "IncrementalAlterConfigs", {0, 1}, 1},
    {ApiKey::kOffsetDelete, "OffsetDelete", {0, 0}, kNeverFlexible},
    {ApiKey::kDescribeClientQuotas, "DescribeClientQuotas", {0, 1}, 1},
    {ApiKey::kDescribeUserScramCredentials, "DescribeUserScramCredentials", {0, 0}, 0},
    {ApiKey::kAlterUserScramCredentials, "AlterUserScramCredentials", {0, 0}, 0},
    {ApiKey::kDescribeCluster, "DescribeCluster", {0, 2}, 0},
    {ApiKey::kConsumerGroupHeartbeat, "ConsumerGroupHeartbeat", {0, 1}, 0},
    {ApiKey::kDescribeTopicPartitions, "DescribeTopicPartitions", {0, 0}, 0},
});
static_assert(std::ranges::is_sorted(kApis, {}, &Api::key), "IndexOfApi searches by halves");

/// The place of `key` in the table, or kApis.size() when we do not speak it.
constexpr size_t IndexOfApi(ApiKey key) {
  const auto row = std::ranges::lower_bound(kApis, key, {}, &Api::key);
  const auto index = static_cast<size_t>(row - kApis.begin());
  return index < kApis.size() && kApis[index].key == key ? index : kApis.size();
}

/// The row of `key`, or nullptr when we do not speak it.
constexpr const Api* FindApi(ApiKey key) {
  const size_t index = IndexOfApi(key);
  return index < kApis.size() ? &kApis[index] : nullptr;
}

/// The lowest version that the ApiVersions answer shows. Produce is shown from 0, as Kafka 4 does,
/// though 0 to 2 are refused: librdkafka before 2.11.1 looks for exactly version 0 and otherwise
/// sends without compression (KAFKA-18659).
constexpr int16_t AdvertisedMin(const Api& api) {
  return api.key == ApiKey::kProduce ? int16_t{0} : api.versions.min;
}

/// The header that precedes a request body: 1, or 2 (with tagged fields) for a flexible body.
constexpr int16_t RequestHeaderVersion(const Api& api, int16_t version) {
  return api.IsFlexible(version) ? 2 : 1;
}

/// The header that precedes a response body: 0, or 1 (with tagged fields) for a flexible body. An
/// ApiVersions answer always has 0, because its reader does not know yet what the broker speaks.
constexpr int16_t ResponseHeaderVersion(const Api& api, int16_t version) {
  return api.key != ApiKey::kApiVersions && api.IsFlexible(version) ? 1 : 0;
}

}  // namespace gamevents::broker

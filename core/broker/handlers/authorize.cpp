#include "core/broker/handlers/authorize.h"

#include <algorithm>
#include <array>

namespace gamevents::broker {
namespace {

using enum Need;

constexpr auto kApiNeeds = std::to_array<ApiNeeds>({
    {ApiKey::kProduce, kNothing, kWrite},
    {ApiKey::kFetch, kNothing, kRead},
    {ApiKey::kListOffsets, kNothing, kSee},
    {ApiKey::kMetadata, kNothing, kSee},  // and kAdmin for a topic that it makes
    {ApiKey::kOffsetCommit, kReadAny, kRead},
    {ApiKey::kOffsetFetch, kReadAny, kRead},
    {ApiKey::kFindCoordinator, kReadAny, kNothing},
    {ApiKey::kJoinGroup, kReadAny, kNothing},
    {ApiKey::kHeartbeat, kReadAny, kNothing},
    {ApiKey::kLeaveGroup, kReadAny, kNothing},
    {ApiKey::kSyncGroup, kReadAny, kNothing},
    {ApiKey::kDescribeGroups, kReadAny, kNothing},
    {ApiKey::kListGroups, kReadAny, kNothing},
    {ApiKey::kSaslHandshake, kNothing, kNothing},
    {ApiKey::kApiVersions, kNothing, kNothing},
    {ApiKey::kCreateTopics, kNothing, kAdmin},
    {ApiKey::kDeleteTopics, kNothing, kAdmin},
    {ApiKey::kDeleteRecords, kNothing, kAdmin},
    {ApiKey::kInitProducerId, kWriteAny, kNothing},
    {ApiKey::kOffsetForLeaderEpoch, kNothing, kSee},
    {ApiKey::kDescribeAcls, kNothing, kNothing},
    {ApiKey::kDescribeConfigs, kNothing, kSee},  // and kCluster for the broker's
    {ApiKey::kAlterConfigs, kNothing, kAdmin},
    {ApiKey::kDescribeLogDirs, kCluster, kNothing},
    {ApiKey::kSaslAuthenticate, kNothing, kNothing},
    {ApiKey::kCreatePartitions, kNothing, kAdmin},
    {ApiKey::kDeleteGroups, kCluster, kNothing},  // with what was committed for every topic
    {ApiKey::kIncrementalAlterConfigs, kNothing, kAdmin},
    {ApiKey::kOffsetDelete, kReadAny, kRead},
    {ApiKey::kDescribeClientQuotas, kCluster, kNothing},
    {ApiKey::kDescribeUserScramCredentials, kCluster, kNothing},
    {ApiKey::kAlterUserScramCredentials, kCluster, kNothing},
    {ApiKey::kDescribeCluster, kNothing, kNothing},
    {ApiKey::kConsumerGroupHeartbeat, kNothing, kNothing},
    {ApiKey::kDescribeTopicPartitions, kNothing, kSee},
});
static_assert(std::ranges::equal(kApiNeeds, kApis, {}, &ApiNeeds::key, &Api::key),
              "every API of the table says what it needs, in the same order");

// Kafka's AclOperation, as bits.
constexpr int32_t kReadBit = 1 << 3;
constexpr int32_t kWriteBit = 1 << 4;
constexpr int32_t kDescribeBits = (1 << 8) | (1 << 10);  // of the topic, and of its configs
constexpr int32_t kDescribeBit = 1 << 8;

const ApiNeeds& NeedsOf(const Call& call) { return kApiNeeds[IndexOfApi(call.header.api_key)]; }

bool HasTopicRole(const access::User& user, access::Role role, std::string_view topic) {
  if (topic == kOffsetsTopic) return access::MayUseCluster(user);
  return access::MayUseTopic(user, role, topic);
}

}  // namespace

std::span<const ApiNeeds> AllApiNeeds() { return kApiNeeds; }

bool Has(const Call& call, Need need, std::string_view topic) {
  const access::User* user = call.session.user();
  if (!call.session.asks()) return true;
  if (user == nullptr) return need == kNothing;
  switch (need) {
    case kNothing:
      return true;
    case kSee:
      return HasTopicRole(*user, access::Role::kRead, topic) ||
             HasTopicRole(*user, access::Role::kWrite, topic);
    case kRead:
      return HasTopicRole(*user, access::Role::kRead, topic);
    case kWrite:
      return HasTopicRole(*user, access::Role::kWrite, topic);
    case kAdmin:
      return HasTopicRole(*user, access::Role::kAdmin, topic);
    case kReadAny:
      return access::HasRole(*user, access::Role::kRead);
    case kWriteAny:
      return access::HasRole(*user, access::Role::kWrite);
    case kCluster:
      return access::MayUseCluster(*user);
  }
  return false;
}

bool MayAsk(const Call& call) { return Has(call, NeedsOf(call).request); }

bool MayUse(const Call& call, std::string_view topic) {
  return Has(call, NeedsOf(call).topic, topic);
}

int32_t ClusterOperations(const Call& call) { return Has(call, kCluster) ? kClusterOperations : 0; }

int32_t TopicOperations(const Call& call, std::string_view topic) {
  if (Has(call, kAdmin, topic)) return kTopicOperations;
  const int32_t read = Has(call, kRead, topic) ? kReadBit | kDescribeBits : 0;
  const int32_t write = Has(call, kWrite, topic) ? kWriteBit | kDescribeBits : 0;
  return read | write;
}

int32_t GroupOperations(const Call& call) {
  if (Has(call, kCluster)) return kGroupOperations;
  return Has(call, kReadAny) ? kReadBit | kDescribeBit : 0;
}

}  // namespace gamevents::broker

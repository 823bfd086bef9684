#pragma once

#include "core/broker/broker.h"
#include "core/broker/protocol/api_versions.h"
#include "core/broker/protocol/cluster.h"
#include "core/broker/protocol/committed_offsets.h"
#include "core/broker/protocol/configs.h"
#include "core/broker/protocol/fetch.h"
#include "core/broker/protocol/group_admin.h"
#include "core/broker/protocol/groups.h"
#include "core/broker/protocol/header.h"
#include "core/broker/protocol/metadata.h"
#include "core/broker/protocol/offsets.h"
#include "core/broker/protocol/produce.h"
#include "core/broker/protocol/refused.h"
#include "core/broker/protocol/topics.h"

#include <asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// One function an API: a decoded request in, a response out. Those that wait are coroutines and
// give the Reply themselves; the rest give the response, which dispatch.cpp encodes.

namespace gamevents::broker {

/// What a handler knows of a request besides its body.
struct Call {
  const RequestHeader& header;
  const Peer& peer;
};

/// Where a setting's value comes from, as DescribeConfigs numbers it.
inline constexpr int8_t kSourceTopic = 1;
inline constexpr int8_t kSourceStaticBroker = 4;
inline constexpr int8_t kSourceDefault = 5;

/// `response`, a message of `type`, for the client that sent `call`, with `parts` in the places
/// that its Records name by id. Noted at trace level.
Reply ReplyOf(const Call& call, const MessageType& type, const void* response,
              std::vector<FilePart> parts = {});

template <ApiMessage Response>
Reply ReplyWith(const Call& call, const Response& response, std::vector<FilePart> parts = {}) {
  return ReplyOf(call, MessageTypeOf<Response>(), &response, std::move(parts));
}

/// The code for an error of a log: kUnknownTopicOrPartition for one whose topic was deleted after
/// it was looked up, kKafkaStorageError for everything that has no code of its own.
ErrorCode CodeOfLog(const Error& error);

/// The code for what kept `topics` and `partitions` from being made.
ErrorCode CodeOfCreate(const Broker& broker, Fault fault, size_t topics, size_t partitions);

/// The topic whose name differs from `name` only in '.' and '_', if there is one. Both would have
/// the same name in metrics: Kafka refuses the second.
std::optional<std::string> CollidesWith(const Broker& broker, const std::string& name);

/// What a client may do without an authorizer, everything, as bits of Kafka's AclOperation.
inline constexpr int32_t kClusterOperations = 8096;
inline constexpr int32_t kTopicOperations = 3576;
inline constexpr int32_t kGroupOperations = 3400;

/// Said to whoever asks for transactions.
inline constexpr const char* kNoTransactions = "transactions are not supported";

/// kNone, or what a client that compares epochs is to be told (KIP-320).
ErrorCode CheckLeaderEpoch(const log::Log& log, int32_t current_leader_epoch);

// Records.
asio::awaitable<Reply> OnProduce(Broker& broker, Call call, const ProduceRequest& request);
asio::awaitable<Reply> OnFetch(Broker& broker, Call call, const FetchRequest& request);
ListOffsetsResponse OnListOffsets(Broker& broker, Call call, const ListOffsetsRequest& request);
OffsetForLeaderEpochResponse OnOffsetForLeaderEpoch(Broker& broker, Call call,
                                                    const OffsetForLeaderEpochRequest& request);
InitProducerIdResponse OnInitProducerId(Broker& broker, Call call,
                                        const InitProducerIdRequest& request);

// The cluster.
MetadataResponse OnMetadata(Broker& broker, Call call, const MetadataRequest& request);
DescribeClusterResponse OnDescribeCluster(Broker& broker, Call call,
                                          const DescribeClusterRequest& request);
DescribeTopicPartitionsResponse OnDescribeTopicPartitions(
    Broker& broker, Call call, const DescribeTopicPartitionsRequest& request);
FindCoordinatorResponse OnFindCoordinator(Broker& broker, Call call,
                                          const FindCoordinatorRequest& request);

// Topics and their configs.
CreateTopicsResponse OnCreateTopics(Broker& broker, Call call, const CreateTopicsRequest& request);
asio::awaitable<Reply> OnDeleteTopics(Broker& broker, Call call,
                                      const DeleteTopicsRequest& request);
CreatePartitionsResponse OnCreatePartitions(Broker& broker, Call call,
                                            const CreatePartitionsRequest& request);
DeleteRecordsResponse OnDeleteRecords(Broker& broker, Call call,
                                      const DeleteRecordsRequest& request);
DescribeConfigsResponse OnDescribeConfigs(Broker& broker, Call call,
                                          const DescribeConfigsRequest& request);
AlterConfigsResponse OnAlterConfigs(Broker& broker, Call call, const AlterConfigsRequest& request);
IncrementalAlterConfigsResponse OnIncrementalAlterConfigs(
    Broker& broker, Call call, const IncrementalAlterConfigsRequest& request);
DescribeLogDirsResponse OnDescribeLogDirs(Broker& broker, Call call,
                                          const DescribeLogDirsRequest& request);

// Groups and their offsets.
asio::awaitable<Reply> OnJoinGroup(Broker& broker, Call call, const JoinGroupRequest& request);
asio::awaitable<Reply> OnSyncGroup(Broker& broker, Call call, const SyncGroupRequest& request);
HeartbeatResponse OnHeartbeat(Broker& broker, Call call, const HeartbeatRequest& request);
LeaveGroupResponse OnLeaveGroup(Broker& broker, Call call, const LeaveGroupRequest& request);
asio::awaitable<Reply> OnOffsetCommit(Broker& broker, Call call,
                                      const OffsetCommitRequest& request);
OffsetFetchResponse OnOffsetFetch(Broker& broker, Call call, const OffsetFetchRequest& request);
asio::awaitable<Reply> OnOffsetDelete(Broker& broker, Call call,
                                      const OffsetDeleteRequest& request);
ListGroupsResponse OnListGroups(Broker& broker, Call call, const ListGroupsRequest& request);
DescribeGroupsResponse OnDescribeGroups(Broker& broker, Call call,
                                        const DescribeGroupsRequest& request);
asio::awaitable<Reply> OnDeleteGroups(Broker& broker, Call call,
                                      const DeleteGroupsRequest& request);

// What is only refused.
SaslHandshakeResponse OnSaslHandshake(Broker& broker, Call call,
                                      const SaslHandshakeRequest& request);
SaslAuthenticateResponse OnSaslAuthenticate(Broker& broker, Call call,
                                            const SaslAuthenticateRequest& request);
ConsumerGroupHeartbeatResponse OnConsumerGroupHeartbeat(
    Broker& broker, Call call, const ConsumerGroupHeartbeatRequest& request);

}  // namespace gamevents::broker

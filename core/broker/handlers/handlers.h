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
#include "core/broker/protocol/quotas.h"
#include "core/broker/protocol/refused.h"
#include "core/broker/protocol/security.h"
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
  Session& session;
};

/// Where a setting's value comes from, as DescribeConfigs numbers it.
inline constexpr int8_t kSourceTopic = 1;
inline constexpr int8_t kSourceStaticBroker = 4;
inline constexpr int8_t kSourceDefault = 5;

/// `response`, a message of `type`, for the client that sent `call`, with `parts` in the places
/// that its Records name by id. Noted at trace level.
Reply ReplyOf(const Call& call, const MessageType& type, const void* response,
              std::vector<FilePart> parts = {});

/// ReplyOf for a response whose type is known when compiled.
template <ApiMessage Response>
Reply ReplyWith(const Call& call, const Response& response, std::vector<FilePart> parts = {}) {
  return ReplyOf(call, MessageTypeOf<Response>(), &response, std::move(parts));
}

/// The code for an error of a log: kUnknownTopicOrPartition for one whose topic was deleted after
/// it was looked up, kKafkaStorageError for everything that has no code of its own.
ErrorCode CodeOfLog(const Error& error);

/// The code for what kept records or a topic from being deleted: kPolicyViolation, with a warning
/// in the log, where somebody still needs them (log::Log::KeepFrom); `otherwise` for all else.
ErrorCode CodeOfDeletion(const Error& error, ErrorCode otherwise);

/// The code for what kept `topics` and `partitions` from being made.
ErrorCode CodeOfCreate(const Broker& broker, Fault fault, size_t topics, size_t partitions);

/// What who may do everything may do, as bits of Kafka's AclOperation.
inline constexpr int32_t kClusterOperations = 8096;
inline constexpr int32_t kTopicOperations = 3576;
inline constexpr int32_t kGroupOperations = 3400;

/// Said to whoever asks for transactions.
inline constexpr const char* kNoTransactions = "transactions are not supported";

/// The epoch of a client that does not compare it.
inline constexpr int32_t kNoEpoch = -1;

/// kNone, or what a client that compares epochs is to be told (KIP-320).
ErrorCode CheckLeaderEpoch(const log::Log& log, int32_t current_leader_epoch);

// Records.

/// Appends each batch and waits until all of them are committed (Log::WhenCommitted). With acks=0
/// there is no reply, and an error closes the connection.
asio::awaitable<Reply> OnProduce(Broker& broker, Call call, const ProduceRequest& request);
/// Ranges of the files below the high watermarks; waits for min_bytes, at most max_wait_ms.
asio::awaitable<Reply> OnFetch(Broker& broker, Call call, const FetchRequest& request);
/// The offset of a time in each partition, of its start, its end, or its largest timestamp.
ListOffsetsResponse OnListOffsets(Broker& broker, Call call, const ListOffsetsRequest& request);
/// Where each leader epoch ended (Log::FindEpochEnd).
OffsetForLeaderEpochResponse OnOffsetForLeaderEpoch(Broker& broker, Call call,
                                                    const OffsetForLeaderEpochRequest& request);
/// A producer id that was never given before, with epoch 0; refuses a transactional id.
InitProducerIdResponse OnInitProducerId(Broker& broker, Call call,
                                        const InitProducerIdRequest& request);

// The cluster.

/// The one broker, and the topics asked for; makes those that are missing where both the client and
/// the options allow it.
MetadataResponse OnMetadata(Broker& broker, Call call, const MetadataRequest& request);
/// The cluster id and the one broker.
DescribeClusterResponse OnDescribeCluster(Broker& broker, Call call,
                                          const DescribeClusterRequest& request);
/// Topics with their partitions, in pages.
DescribeTopicPartitionsResponse OnDescribeTopicPartitions(
    Broker& broker, Call call, const DescribeTopicPartitionsRequest& request);
/// This broker for every group; an error for transactions.
FindCoordinatorResponse OnFindCoordinator(Broker& broker, Call call,
                                          const FindCoordinatorRequest& request);

// Topics and their configs.

/// Makes one topic, or only checks whether it could be made. The answer says what was made, or why
/// it was not; also for whoever is in this process and sends no request.
CreatableTopicResult CreateTopic(Broker& broker, const CreatableTopic& topic, bool validate_only);
/// The same of each topic of a request.
CreateTopicsResponse OnCreateTopics(Broker& broker, Call call, const CreateTopicsRequest& request);
/// Removes topics with their records, and waits until what groups committed for them is forgotten.
asio::awaitable<Reply> OnDeleteTopics(Broker& broker, Call call,
                                      const DeleteTopicsRequest& request);
/// Raises the partition counts of topics.
CreatePartitionsResponse OnCreatePartitions(Broker& broker, Call call,
                                            const CreatePartitionsRequest& request);
/// Deletes the first records of logs, up to the offsets given (Log::DeleteRecordsBefore).
DeleteRecordsResponse OnDeleteRecords(Broker& broker, Call call,
                                      const DeleteRecordsRequest& request);
/// The configs of topics and of the broker, with where each value comes from.
DescribeConfigsResponse OnDescribeConfigs(Broker& broker, Call call,
                                          const DescribeConfigsRequest& request);
/// Replaces everything that is set for a topic.
AlterConfigsResponse OnAlterConfigs(Broker& broker, Call call, const AlterConfigsRequest& request);
/// Sets and removes single configs of topics.
IncrementalAlterConfigsResponse OnIncrementalAlterConfigs(
    Broker& broker, Call call, const IncrementalAlterConfigsRequest& request);
/// The size of each partition in the data directory.
DescribeLogDirsResponse OnDescribeLogDirs(Broker& broker, Call call,
                                          const DescribeLogDirsRequest& request);

// Groups and their offsets.

/// Waits for the other members (Group::Join).
asio::awaitable<Reply> OnJoinGroup(Broker& broker, Call call, const JoinGroupRequest& request);
/// Waits for the leader's assignments (Group::Sync).
asio::awaitable<Reply> OnSyncGroup(Broker& broker, Call call, const SyncGroupRequest& request);
/// Tells a member whether it must join again.
HeartbeatResponse OnHeartbeat(Broker& broker, Call call, const HeartbeatRequest& request);
/// Takes members out of their group.
LeaveGroupResponse OnLeaveGroup(Broker& broker, Call call, const LeaveGroupRequest& request);
/// Answers once the offsets are durable.
asio::awaitable<Reply> OnOffsetCommit(Broker& broker, Call call,
                                      const OffsetCommitRequest& request);
/// The durable offsets of groups.
OffsetFetchResponse OnOffsetFetch(Broker& broker, Call call, const OffsetFetchRequest& request);
/// Forgets offsets of a group; answers once that is durable.
asio::awaitable<Reply> OnOffsetDelete(Broker& broker, Call call,
                                      const OffsetDeleteRequest& request);
/// All groups, or those in the states asked for.
ListGroupsResponse OnListGroups(Broker& broker, Call call, const ListGroupsRequest& request);
/// Groups with their members; those that do not fit one response are refused.
DescribeGroupsResponse OnDescribeGroups(Broker& broker, Call call,
                                        const DescribeGroupsRequest& request);
/// Removes groups without members; answers once that is durable.
asio::awaitable<Reply> OnDeleteGroups(Broker& broker, Call call,
                                      const DeleteGroupsRequest& request);

// Who a client is (Session), and whose passwords there are.

/// Begins an authentication, and lists the mechanisms.
Reply OnSaslHandshake(Broker& broker, Call call, const SaslHandshakeRequest& request);
/// Goes on with it; the answer to a wrong password comes late, and the connection is closed then.
asio::awaitable<Reply> OnSaslAuthenticate(Broker& broker, Call call,
                                          const SaslAuthenticateRequest& request);
/// For which mechanisms users have passwords.
DescribeUserScramCredentialsResponse OnDescribeUserScramCredentials(
    Broker& broker, Call call, const DescribeUserScramCredentialsRequest& request);
/// Sets and removes passwords; answers once the file of users is durable. A user that is made has
/// no roles.
asio::awaitable<Reply> OnAlterUserScramCredentials(Broker& broker, Call call,
                                                   const AlterUserScramCredentialsRequest& request);

/// That no user and no client has a quota.
DescribeClientQuotasResponse OnDescribeClientQuotas(Broker& broker, Call call,
                                                    const DescribeClientQuotasRequest& request);

// What is only refused.

/// Says that there are no ACLs.
DescribeAclsResponse OnDescribeAcls(Broker& broker, Call call, const DescribeAclsRequest& request);
/// Refuses the group protocol of KIP-848, so that clients stop trying it.
ConsumerGroupHeartbeatResponse OnConsumerGroupHeartbeat(
    Broker& broker, Call call, const ConsumerGroupHeartbeatRequest& request);

}  // namespace gamevents::broker

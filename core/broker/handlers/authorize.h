#pragma once

#include "core/broker/handlers/handlers.h"
#include "core/broker/protocol/api_table.h"

#include <cstdint>
#include <span>
#include <string_view>

// Who may do what, in one place: a table of what each API needs, and the questions that handlers
// ask of it. Where nobody is asked who he is, everybody may do everything.

namespace gamevents::broker {

/// What a user must be allowed.
enum class Need : uint8_t {
  kNothing,   ///< to be known is enough
  kSee,       ///< any role for the topic
  kRead,      ///< read, for the topic
  kWrite,     ///< write, for the topic
  kAdmin,     ///< admin, for the topic
  kReadAny,   ///< read, for whichever topics: groups do not belong to a topic
  kWriteAny,  ///< write, for whichever topics
  kCluster,   ///< admin for all topics
};

/// What one API needs.
struct ApiNeeds {
  ApiKey key;
  Need request;  ///< for anything at all to be done
  Need topic;    ///< for each topic that a request names, or that an answer would
};

/// A row for every API of kApis, in its order.
std::span<const ApiNeeds> AllApiNeeds();

/// Whether the caller has `need`, for `topic` where it is about one. The broker's own topic is that
/// of the cluster's admins.
bool Has(const Call& call, Need need, std::string_view topic = {});

/// Whether the API that was called may do anything at all for the caller.
bool MayAsk(const Call& call);

/// Whether the API that was called may do its work on `topic` for the caller.
bool MayUse(const Call& call, std::string_view topic);

/// What the caller may do, as bits of Kafka's AclOperation.
int32_t ClusterOperations(const Call& call);
int32_t TopicOperations(const Call& call, std::string_view topic);
int32_t GroupOperations(const Call& call);

}  // namespace gamevents::broker

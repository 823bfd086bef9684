#include "core/kafka/error.h"

#include "core/base/ascii.h"
#include "core/kafka/handles.h"

namespace gamevents::kafka {
namespace {

// One row a code that a caller can do something about. Sorted by fault.
struct Row {
  rd_kafka_resp_err_t code;
  Fault fault;
};

constexpr Row kRows[] = {
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR__TIMED_OUT, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR__TRANSPORT, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR__RESOLVE, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR__SSL, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR__WAIT_COORD, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR__ISR_INSUFF, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_NOT_COORDINATOR, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_NOT_CONTROLLER, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE, Fault::kUnavailable},
    {RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT, Fault::kUnavailable},

    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, Fault::kNotFound},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, Fault::kNotFound},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, Fault::kNotFound},
    {RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND, Fault::kNotFound},

    {RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, Fault::kExists},

    {RD_KAFKA_RESP_ERR__QUEUE_FULL, Fault::kFull},
    {RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED, Fault::kFull},

    {RD_KAFKA_RESP_ERR__INVALID_ARG, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_GROUP_ID, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_PARTITIONS, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_REPLICA_ASSIGNMENT, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_CONFIG, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_REQUEST, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, Fault::kBadInput},
    {RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, Fault::kBadInput},

    {RD_KAFKA_RESP_ERR__BAD_MSG, Fault::kCorrupt},
    {RD_KAFKA_RESP_ERR__BAD_COMPRESSION, Fault::kCorrupt},
    {RD_KAFKA_RESP_ERR_INVALID_MSG, Fault::kCorrupt},

    {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, Fault::kUnsupported},
    {RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED, Fault::kUnsupported},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, Fault::kUnsupported},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, Fault::kUnsupported},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, Fault::kUnsupported},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_COMPRESSION_TYPE, Fault::kUnsupported},

    {RD_KAFKA_RESP_ERR__DESTROY, Fault::kClosed},
    {RD_KAFKA_RESP_ERR__FATAL, Fault::kClosed},
    {RD_KAFKA_RESP_ERR__STATE, Fault::kClosed},
    {RD_KAFKA_RESP_ERR__FENCED, Fault::kClosed},
    {RD_KAFKA_RESP_ERR__PURGE_QUEUE, Fault::kClosed},
    {RD_KAFKA_RESP_ERR__PURGE_INFLIGHT, Fault::kClosed},
};

// What is said in place of librdkafka's words, with what to do.
struct Meaning {
  rd_kafka_resp_err_t code;
  const char* says;
};

constexpr Meaning kMeanings[] = {
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
     "no permission: this user may not do that with the topic; who runs the broker must allow it "
     "(kafka-acls there), or set another user in kafka.properties"},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
     "no permission: this user may not use the consumer group; who runs the broker must allow it "
     "(kafka-acls there), or name another group"},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
     "no permission: this user may not do that in the cluster; who runs the broker must allow it "
     "(kafka-acls there), or set another user in kafka.properties"},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
     "no permission: this user may not use the transactional id; who runs the broker must allow it "
     "(kafka-acls there)"},
    {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE,
     "the broker does not know this request, because it is of an older release or of another kind; "
     "gamevents doctor says what it lacks"},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION,
     "the broker does not know this request in a version that gamevents speaks, because it is of "
     "an "
     "older or a much newer release; gamevents doctor says what it lacks"},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
     "the broker does not take the user or the password; see sasl.username and sasl.password in "
     "kafka.properties"},
};

}  // namespace

Fault FaultOf(int code) {
  for (const Row& row : kRows) {
    if (row.code == code) return row.fault;
  }
  return Fault::kIo;
}

std::string DescribeCode(int code, std::string_view text) {
  for (const Meaning& meaning : kMeanings) {
    if (meaning.code == code) return meaning.says;
  }
  const auto known = static_cast<rd_kafka_resp_err_t>(code);
  const std::string_view description = rd_kafka_err2str(known);
  std::string out(description);
  for (const std::string_view whose : {"Local: ", "Broker: "}) {
    if (out.starts_with(whose)) out.erase(0, whose.size());
  }
  // In the middle of a sentence; "SSL error" and the like stay as they are.
  if (out.size() > 1 && Lower(out[1]) == out[1]) out[0] = Lower(out[0]);
  if (!text.empty() && text != description) out.append(" (").append(text).append(")");
  return out;
}

Error KafkaError(int code, std::string_view text) {
  return Error{FaultOf(code), DescribeCode(code, text)};
}

}  // namespace gamevents::kafka

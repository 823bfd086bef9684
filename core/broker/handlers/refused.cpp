// What is refused with a reason instead of a closed connection.

#include "core/broker/handlers/handlers.h"

namespace gamevents::broker {

DescribeAclsResponse OnDescribeAcls(Broker&, Call, const DescribeAclsRequest&) {
  DescribeAclsResponse response;
  response.error_code = ErrorCode::kSecurityDisabled;
  response.error_message = "there are no ACLs here; gamevents users gives roles";
  return response;
}

// librdkafka 2.15 tries for ever to join through a broker that does not show this API; the error
// ends it at once.
ConsumerGroupHeartbeatResponse OnConsumerGroupHeartbeat(Broker&, Call,
                                                        const ConsumerGroupHeartbeatRequest&) {
  ConsumerGroupHeartbeatResponse response;
  response.error_code = ErrorCode::kUnsupportedVersion;
  response.error_message =
      "the consumer group protocol is not supported; set group.protocol=classic";
  return response;
}

}  // namespace gamevents::broker

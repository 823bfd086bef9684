// What is refused with a reason instead of a closed connection.

#include "core/broker/handlers/handlers.h"

namespace gamevents::broker {

SaslHandshakeResponse OnSaslHandshake(Broker&, Call, const SaslHandshakeRequest&) {
  SaslHandshakeResponse response;
  response.error_code = ErrorCode::kIllegalSaslState;
  return response;
}

SaslAuthenticateResponse OnSaslAuthenticate(Broker&, Call, const SaslAuthenticateRequest&) {
  SaslAuthenticateResponse response;
  response.error_code = ErrorCode::kIllegalSaslState;
  response.error_message = "this broker has no authentication";
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

#include "core/broker/protocol/refused.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<ConsumerGroupHeartbeatRequest>();
template const MessageType& MessageTypeOf<ConsumerGroupHeartbeatResponse>();

}  // namespace gamevents::broker

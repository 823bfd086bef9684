#include "core/broker/protocol/produce.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<ProduceRequest>();
template const MessageType& MessageTypeOf<ProduceResponse>();
template const MessageType& MessageTypeOf<InitProducerIdRequest>();
template const MessageType& MessageTypeOf<InitProducerIdResponse>();

}  // namespace gamevents::broker

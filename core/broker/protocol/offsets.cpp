#include "core/broker/protocol/offsets.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<ListOffsetsRequest>();
template const MessageType& MessageTypeOf<ListOffsetsResponse>();
template const MessageType& MessageTypeOf<OffsetForLeaderEpochRequest>();
template const MessageType& MessageTypeOf<OffsetForLeaderEpochResponse>();

}  // namespace gamevents::broker

#include "core/broker/protocol/committed_offsets.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<OffsetCommitRequest>();
template const MessageType& MessageTypeOf<OffsetCommitResponse>();
template const MessageType& MessageTypeOf<OffsetFetchRequest>();
template const MessageType& MessageTypeOf<OffsetFetchResponse>();
template const MessageType& MessageTypeOf<OffsetDeleteRequest>();
template const MessageType& MessageTypeOf<OffsetDeleteResponse>();

}  // namespace gamevents::broker

#include "core/broker/protocol/topics.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<CreateTopicsRequest>();
template const MessageType& MessageTypeOf<CreateTopicsResponse>();
template const MessageType& MessageTypeOf<DeleteTopicsRequest>();
template const MessageType& MessageTypeOf<DeleteTopicsResponse>();
template const MessageType& MessageTypeOf<CreatePartitionsRequest>();
template const MessageType& MessageTypeOf<CreatePartitionsResponse>();
template const MessageType& MessageTypeOf<DeleteRecordsRequest>();
template const MessageType& MessageTypeOf<DeleteRecordsResponse>();

}  // namespace gamevents::broker

#include "core/broker/protocol/fetch.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<FetchRequest>();
template const MessageType& MessageTypeOf<FetchResponse>();

}  // namespace gamevents::broker

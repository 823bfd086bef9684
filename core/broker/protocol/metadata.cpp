#include "core/broker/protocol/metadata.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<MetadataRequest>();
template const MessageType& MessageTypeOf<MetadataResponse>();

}  // namespace gamevents::broker

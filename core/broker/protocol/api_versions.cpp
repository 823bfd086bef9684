#include "core/broker/protocol/api_versions.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<ApiVersionsRequest>();
template const MessageType& MessageTypeOf<ApiVersionsResponse>();

}  // namespace gamevents::broker

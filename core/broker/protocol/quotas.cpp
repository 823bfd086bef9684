#include "core/broker/protocol/quotas.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<DescribeClientQuotasRequest>();
template const MessageType& MessageTypeOf<DescribeClientQuotasResponse>();

}  // namespace gamevents::broker

#include "core/broker/protocol/configs.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<DescribeConfigsRequest>();
template const MessageType& MessageTypeOf<DescribeConfigsResponse>();
template const MessageType& MessageTypeOf<AlterConfigsRequest>();
template const MessageType& MessageTypeOf<AlterConfigsResponse>();
template const MessageType& MessageTypeOf<IncrementalAlterConfigsRequest>();
template const MessageType& MessageTypeOf<IncrementalAlterConfigsResponse>();
template const MessageType& MessageTypeOf<DescribeLogDirsRequest>();
template const MessageType& MessageTypeOf<DescribeLogDirsResponse>();

}  // namespace gamevents::broker

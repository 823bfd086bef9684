#include "core/broker/protocol/cluster.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<DescribeClusterRequest>();
template const MessageType& MessageTypeOf<DescribeClusterResponse>();
template const MessageType& MessageTypeOf<DescribeTopicPartitionsRequest>();
template const MessageType& MessageTypeOf<DescribeTopicPartitionsResponse>();

}  // namespace gamevents::broker

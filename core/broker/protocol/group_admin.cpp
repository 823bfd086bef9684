#include "core/broker/protocol/group_admin.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<ListGroupsRequest>();
template const MessageType& MessageTypeOf<ListGroupsResponse>();
template const MessageType& MessageTypeOf<DescribeGroupsRequest>();
template const MessageType& MessageTypeOf<DescribeGroupsResponse>();
template const MessageType& MessageTypeOf<DeleteGroupsRequest>();
template const MessageType& MessageTypeOf<DeleteGroupsResponse>();

}  // namespace gamevents::broker

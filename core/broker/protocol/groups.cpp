#include "core/broker/protocol/groups.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<FindCoordinatorRequest>();
template const MessageType& MessageTypeOf<FindCoordinatorResponse>();
template const MessageType& MessageTypeOf<JoinGroupRequest>();
template const MessageType& MessageTypeOf<JoinGroupResponse>();
template const MessageType& MessageTypeOf<SyncGroupRequest>();
template const MessageType& MessageTypeOf<SyncGroupResponse>();
template const MessageType& MessageTypeOf<HeartbeatRequest>();
template const MessageType& MessageTypeOf<HeartbeatResponse>();
template const MessageType& MessageTypeOf<LeaveGroupRequest>();
template const MessageType& MessageTypeOf<LeaveGroupResponse>();

}  // namespace gamevents::broker

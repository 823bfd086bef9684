#include "core/broker/protocol/group_records.h"

#include "core/broker/protocol/value_type.h"

namespace gamevents::broker {

template const MessageType& MessageTypeOf<OffsetCommitKey>();
template const MessageType& MessageTypeOf<OffsetCommitValue>();
template const MessageType& MessageTypeOf<GroupMetadataKey>();
template const MessageType& MessageTypeOf<GroupMetadataValue>();

}  // namespace gamevents::broker

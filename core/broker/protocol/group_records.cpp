#include "core/broker/protocol/group_records.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

template struct Codec<OffsetCommitKey>;
template struct Codec<OffsetCommitValue>;
template struct Codec<GroupMetadataKey>;
template struct Codec<GroupMetadataValue>;

}  // namespace gamevents::broker

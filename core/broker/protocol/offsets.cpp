#include "core/broker/protocol/offsets.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

template struct Codec<ListOffsetsRequest>;
template struct Codec<ListOffsetsResponse>;
template struct Codec<OffsetForLeaderEpochRequest>;
template struct Codec<OffsetForLeaderEpochResponse>;

}  // namespace gamevents::broker

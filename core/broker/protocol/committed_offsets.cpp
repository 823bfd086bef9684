#include "core/broker/protocol/committed_offsets.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

template struct Codec<OffsetCommitRequest>;
template struct Codec<OffsetCommitResponse>;
template struct Codec<OffsetFetchRequest>;
template struct Codec<OffsetFetchResponse>;
template struct Codec<OffsetDeleteRequest>;
template struct Codec<OffsetDeleteResponse>;

}  // namespace gamevents::broker

#include "core/broker/protocol/metadata.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

template struct Codec<MetadataRequest>;
template struct Codec<MetadataResponse>;

}  // namespace gamevents::broker

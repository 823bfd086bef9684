#include "core/broker/protocol/produce.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

template struct Codec<ProduceRequest>;
template struct Codec<ProduceResponse>;
template struct Codec<InitProducerIdRequest>;
template struct Codec<InitProducerIdResponse>;

}  // namespace gamevents::broker

#include "core/broker/protocol/fetch.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

template struct Codec<FetchRequest>;
template struct Codec<FetchResponse>;

}  // namespace gamevents::broker

#include "core/broker/protocol/api_versions.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

template struct Codec<ApiVersionsRequest>;
template struct Codec<ApiVersionsResponse>;

}  // namespace gamevents::broker

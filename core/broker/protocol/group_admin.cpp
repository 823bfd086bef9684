#include "core/broker/protocol/group_admin.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

template struct Codec<ListGroupsRequest>;
template struct Codec<ListGroupsResponse>;
template struct Codec<DescribeGroupsRequest>;
template struct Codec<DescribeGroupsResponse>;
template struct Codec<DeleteGroupsRequest>;
template struct Codec<DeleteGroupsResponse>;

}  // namespace gamevents::broker

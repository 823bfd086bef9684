#include "core/broker/protocol/cluster.h"

#include "core/broker/protocol/walk.h"

namespace gamevents::broker {

template struct Codec<DescribeClusterRequest>;
template struct Codec<DescribeClusterResponse>;
template struct Codec<DescribeTopicPartitionsRequest>;
template struct Codec<DescribeTopicPartitionsResponse>;

}  // namespace gamevents::broker

#pragma once

#include <cstdint>
#include <string_view>

namespace gamevents::kafka {

/// The partition, of `partitions`, of records with `key`, as the default partitioner of Java's
/// client chooses it: by murmur2, so that all clients put a key's records in one partition.
/// Requires: partitions > 0.
int32_t PartitionOfKey(std::string_view key, int32_t partitions);

}  // namespace gamevents::kafka

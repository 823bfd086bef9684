// Goal: a key's partition is the one that Java's client chooses. Method: hashes from Kafka's own
// Utils.murmur2.
#include "core/kafka/partitioner.h"

#include "tests/unit/catch.h"

#include <initializer_list>
#include <utility>

namespace gamevents::kafka {

TEST_CASE("the partition of a key is its murmur2, without the sign, modulo the partitions") {
  for (const auto& [key, hash] : std::initializer_list<std::pair<const char*, int32_t>>{
           {"21", -973932308}, {"foobar", -790332482}, {"a-little-bit-long-string", -985981536}}) {
    INFO(key);
    for (const int32_t partitions : {1, 7, 100}) {
      CHECK(PartitionOfKey(key, partitions) == (hash & 0x7fffffff) % partitions);
    }
  }
  CHECK(PartitionOfKey("", 5) == PartitionOfKey(std::string_view(), 5));
}

}  // namespace gamevents::kafka

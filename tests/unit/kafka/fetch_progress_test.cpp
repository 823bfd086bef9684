// Goal: how far librdkafka's fetchers are is read out of its statistics.
// Method: pieces of them, as it writes them.
#include "core/kafka/fetch_progress.h"

#include "tests/unit/catch.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace gamevents::kafka {

TEST_CASE("how far the fetchers are stands in the statistics of the topic") {
  // The brokers' part names partitions as well; -1 are those that are not there.
  const std::string statistics =
      R"({"name":"rdkafka#consumer-1","brokers":{"h:1/1":{"toppars":{"events-0":)"
      R"({"topic":"events","partition":0}}}},"topics":{"events":{"topic":"events","partitions":)"
      R"({"0":{"partition":0,"broker":1,"query_offset":-1001,"next_offset":42,"app_offset":40},)"
      R"("12":{"partition":12,"next_offset":-1001},"-1":{"partition":-1,"next_offset":7}}}},)"
      R"("cgrp":{"state":"up"}})";
  CHECK(FetchPositions(statistics) == std::map<int32_t, int64_t>{{0, 42}});
  CHECK(FetchPositions("").empty());
  CHECK(FetchPositions(R"({"topics":{"events":{"partitions":{"0":{"partition":0,)").empty());
  FetchProgress progress;
  CHECK(progress.FetchedUpTo(0) == std::nullopt);
  progress.OnStatistics(statistics);
  CHECK(progress.FetchedUpTo(0) == 42);
  CHECK(progress.FetchedUpTo(12) == std::nullopt);
}

}  // namespace gamevents::kafka

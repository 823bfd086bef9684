// Goal: what librdkafka says of its connections and fetchers is understood, and nothing else is
// taken for it. Method: lines of its log and pieces of its statistics, as it writes them.
#include "core/kafka/contact.h"

#include "tests/unit/catch.h"

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
  Contact contact("h:1");
  CHECK(contact.FetchedUpTo(0) == std::nullopt);
  contact.OnStatistics(statistics);
  CHECK(contact.FetchedUpTo(0) == 42);
  CHECK(contact.FetchedUpTo(12) == std::nullopt);
}

TEST_CASE("the newest reason of each address is kept") {
  Contact contact("h:1,i:2");
  CHECK(contact.Reasons() == "no answer from h:1,i:2");
  contact.OnLog(3, "FAIL", "[thrd:h:1/bootstrap]: h:1/bootstrap: Connect failed: refused");
  contact.OnLog(3, "FAIL", "[thrd:h:1/bootstrap]: h:1/1: Disconnected");
  contact.OnLog(7, "FAIL", "[thrd:i:2/bootstrap]: i:2/bootstrap: only for debugging");
  CHECK(contact.Reasons() == "h:1: Disconnected");
}

}  // namespace gamevents::kafka

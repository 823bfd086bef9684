// Goal: what is kept for somebody is counted from where it is needed. Method: logs of known batches
// in a real directory; the floor moved over them.
#include "core/embedded/kept.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"

#include <chrono>

namespace gamevents::embedded {

TEST_CASE("each partition of a kept topic says what it has from where it is needed") {
  const TempFolder folder;
  FixedClock clock(kTestNow);
  log::LogManager::Options options;
  options.directory = folder.path();
  options.clock = &clock;
  options.kept_topics = {"kept"};
  const auto logs = log::MustOpen(options);
  REQUIRE(logs->CreateTopic("kept", 2).ok());
  REQUIRE(logs->CreateTopic("other", 1).ok());
  const auto log = logs->Partition("kept", 1);
  for (const int64_t time : {100, 200, 300, 400}) {
    const auto batch = log::MakeBatch({"x", "y"}, kTestNow + time);
    REQUIRE(log->WaitCommitted(MustAppend(*log, batch).next_offset).ok());
  }
  auto kept = FindKept(*logs);
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].topic == "kept");
  CHECK(kept[0].partition == 0);
  CHECK(kept[0].from == 0);
  CHECK(kept[0].end == 0);
  CHECK(kept[0].bytes == 0);
  CHECK_FALSE(kept[0].oldest);
  CHECK(kept[1].partition == 1);
  CHECK(kept[1].from == 0);
  CHECK(kept[1].end == 8);
  CHECK(kept[1].bytes == static_cast<int64_t>(log->size_bytes()));
  CHECK(kept[1].oldest == TimestampMs(kTestNow + 100));

  log->KeepFrom(log::Offset(5));  // within a batch
  kept = FindKept(*logs);
  CHECK(kept[1].from == 5);
  CHECK(kept[1].bytes == static_cast<int64_t>(log->size_bytes()) * 3 / 8);
  CHECK(kept[1].oldest == TimestampMs(kTestNow + 300));
  log->KeepFrom(log::Offset(8));
  kept = FindKept(*logs);
  CHECK(kept[1].from == 8);
  CHECK(kept[1].bytes == 0);
  CHECK_FALSE(kept[1].oldest);
}

TEST_CASE("records that were deleted are not counted, whatever is asked for") {
  const TempFolder folder;
  log::LogManager::Options options;
  options.directory = folder.path();
  const auto logs = log::MustOpen(options);
  REQUIRE(logs->CreateTopic("t", 1).ok());
  CHECK(FindKept(*logs).empty());
  const auto log = logs->Partition("t", 0);
  const int64_t now = Clock::System().Now().value;
  REQUIRE(log->WaitCommitted(MustAppend(*log, log::MakeBatch({"x", "y"}, now)).next_offset).ok());
  REQUIRE(logs->DeleteRecords(*log, log::Offset(2)).ok());
  log->KeepFrom(log::Offset(0));
  const auto kept = FindKept(*logs);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].from == 2);
  CHECK(kept[0].end == 2);
  CHECK(kept[0].bytes == 0);
}

}  // namespace gamevents::embedded

// Goal: a service without metrics says that it is behind, not too often, and that it no longer is.
// Method: a history of looks, each with what is noted.
#include "core/forward/lag_notes.h"

#include "tests/unit/catch.h"

namespace gamevents::forward {
namespace {

constexpr int64_t kStart = 1'700'000'000'000;

ForwardProgress Behind(int64_t records, int64_t oldest_ms) {
  PartitionProgress partition;
  partition.topic = "events";
  partition.next = 100;
  partition.end = 100 + records;
  if (records > 0) partition.oldest = TimestampMs{oldest_ms};
  ForwardProgress progress;
  progress.partitions.push_back(partition);
  return progress;
}

}  // namespace

TEST_CASE("who keeps up is not noted") {
  LagNotes notes("kafka:9092");
  for (int64_t now = kStart; now < kStart + 300'000; now += 5'000) {
    CHECK_FALSE(notes.Next(Behind(0, 0), TimestampMs{now}));
    CHECK_FALSE(notes.Next(Behind(20, now - 900), TimestampMs{now}));
  }
}

TEST_CASE("who is behind is noted once a minute, and once when it has caught up") {
  LagNotes notes("kafka:9092");
  int noted = 0;
  for (int64_t now = kStart; now < kStart + 180'000; now += 5'000) {
    const auto note = notes.Next(Behind(500, kStart - 20'000), TimestampMs{now});
    if (!note) continue;
    ++noted;
    CHECK(note->find("forwarding to kafka:9092: 500 records") == 0);
  }
  CHECK(noted == 3);
  // A few new ones are not worth a note, and not yet the end.
  CHECK_FALSE(notes.Next(Behind(3, kStart + 179'000), TimestampMs{kStart + 180'000}));
  CHECK(notes.Next(Behind(0, 0), TimestampMs{kStart + 181'000}) ==
        "forwarding to kafka:9092: nothing is behind");
  CHECK_FALSE(notes.Next(Behind(0, 0), TimestampMs{kStart + 186'000}));
}

TEST_CASE("a partition that is stopped is behind at once") {
  LagNotes notes("kafka:9092");
  ForwardProgress progress = Behind(1, kStart - 100);
  progress.partitions[0].stopped = "it is too large";
  const auto note = notes.Next(progress, TimestampMs{kStart});
  REQUIRE(note);
  CHECK(note->find("1 partition is stopped") != std::string::npos);
}

}  // namespace gamevents::forward

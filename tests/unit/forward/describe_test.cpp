// Goal: an operator reads what is behind, why, and for how long. Method: progress made by hand.
#include "core/forward/describe.h"

#include "tests/unit/catch.h"

#include <string>
#include <vector>

namespace gamevents::forward {
namespace {

constexpr TimestampMs kDescribedAt{1'000'000'000};

PartitionProgress At(int32_t partition, int64_t next, int64_t end) {
  PartitionProgress made;
  made.topic = "events";
  made.partition = partition;
  made.next = next;
  made.end = end;
  return made;
}

std::vector<std::string> Lines(const ForwardProgress& progress) {
  return Describe(progress, "k:9092", kDescribedAt);
}

}  // namespace

TEST_CASE("where nothing is behind, one sentence says so") {
  ForwardProgress progress;
  CHECK(Lines(progress) == std::vector<std::string>{"forwarding to k:9092: nothing is behind"});
  progress.partitions = {At(0, 5, 5), At(1, 0, 0)};
  CHECK(Lines(progress) == std::vector<std::string>{"forwarding to k:9092: nothing is behind"});
  CHECK_FALSE(Sum(progress).remaining);
}

TEST_CASE("what is behind is summed, and has a time at the present rate") {
  ForwardProgress progress;
  progress.partitions = {At(0, 5, 5), At(1, 100, 1'100), At(2, 0, 1)};
  progress.partitions[1].bytes_behind = 30'000;
  progress.partitions[1].oldest = TimestampMs(kDescribedAt.value - 700'000);
  progress.partitions[2].bytes_behind = 70;
  progress.partitions[2].oldest = TimestampMs(kDescribedAt.value - 5'900);
  progress.records_per_second = 100;
  progress.bytes_per_second = 12'000'000;
  const Lag lag = Sum(progress);
  CHECK(lag.records == 1'001);
  CHECK(lag.bytes == 30'070);
  CHECK(lag.oldest == progress.partitions[1].oldest);
  CHECK(lag.stopped == 0);
  CHECK(lag.remaining == std::chrono::seconds(11));
  CHECK(Lines(progress) ==
        std::vector<std::string>{
            "forwarding to k:9092: 1001 records (29KiB) behind, the oldest 11m old; 100 records "
            "(11MiB) are copied a second, which takes 11s for the rest",
            "events [1]: 1000 records (29KiB) behind, the oldest 11m old",
            "events [2]: 1 record (70B) behind, the oldest 5s old"});
}

TEST_CASE("stopped partitions come first, then those in trouble") {
  ForwardProgress progress;
  progress.partitions = {At(0, 1, 2), At(1, 7, 7), At(2, 3, 9)};
  progress.partitions[1].last_error = "target: no answer";
  progress.partitions[2].stopped = "target: the record at offset 3 is too large";
  CHECK(Sum(progress).stopped == 1);
  CHECK(Lines(progress) ==
        std::vector<std::string>{
            "forwarding to k:9092: 7 records (0) behind; 1 partition is stopped",
            "events [2]: STOPPED at offset 3: target: the record at offset 3 is too large; 6 "
            "records (0) behind",
            "events [1]: tries again at offset 7: target: no answer; 0 records (0) behind",
            "events [0]: 1 record (0) behind"});
}

TEST_CASE("until it is known where to go on, all that there is counts") {
  ForwardProgress progress;
  progress.partitions = {At(0, 0, 12)};
  progress.partitions[0].next.reset();
  progress.partitions[0].last_error = "target: away";
  progress.partitions[0].oldest = TimestampMs(kDescribedAt.value - 39);
  progress.records_per_second = 0.4;
  CHECK(RecordsBehind(progress.partitions[0]) == 12);
  CHECK_FALSE(Sum(progress).remaining);
  CHECK(Lines(progress).at(1) ==
        "events [0]: tries again: target: away; 12 records (0) behind, the oldest 39ms old");
}

TEST_CASE("of many partitions some are described, and the others counted") {
  ForwardProgress progress;
  for (int32_t i = 0; i < 50; ++i) progress.partitions.push_back(At(i, 0, 1));
  progress.partitions[49].stopped = "why";
  const auto lines = Lines(progress);
  REQUIRE(lines.size() == 1 + kDescribedMax + 1);
  CHECK(lines[1].starts_with("events [49]: STOPPED"));
  CHECK(lines[2].starts_with("events [0]: "));
  CHECK(lines.back() == "and 30 partitions more");
}

TEST_CASE("times and sizes at the ends of what there is are no trouble") {
  ForwardProgress progress;
  progress.partitions = {At(0, 0, 1), At(1, 0, 1)};
  progress.partitions[0].oldest = TimestampMs(INT64_MIN);
  progress.partitions[1].oldest = TimestampMs(INT64_MAX);
  progress.partitions[1].bytes_behind = INT64_MAX;
  const auto lines = Lines(progress);
  REQUIRE(lines.size() == 3);
  CHECK(lines[1] == "events [0]: 1 record (0) behind");
  CHECK(lines[2].ends_with("behind, the oldest 0 old"));
}

}  // namespace gamevents::forward

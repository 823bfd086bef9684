// Goal: a worker's report says how far it is, and why it does not go on for as long as it does not.
// Method: what a worker tells it, step by step.
#include "core/forward/worker_report.h"

#include "tests/unit/catch.h"

namespace gamevents::forward {

TEST_CASE("a report follows what was copied") {
  WorkerReport report("events", 3, 100, true);
  CHECK(report.where() == "forward events [3]");
  CHECK_FALSE(report.Progress().next);
  report.Reached(40);
  report.Begins(TimestampMs{1'000});
  report.Copied(20, 2'000, 60);
  report.SourceEnds(200);
  report.SourceEnds(150);
  const PartitionProgress progress = report.Progress();
  CHECK(progress.next == 60);
  CHECK(progress.end == 200);
  CHECK(progress.oldest == TimestampMs{1'000});
  CHECK(progress.bytes_behind == 140 * 100);
  report.Copied(140, 14'000, 200);
  CHECK(report.Progress().bytes_behind == 0);
  CHECK_FALSE(report.Progress().oldest);
}

TEST_CASE("what keeps a worker is said until it goes on") {
  WorkerReport report("events", 0, 100, true);
  report.Reached(10);
  report.Waits("no broker answers");
  CHECK(report.Progress().last_error == "no broker answers");
  report.Connected();
  CHECK_FALSE(report.Progress().last_error);
  report.Stopped("the record is too large");
  // It is the next record: that the target answers is not enough.
  report.Connected();
  CHECK(report.Progress().stopped == "the record is too large");
  report.Copied(1, 10, 11);
  CHECK_FALSE(report.Progress().stopped);
  report.Stopped("another forwarder took over");
  report.Reached(100);
  report.Connected();
  CHECK_FALSE(report.Progress().stopped);
}

}  // namespace gamevents::forward

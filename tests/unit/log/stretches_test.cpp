// Goal: a reader beside the writer finds exactly the bytes of its range, whatever the indexes say.
// Method: a log of many small segments, sealed and growing; every range of it, in stretches of
// several sizes; indexes that lie; a log that ends too early.

#include "core/log/stretches.h"

#include "core/log/batch_scanner.h"
#include "core/log/segment.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <algorithm>

namespace gamevents::log {
namespace {

constexpr int64_t kRecords = 90;

/// Three records a batch, some batches a segment, an index entry for nearly every batch.
struct ViewFixture {
  SimulatedDisk disk;
  FixedClock clock{kTestNow};
  FilePool pool{10};
  Committer committer{Committer::Options{}};
  std::shared_ptr<Log> log;

  ViewFixture() {
    REQUIRE(disk.CreateDirectory("/t-0"));
    LogOptions options;
    options.segment_bytes = 2'000;
    options.index_interval_bytes = 1;
    log = Log::Open({disk, pool, committer, clock}, "/t-0", options, {}).value();
    for (int64_t i = 0; i < kRecords / 3; ++i) {
      MustAppend(*log, MakeBatch({std::string(50, 'a'), std::string(50, 'b'), "c"}));
    }
    REQUIRE(log->WaitCommitted(Offset(kRecords)));
  }

  /// The offsets of the batches' records, in the order of the stretches.
  std::vector<int64_t> Offsets(const std::vector<Stretch>& stretches) const {
    std::vector<int64_t> offsets;
    for (const Stretch& stretch : stretches) {
      const auto file = stretch.file->Get().value();
      BatchScanner scanner(*file, stretch.begin, stretch.end, BatchScanner::kWholeChunk);
      for (;;) {
        const auto batch = scanner.Next();
        REQUIRE(batch);
        if (!batch->has_value()) break;
        const BatchHeader& header = (*batch)->header;
        for (int64_t i = header.base_offset.value; i <= header.last_offset().value; ++i) {
          offsets.push_back(i);
        }
      }
    }
    return offsets;
  }

  void CheckEveryRange(uint64_t stretch_bytes) {
    for (int64_t from = 0; from <= kRecords; ++from) {
      for (int64_t to = from; to <= kRecords; ++to) {
        const auto stretches =
            FindStretches(disk, "/t-0", {Offset(from), Offset(to)}, stretch_bytes);
        REQUIRE(stretches);
        const auto offsets = Offsets(*stretches);
        if (from == to) {
          REQUIRE(offsets.empty());
          continue;
        }
        REQUIRE(offsets.front() <= from);
        REQUIRE(offsets.back() >= to - 1);
        REQUIRE(offsets.back() <= to + 1);
        // One after the other, none twice.
        REQUIRE(offsets.back() - offsets.front() + 1 == static_cast<int64_t>(offsets.size()));
        REQUIRE(std::ranges::is_sorted(offsets));
      }
    }
  }
};

TEST_CASE("every range is found, cut anywhere") {
  ViewFixture fixture;
  for (const uint64_t stretch_bytes : {uint64_t{1}, uint64_t{500}, uint64_t{1} << 30}) {
    fixture.CheckEveryRange(stretch_bytes);
  }
  const auto whole =
      FindStretches(fixture.disk, "/t-0", {Offset(0), Offset(kRecords)}, uint64_t{1} << 30);
  REQUIRE(whole);
  CHECK(whole->size() > 2);  // one a segment
  const auto small = FindStretches(fixture.disk, "/t-0", {Offset(0), Offset(kRecords)}, 500);
  REQUIRE(small);
  CHECK(small->size() > whole->size());
}

TEST_CASE("indexes that lie or are missing cost no record") {
  ViewFixture fixture;
  for (const std::string& path : fixture.disk.Files()) {
    if (!path.ends_with(".index")) continue;
    std::string bytes = fixture.disk.Get(path);
    for (size_t i = 7; i < bytes.size(); i += 8) bytes[i] = static_cast<char>(bytes[i] + 1);
    fixture.disk.Set(path, bytes);
  }
  fixture.CheckEveryRange(500);
  for (const std::string& path : fixture.disk.Files()) {
    if (path.ends_with(".index")) fixture.disk.Set(path, "");
  }
  fixture.CheckEveryRange(500);
}

TEST_CASE("a log without the range is an error that says how far it goes") {
  ViewFixture fixture;
  const auto beyond =
      FindStretches(fixture.disk, "/t-0", {Offset(0), Offset(kRecords + 1)}, 1 << 20);
  REQUIRE_FALSE(beyond);
  CHECK(beyond.error().fault == Fault::kCorrupt);
  CHECK(beyond.error().context.find("up to 90 only") != std::string::npos);
  CHECK_FALSE(FindStretches(fixture.disk, "/none-0", {Offset(0), Offset(1)}, 1 << 20));
  // The first segment has gone by retention.
  REQUIRE(fixture.disk.Remove("/t-0/" + OffsetFileName(Offset(0)) + ".log"));
  CHECK_FALSE(FindStretches(fixture.disk, "/t-0", {Offset(0), Offset(kRecords)}, 1 << 20));
}

}  // namespace
}  // namespace gamevents::log

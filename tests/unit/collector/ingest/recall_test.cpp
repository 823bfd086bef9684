// Goal: after a start the past is known by its records' headers, or the attempt can be made again.
// Method: a reader over records that the test wrote down; the real one is in tests/cli/test_events.
#include "core/collector/ingest/recall.h"

#include "core/collector/ingest/record_identity.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

constexpr TimestampMs kRecallNow(kTestNow + 123);
constexpr TimestampMs kSince(kRecallNow.value - 600'000);

// Gives one record after another, then an error or the end.
class ListReader final : public kafka::Reader {
 public:
  void Add(const RecordIdentity& identity, TimestampMs time) {
    identity.WriteHeaders(kept_.emplace_back().first);
    for (const kafka::Header& header : kept_.back().first) {
      kept_.back().second.push_back({header.name, *header.value});
    }
    kafka::RecordView record;
    record.timestamp = time;
    record.headers = kept_.back().second;
    records_.push_back(record);
  }

  std::span<const kafka::PartitionRange> ranges() const override { return {}; }
  Result<std::span<const kafka::RecordView>> Next(std::chrono::milliseconds) override {
    if (next_ == records_.size()) return Error{Fault::kUnavailable, "gone"};
    return std::span<const kafka::RecordView>(&records_[next_++], 1);
  }
  void LimitBatch(size_t) override {}
  std::vector<kafka::PartitionRange> TakeFinished() override { return {}; }
  bool Finished() const override { return !fails && next_ == records_.size(); }
  Status Commit() override { return Done{}; }

  bool fails = false;

 private:
  // A deque, so that what the views point at stays where it is.
  std::deque<std::pair<std::vector<kafka::Header>, std::vector<kafka::HeaderView>>> kept_;
  std::vector<kafka::RecordView> records_;
  size_t next_ = 0;
};

bool Knows(Duplicates& duplicates, IdHash id) {
  const bool known = duplicates.Take(id, kRecallNow, 0, nullptr) == Duplicates::Claim::kStored;
  if (!known) duplicates.Refused(id);
  return known;
}

}  // namespace

TEST_CASE("the window's events are known again by their headers") {
  ListReader reader;
  reader.Add({"before", "", "", 0, 0}, TimestampMs(kSince.value - 1));
  reader.Add({"own", "", "", 0, 0}, kRecallNow);
  reader.Add({}, kRecallNow);
  reader.Add({"cloud", "/s", "", 0, 0}, kRecallNow);
  reader.Add({"", "", "key", 4, 77}, kRecallNow);
  // An event's own time says nothing of when it came.
  constexpr TimestampMs kDaysAgo(kRecallNow.value - 300'000'000);
  reader.Add({"late", "", "", 0, 0, kRecallNow}, kDaysAgo);
  reader.Add({"long ago", "", "", 0, 0, kDaysAgo}, kRecallNow);
  Duplicates duplicates({std::chrono::minutes(10), 100});
  REQUIRE(RecallFrom(reader, kSince, 100, duplicates, [] { return false; }).ok());
  CHECK(duplicates.recalled());
  CHECK_FALSE(Knows(duplicates, EventIdentity("before", "")));
  CHECK(Knows(duplicates, EventIdentity("own", "")));
  CHECK(Knows(duplicates, EventIdentity("cloud", "/s")));
  CHECK_FALSE(Knows(duplicates, EventIdentity("cloud", "")));
  CHECK(Knows(duplicates, PlaceIdentity("key", 4)));
  CHECK(Knows(duplicates, EventIdentity("late", "")));
  CHECK_FALSE(Knows(duplicates, EventIdentity("long ago", "")));
  CHECK_FALSE(Knows(duplicates, PlaceIdentity("key", 5)));
  CHECK_FALSE(duplicates.OpenRequest("key", 78, kRecallNow));
  CHECK(duplicates.OpenRequest("key", 77, kRecallNow));
}

TEST_CASE("of several partitions the latest names are known, whichever is read first") {
  constexpr size_t kKept = 100;
  ListReader reader;
  // Each partition has the same times, and is read from its first record to its last.
  for (const char* partition : {"a", "b", "c"}) {
    for (int64_t i = 0; i < 200; ++i) {
      reader.Add({partition + std::to_string(i), "", "", 0, 0},
                 TimestampMs(kRecallNow.value - 2000 + i));
    }
  }
  Duplicates duplicates({std::chrono::minutes(10), kKept});
  REQUIRE(RecallFrom(reader, kSince, kKept, duplicates, [] { return false; }).ok());
  size_t known = 0;
  for (const char* partition : {"a", "b", "c"}) {
    for (int64_t i = 0; i < 200; ++i) {
      const bool is_known = Knows(duplicates, EventIdentity(partition + std::to_string(i), ""));
      INFO(partition << i);
      // Three have each time, so that a hundred reach back to the 34th last.
      if (i >= 167) CHECK(is_known);
      if (i < 166) CHECK_FALSE(is_known);
      known += is_known ? size_t{1} : size_t{0};
    }
  }
  CHECK(known == kKept);
  // The next one takes the place of the earliest, not of whichever was read first.
  REQUIRE(duplicates.Take(EventIdentity("new", ""), kRecallNow, 0, nullptr) ==
          Duplicates::Claim::kYours);
  duplicates.Stored(std::vector{std::optional(EventIdentity("new", ""))}, kRecallNow);
  CHECK(Knows(duplicates, EventIdentity("a199", "")));
}

TEST_CASE("a past that could not be read is not known, and may be read again") {
  ListReader reader;
  reader.Add({"own", "", "", 0, 0}, kRecallNow);
  reader.fails = true;
  Duplicates duplicates({std::chrono::minutes(10), 100});
  const Status failed = RecallFrom(reader, kSince, 100, duplicates, [] { return false; });
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().context == "read the ids of earlier events: gone");
  const Status given_up = RecallFrom(reader, kSince, 100, duplicates, [] { return true; });
  REQUIRE_FALSE(given_up.ok());
  CHECK(given_up.error().fault == Fault::kClosed);
  CHECK_FALSE(duplicates.recalled());
  // As every new attempt does, it begins at the range's first record.
  ListReader again;
  again.Add({"own", "", "", 0, 0}, kRecallNow);
  CHECK(RecallFrom(again, kSince, 100, duplicates, [] { return false; }).ok());
  CHECK(duplicates.recalled());
  CHECK(Knows(duplicates, EventIdentity("own", "")));
}

}  // namespace gamevents::collector

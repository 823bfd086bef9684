// Goal: two records have the same landmark only where nothing tells them apart. Method: one record,
// changed in one thing at a time.
#include "core/kafka/landmark.h"

#include "tests/unit/catch.h"

#include <vector>

namespace gamevents::kafka {

TEST_CASE("a landmark changes with each part of its record") {
  RecordView record;
  record.offset = 7;
  record.timestamp = TimestampMs(1'795'428'000'123);
  record.key = "ab";
  record.value = "c";
  const Landmark mark = LandmarkOf(record);
  CHECK(mark.offset == 7);
  CHECK(LandmarkOf(record) == mark);
  RecordView other = record;
  other.timestamp = TimestampMs(record.timestamp.value + 1);
  CHECK(LandmarkOf(other).crc != mark.crc);
  other = record;
  other.value = "d";
  CHECK(LandmarkOf(other).crc != mark.crc);
  other = record;
  other.key = "a";
  other.value = "bc";
  CHECK(LandmarkOf(other).crc != mark.crc);
  other = record;
  other.key = "";
  RecordView null = record;
  null.key = std::nullopt;
  CHECK(LandmarkOf(other).crc != LandmarkOf(null).crc);
}

TEST_CASE("each partition has the landmark of its last record") {
  std::vector<RecordView> records(5);
  for (size_t i = 0; i < records.size(); ++i) {
    records[i].partition = i == 2 ? 1 : 0;
    records[i].offset = static_cast<int64_t>(i);
  }
  const auto landmarks = LandmarksOf(records);
  REQUIRE(landmarks.size() == 2);
  CHECK(landmarks.at(0) == LandmarkOf(records[4]));
  CHECK(landmarks.at(1) == LandmarkOf(records[2]));
  CHECK(LandmarksOf({}).empty());
}

}  // namespace gamevents::kafka

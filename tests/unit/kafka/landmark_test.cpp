// Goal: two records have the same landmark only where nothing tells them apart. Method: one record,
// changed in one thing at a time.
#include "core/kafka/landmark.h"

#include "tests/unit/catch.h"

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

}  // namespace gamevents::kafka

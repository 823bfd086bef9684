// Goal: a batch holds what was added, no more than it may, and can be freed of single records.
// Method: records in, the batch's bytes walked.
#include "core/embedded/open_batch.h"

#include "core/base/bytes.h"
#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"

#include <initializer_list>
#include <string>
#include <vector>

namespace gamevents::embedded {
namespace {

kafka::OutgoingRecord FullRecord(const std::string& value) {
  kafka::OutgoingRecord record;
  record.topic = "t";
  record.key = "key";
  record.value = value;
  record.headers = {{"name", "value"}, {"null", std::nullopt}};
  return record;
}

std::vector<std::string> ValuesOf(std::span<const std::byte> batch) {
  std::vector<log::Read> records;
  REQUIRE(log::TakeBatch(batch, log::Offset(0), records).ok());
  std::vector<std::string> values;
  for (const log::Read& record : records) values.push_back(record.value);
  return values;
}

}  // namespace

TEST_CASE("what a record takes at the most is no less than what it takes") {
  for (const size_t size : std::initializer_list<size_t>{0, 1, 100, 200, 20'000, 3'000'000}) {
    OpenBatch batch;
    const auto record = FullRecord(std::string(size, 'x'));
    batch.Add(record, TimestampMs(kTestNow), nullptr);
    const size_t taken = batch.records.size_bytes() - log::kBatchHeaderSize;
    CHECK(taken <= EncodedBytesMax(record));
    CHECK(batch.bytes == static_cast<int64_t>(size + 3));
  }
}

TEST_CASE("a batch takes one record of any size, and then as many as fit") {
  OpenBatch batch;
  batch.bytes_max = 1'000;
  const auto record = FullRecord(std::string(300, 'x'));
  CHECK(batch.HasRoomFor(FullRecord(std::string(5'000, 'x'))));
  int added = 0;
  for (; batch.HasRoomFor(record); ++added) batch.Add(record, TimestampMs(kTestNow), nullptr);
  CHECK(added == 2);
  CHECK(batch.deliveries.size() == 2);
  CHECK(batch.records.Finish().value().size() <= 1'000);
}

TEST_CASE("records are taken out of a batch, and the others stay as they were") {
  const auto codec = GENERATE(log::Codec::kNone, log::Codec::kZstd);
  OpenBatch batch;
  batch.records = log::BatchBuilder({.codec = codec});
  for (const std::string value : {"a", "b", "c", "d"}) {
    batch.Add(FullRecord(value), TimestampMs(kTestNow), nullptr);
  }
  const auto bytes = batch.records.Finish().value();
  const std::vector<log::RefusedRecord> refused = {{0, "why"}, {2, "why"}};
  const auto rest = WithoutRecords(bytes, refused).value();
  CHECK(ValuesOf(rest) == std::vector<std::string>{"b", "d"});
  CHECK(log::ReadBatchHeader(rest).codec() == codec);
  CHECK(std::holds_alternative<log::BatchHeader>(log::CheckBatch(rest)));
  CHECK(log::CheckRecords(log::ReadBatchHeader(rest), rest).ok());
}

}  // namespace gamevents::embedded

// Goal: a batch holds what was added, no more than it may, and can be freed of single records.
// Method: records in, the batch's bytes walked.
#include "core/embedded/open_batch.h"

#include "core/base/bytes.h"
#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"

#include <initializer_list>
#include <optional>
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

// Whom the last delivery was told to.
std::optional<std::string> told_to;

kafka::OnDelivery NoteAs(const std::string& name) {
  return [name](const Result<kafka::Delivery>&, kafka::RecordNumbers) { told_to = name; };
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
    batch.Add(record, TimestampMs(kTestNow), nullptr, 0);
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
  for (; batch.HasRoomFor(record); ++added) batch.Add(record, TimestampMs(kTestNow), nullptr, 0);
  CHECK(added == 2);
  CHECK(batch.records.Finish().value().size() <= 1'000);
}

TEST_CASE("records are taken out of a batch, and the others stay as they were") {
  const auto codec = GENERATE(log::Codec::kNone, log::Codec::kZstd);
  OpenBatch batch;
  batch.records = log::BatchBuilder({.codec = codec});
  for (const std::string value : {"a", "b", "c", "d"}) {
    batch.Add(FullRecord(value), TimestampMs(kTestNow), nullptr, 0);
  }
  const auto bytes = batch.records.Finish().value();
  const std::vector<log::RefusedRecord> refused = {{0, "why"}, {2, "why"}};
  const auto rest = WithoutRecords(bytes, refused).value();
  CHECK(ValuesOf(rest) == std::vector<std::string>{"b", "d"});
  CHECK(log::ReadBatchHeader(rest).codec() == codec);
  CHECK(std::holds_alternative<log::BatchHeader>(log::CheckBatch(rest)));
  CHECK(log::CheckRecords(log::ReadBatchHeader(rest), rest).ok());
}

namespace {

// "a0+3 b5+1": whose numbers, how many.
std::string Shown(const std::vector<Addressee>& addressees) {
  std::string text;
  for (const auto& [on_delivery, numbers] : addressees) {
    if (!text.empty()) text += ' ';
    on_delivery(Error{Fault::kIo, "told"}, numbers);
    text += *told_to + std::to_string(numbers.first) + "+" + std::to_string(numbers.count);
  }
  return text;
}

}  // namespace

TEST_CASE("who sent records that follow each other is told of all of them at once") {
  const kafka::OnDelivery a = NoteAs("a");
  const kafka::OnDelivery b = NoteAs("b");
  OpenBatch batch;
  const auto add = [&batch](const kafka::OnDelivery& on_delivery, size_t number) {
    batch.Add(FullRecord("x"), TimestampMs(kTestNow), on_delivery, number);
  };
  for (const size_t number : {7U, 8U, 9U}) add(a, number);
  add(b, 10);
  add(b, 12);
  for (const size_t number : {0U, 1U, 2U, 3U}) add(a, number);
  CHECK(Shown(batch.addressees) == "a7+3 b10+1 b12+1 a0+4");

  const std::vector<log::RefusedRecord> refused = {{1, ""}, {3, ""}, {5, ""}, {6, ""}, {8, ""}};
  const auto taken = TakeAddressees(batch.addressees, refused);
  CHECK(Shown(taken) == "a8+1 b10+1 a0+1 a1+1 a3+1");
  CHECK(Shown(batch.addressees) == "a7+1 a9+1 b12+1 a2+1");
}

}  // namespace gamevents::embedded

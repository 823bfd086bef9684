// Goal: a topic is read from where was asked to its end as it was, exactly, and failures are told.
// Method: librdkafka's mock brokers, filled through the producer of this room.
#include "core/kafka/reader.h"

#include "core/kafka/producer.h"
#include "tests/unit/catch.h"
#include "tests/unit/kafka/mock_cluster.h"

#include <map>
#include <set>
#include <thread>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Kind = Position::Kind;

// Fills partition 0 to `partitions`-1 of "events" with `count` records each.
void Fill(MockCluster& cluster, int32_t partitions, int count, const std::string& padding = {}) {
  const auto producer = ProducerTo(cluster);
  for (int32_t partition = 0; partition < partitions; ++partition) {
    for (int i = 0; i < count; ++i) {
      OutgoingRecord record;
      record.topic = "events";
      record.partition = partition;
      record.key = "k" + std::to_string(i);
      record.value = std::to_string(i) + padding;
      if (i % 2 == 1) record.headers = {{"name", "value"}, {"null", std::nullopt}, {"", ""}};
      REQUIRE(producer->Send(std::move(record), nullptr).ok());
    }
  }
  REQUIRE(producer->Flush(milliseconds(10'000)).ok());
}

ReaderOptions ReaderTestOptions(const ClientOptions& client, PositionRange range = {}) {
  ReaderOptions options;
  options.client = client;
  options.topic = "events";
  options.range = range;
  return options;
}

struct Read {
  std::vector<std::pair<int32_t, int64_t>> places;
  std::vector<PartitionRange> finished;
};

Read ReadAll(Reader& reader) {
  Read read;
  const auto deadline = steady_clock::now() + std::chrono::seconds(30);
  while (!reader.Finished()) {
    auto records = reader.Next(milliseconds(100));
    if (!records) FAIL(records.error().context);
    for (const RecordView& record : *records) {
      read.places.emplace_back(record.partition, record.offset);
    }
    REQUIRE(steady_clock::now() < deadline);
  }
  read.finished = reader.TakeFinished();
  return read;
}

}  // namespace

TEST_CASE("the ranges are found without reading them") {
  MockCluster cluster;
  cluster.CreateTopic("events", 2);
  Fill(cluster, 1, 7);
  const auto ranges =
      Reader::Find(ReaderTestOptions(cluster.client(), {{Kind::kOffset, 3}, {Kind::kEnd, 0}}));
  REQUIRE_FALSE(ranges.ok());
  CHECK(ranges.error().fault == Fault::kBadInput);  // the other partition has no offset 3
  ReaderOptions options = ReaderTestOptions(cluster.client());
  options.starts = {{0, 3}};
  const auto found = Reader::Find(options);
  REQUIRE(found.ok());
  REQUIRE(found->size() == 2);
  CHECK((*found)[0].begin == 3);
  CHECK((*found)[0].end == 7);
  CHECK((*found)[1].begin == (*found)[1].end);
}

TEST_CASE("headers can be left out") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 4);
  ReaderOptions options = ReaderTestOptions(cluster.client());
  options.headers = false;
  auto reader = Reader::Open(options);
  REQUIRE(reader.ok());
  int64_t count = 0;
  while (!(*reader)->Finished()) {
    auto records = (*reader)->Next(milliseconds(100));
    REQUIRE(records.ok());
    for (const RecordView& record : *records) CHECK(record.headers.empty());
    count += static_cast<int64_t>(records->size());
  }
  CHECK(count == 4);
}

TEST_CASE("each partition can have a start and an end of its own") {
  MockCluster cluster;
  cluster.CreateTopic("events", 2);
  Fill(cluster, 2, 20);
  ReaderOptions options = ReaderTestOptions(cluster.client());
  options.starts = {{0, 5}, {1, 18}};
  options.ends = {{0, 8}, {1, 1'000}};
  auto reader = Reader::Open(options);
  REQUIRE(reader.ok());
  std::set<std::pair<int32_t, int64_t>> places;
  for (const auto& place : ReadAll(**reader).places) places.insert(place);
  CHECK(places == std::set<std::pair<int32_t, int64_t>>{{0, 5}, {0, 6}, {0, 7}, {1, 18}, {1, 19}});
}

TEST_CASE("everything is read once, in order, with keys and headers") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 50);
  auto reader = Reader::Open(ReaderTestOptions(cluster.client()));
  REQUIRE(reader.ok());
  REQUIRE((*reader)->ranges().size() == 1);
  CHECK((*reader)->ranges()[0].end == 50);
  int64_t next = 0;
  while (!(*reader)->Finished()) {
    auto records = (*reader)->Next(milliseconds(100));
    REQUIRE(records.ok());
    for (const RecordView& record : *records) {
      CHECK(record.topic == "events");
      CHECK(record.offset == next);
      CHECK(record.value == std::to_string(next));
      CHECK(record.key == "k" + std::to_string(next));
      CHECK(record.timestamp_type == TimestampType::kCreateTime);
      REQUIRE(record.headers.size() == (next % 2 == 1 ? 3u : 0u));
      if (next % 2 == 1) {
        CHECK(record.headers[0].name == "name");
        CHECK(record.headers[0].value == "value");
        CHECK_FALSE(record.headers[1].value.has_value());
        CHECK(record.headers[2].value == "");
      }
      ++next;
    }
  }
  CHECK(next == 50);
  CHECK((*reader)->TakeFinished().size() == 1);
  CHECK((*reader)->TakeFinished().empty());
  const auto after = (*reader)->Next(milliseconds(10));
  REQUIRE(after.ok());
  CHECK(after->empty());
}

TEST_CASE("many partitions end one by one, the empty ones too") {
  MockCluster cluster(3);
  cluster.CreateTopic("events", 6);
  Fill(cluster, 4, 300);
  auto reader = Reader::Open(ReaderTestOptions(cluster.client()));
  REQUIRE(reader.ok());
  const Read read = ReadAll(**reader);
  CHECK(read.finished.size() == 6);
  CHECK(read.places.size() == 1'200);
  CHECK(std::set(read.places.begin(), read.places.end()).size() == 1'200);
}

TEST_CASE("a range is read and nothing outside of it") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 100);
  struct Row {
    PositionRange range;
    int64_t begin;
    int64_t end;
  };
  for (const Row& row : {Row{{{Kind::kOffset, 10}, {Kind::kOffset, 20}}, 10, 20},
                         Row{{{Kind::kFromEnd, 5}, {Kind::kEnd, 0}}, 95, 100},
                         Row{{{Kind::kFromEnd, 500}, {Kind::kOffset, 3}}, 0, 3},
                         Row{{{Kind::kOffset, 90}, {Kind::kOffset, 5'000}}, 90, 100},
                         Row{{{Kind::kEnd, 0}, {Kind::kEnd, 0}}, 100, 100},
                         Row{{{Kind::kOffset, 50}, {Kind::kFromEnd, 90}}, 50, 50}}) {
    auto reader = Reader::Open(ReaderTestOptions(cluster.client(), row.range));
    REQUIRE(reader.ok());
    CHECK((*reader)->ranges()[0].begin == row.begin);
    CHECK((*reader)->ranges()[0].end == row.end);
    const Read read = ReadAll(**reader);
    REQUIRE(read.places.size() == static_cast<size_t>(row.end - row.begin));
    if (!read.places.empty()) {
      CHECK(read.places.front().second == row.begin);
      CHECK(read.places.back().second == row.end - 1);
    }
  }
}

TEST_CASE("an offset or a partition that is not there is refused") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 3);
  const auto late =
      Reader::Open(ReaderTestOptions(cluster.client(), {{Kind::kOffset, 4}, {Kind::kEnd, 0}}));
  REQUIRE_FALSE(late.ok());
  CHECK(late.error().fault == Fault::kBadInput);
  ReaderOptions options = ReaderTestOptions(cluster.client());
  options.partitions = {0, 3};
  const auto missing = Reader::Open(options);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().fault == Fault::kNotFound);
}

TEST_CASE("following goes on with what arrives later") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 5);
  ReaderOptions options = ReaderTestOptions(cluster.client(), {{Kind::kEnd, 0}, {Kind::kEnd, 0}});
  options.follow = true;
  auto reader = Reader::Open(options);
  REQUIRE(reader.ok());
  CHECK_FALSE((*reader)->Finished());
  Fill(cluster, 1, 5);
  std::vector<int64_t> offsets;
  const auto deadline = steady_clock::now() + std::chrono::seconds(20);
  while (offsets.size() < 5 && steady_clock::now() < deadline) {
    auto records = (*reader)->Next(milliseconds(50));
    REQUIRE(records.ok());
    for (const RecordView& record : *records) offsets.push_back(record.offset);
  }
  CHECK(offsets == std::vector<int64_t>{5, 6, 7, 8, 9});
  CHECK((*reader)->TakeFinished().empty());
}

TEST_CASE("a group goes on where it has committed") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 30);
  ReaderOptions options =
      ReaderTestOptions(cluster.client(), {{Kind::kBeginning, 0}, {Kind::kOffset, 10}});
  options.group = "readers";
  {
    auto reader = Reader::Open(options);
    REQUIRE(reader.ok());
    CHECK(ReadAll(**reader).places.size() == 10);
    const Status committed = (*reader)->Commit();
    if (!committed) FAIL(committed.error().context);
  }
  options.range = {};
  auto reader = Reader::Open(options);
  REQUIRE(reader.ok());
  CHECK((*reader)->ranges()[0].begin == 10);
  CHECK(ReadAll(**reader).places.size() == 20);
}

TEST_CASE("an outage while reading ends in an error, a short one does not") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 5);
  ReaderOptions options = ReaderTestOptions(cluster.client(milliseconds(2'000)));
  options.follow = true;
  auto reader = Reader::Open(options);
  REQUIRE(reader.ok());

  // Idle for longer than the timeout, with a broker that is well: no error.
  auto until = steady_clock::now() + milliseconds(3'000);
  size_t count = 0;
  while (steady_clock::now() < until) {
    auto records = (*reader)->Next(milliseconds(100));
    REQUIRE(records.ok());
    count += records->size();
  }
  CHECK(count == 5);

  rd_kafka_mock_broker_set_down(cluster.get(), 1);
  until = steady_clock::now() + milliseconds(15'000);
  std::optional<Error> outage;
  while (!outage && steady_clock::now() < until) {
    auto records = (*reader)->Next(milliseconds(100));
    if (!records) outage = records.error();
  }
  REQUIRE(outage.has_value());
  CHECK(outage->fault == Fault::kUnavailable);
  INFO(outage->context);
  CHECK(outage->context.find("127.0.0.1:") != std::string::npos);
}

// Follows from the beginning until an error comes.
Error FollowToError(Reader& reader, std::chrono::seconds patience) {
  const auto deadline = steady_clock::now() + patience;
  while (steady_clock::now() < deadline) {
    auto records = reader.Next(milliseconds(50));
    if (!records) return std::move(records).error();
  }
  FAIL("no error came");
  return {};
}

// A reader that follows and has read the 5 records that there were, and whose next fetch finds its
// offset out of range.
std::unique_ptr<Reader> OpenThenOutOfRange(MockCluster& cluster) {
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 5);
  ReaderOptions options = ReaderTestOptions(cluster.client());
  options.follow = true;
  auto reader = Reader::Open(options);
  REQUIRE(reader.ok());
  for (size_t count = 0; count < 5;) {
    auto records = (*reader)->Next(milliseconds(10'000));
    REQUIRE(records.ok());
    count += records->size();
  }
  const std::vector<rd_kafka_resp_err_t> errors(10, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE);
  rd_kafka_mock_push_request_errors_array(cluster.get(), kFetchKey, errors.size(), errors.data());
  std::this_thread::sleep_for(milliseconds(500));  // Nothing is fetched of it after the first.
  return std::move(*reader);
}

TEST_CASE("records that are deleted under the reader are reported, not jumped over") {
  MockCluster cluster;
  const auto reader = OpenThenOutOfRange(cluster);
  // The mock brokers keep 5 MiB of a partition.
  Fill(cluster, 1, 60, std::string(100'000, 'x'));
  const Error error = FollowToError(*reader, std::chrono::seconds(10));
  INFO(error.context);
  CHECK(error.fault == Fault::kNotFound);
  CHECK(error.context.find("from offset 5 on were deleted") != std::string::npos);
}

TEST_CASE("a log that had not the next offset, and has it again, is another one") {
  MockCluster cluster;
  const auto reader = OpenThenOutOfRange(cluster);
  Fill(cluster, 1, 5);
  const Error error = FollowToError(*reader, std::chrono::seconds(10));
  INFO(error.context);
  CHECK(error.fault == Fault::kCorrupt);
  CHECK(error.context.find("the log ended before offset 5") != std::string::npos);
}

TEST_CASE("a log that goes on while nothing of it can be read is no wait for ever") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 5);
  // Offsets are told, and nothing is fetched.
  const std::vector<rd_kafka_resp_err_t> errors(1'000, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
  rd_kafka_mock_push_request_errors_array(cluster.get(), kFetchKey, errors.size(), errors.data());
  for (const bool follow : {false, true}) {
    ReaderOptions options = ReaderTestOptions(cluster.client(milliseconds(1'000)));
    options.follow = follow;
    options.starts = {{0, 2}};
    auto reader = Reader::Open(options);
    REQUIRE(reader.ok());
    const auto begin = steady_clock::now();
    const Error error = FollowToError(**reader, std::chrono::seconds(10));
    INFO(error.context);
    CHECK(error.fault == Fault::kUnavailable);
    CHECK(error.context.find("topic events [0]: no record came from offset 2 on") !=
          std::string::npos);
    CHECK(error.context.find("ends at offset 5") != std::string::npos);
    CHECK(steady_clock::now() - begin >= milliseconds(1'000));
  }
}

TEST_CASE("who follows a topic that is deleted is told") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Fill(cluster, 1, 5);
  ReaderOptions options = ReaderTestOptions(cluster.client());
  options.follow = true;
  auto reader = Reader::Open(options);
  REQUIRE(reader.ok());
  while (true) {
    auto records = (*reader)->Next(milliseconds(100));
    REQUIRE(records.ok());
    if (!records->empty()) break;
  }
  // Metadata says that there is none; what is being fetched goes on for a while.
  rd_kafka_mock_topic_set_error(cluster.get(), "events", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  const Error error = FollowToError(**reader, std::chrono::seconds(8));
  INFO(error.context);
  CHECK(error.fault == Fault::kNotFound);
  CHECK(error.context.find("topic events") != std::string::npos);
  CHECK(error.context.find("was deleted") != std::string::npos);
}

TEST_CASE("a topic is known again by a record that was read of it") {
  MockCluster cluster;
  cluster.CreateTopic("events", 2);
  Fill(cluster, 2, 5);
  ReaderOptions options = ReaderTestOptions(cluster.client());
  options.follow = true;
  std::map<int32_t, Landmark> landmarks;
  {
    auto reader = Reader::Open(options);
    REQUIRE(reader.ok());
    for (int count = 0; count < 10;) {
      auto records = (*reader)->Next(milliseconds(100));
      REQUIRE(records.ok());
      for (const RecordView& record : *records) {
        if (record.offset == 3) landmarks[record.partition] = LandmarkOf(record);
        ++count;
      }
    }
  }
  REQUIRE(landmarks.size() == 2);
  options.starts = {{0, 4}, {1, 4}};
  options.landmarks = landmarks;
  CHECK(Reader::Open(options).ok());
  // One that is beyond the log, or was deleted, says nothing.
  options.landmarks[1] = {77, 1};
  CHECK(Reader::Open(options).ok());
  options.landmarks[1] = {3, landmarks[1].crc + 1};
  // As a rule the opening sees it; on a busy machine a look of the first seconds.
  auto other = Reader::Open(options);
  const Error error = other ? FollowToError(**other, std::chrono::seconds(10)) : other.error();
  INFO(error.context);
  CHECK(error.fault == Fault::kCorrupt);
  CHECK(error.context.find("topic events [1]: it is another topic now") != std::string::npos);
}

TEST_CASE("properties that would break the reader's promises are refused") {
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, const char*>>{{"auto.offset.reset", "latest"},
                                                                  {"enable.partition.eof", "false"},
                                                                  {"enable.auto.commit", "true"},
                                                                  {"group.id", "other"},
                                                                  {"log.queue", "true"},
                                                                  {"no.such.property", "1"},
                                                                  {"fetch.wait.max.ms", "soon"}}) {
    ReaderOptions options =
        ReaderTestOptions({"127.0.0.1:1", {{name, value}}, milliseconds(500), "test"});
    INFO(name);
    const Error error = Reader::Open(options).error();
    CHECK(error.fault == Fault::kBadInput);
    const Status checked = Reader::Check(options);
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.error().fault == Fault::kBadInput);
    CHECK(checked.error().context == error.context);
  }
  CHECK(Reader::Check(ReaderTestOptions({"127.0.0.1:1", {{"fetch.wait.max.ms", "10"}}})).ok());
}

}  // namespace gamevents::kafka

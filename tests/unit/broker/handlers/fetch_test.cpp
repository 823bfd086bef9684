// Goal: a consumer gets every byte below the high watermark, no more than it asked for, and as soon
// as it is there. Method: Fetch through Broker::Answer, with appends while it waits.
#include "tests/unit/broker/handlers/fixture.h"

namespace gamevents::broker {
namespace {

using log::MakeBatch;
using std::chrono::steady_clock;

FetchRequest From(int64_t offset, int32_t max_wait_ms = 0, int32_t min_bytes = 1) {
  FetchRequest request;
  request.max_wait_ms = max_wait_ms;
  request.min_bytes = min_bytes;
  FetchPartition partition;
  partition.fetch_offset = offset;
  partition.partition_max_bytes = 1 << 20;
  request.topics = {{"t", {}, {partition}}};
  return request;
}

constexpr int16_t kLastWithNames = 12;

FetchResponse Fetched(BrokerFixture& f, const FetchRequest& request,
                      int16_t version = kLastWithNames) {
  return f.Ask<FetchResponse>(request, version);
}

const FetchPartitionData& Only(const FetchResponse& response) {
  return response.responses.at(0).partitions.at(0);
}

// Appends and waits until it is readable.
void Put(BrokerFixture& f, const std::string& topic, const std::string& value,
         int32_t partition = 0) {
  const auto log = f.logs->Partition(topic, partition);
  const auto appended = MustAppend(*log, MakeBatch({value}));
  REQUIRE(log->WaitCommitted(appended.next_offset).ok());
}

// The base offsets of the batches in an answer, each of which is whole and valid.
std::vector<int64_t> Batches(const FetchPartitionData& data) {
  std::vector<int64_t> offsets;
  REQUIRE(data.records);
  std::span<const std::byte> rest = data.records->bytes;
  while (!rest.empty()) {
    REQUIRE(rest.size() >= log::kBatchHeaderSize);
    const log::BatchHeader header = log::ReadBatchHeader(rest);
    REQUIRE(rest.size() >= header.size());
    CHECK(log::BatchCrc(rest.first(header.size())) == header.crc);
    offsets.push_back(header.base_offset.value);
    rest = rest.subspan(header.size());
  }
  return offsets;
}

using Offsets = std::vector<int64_t>;

}  // namespace

TEST_CASE("what is there is given at once") {
  BrokerFixture f;
  f.MakeTopic("t");
  for (const char* value : {"a", "b", "c"}) Put(f, "t", value);
  const auto all = Fetched(f, From(0, 60'000));
  CHECK(all.error_code == ErrorCode::kNone);
  CHECK(all.session_id == 0);
  CHECK(Batches(Only(all)) == Offsets{0, 1, 2});
  CHECK(Only(all).high_watermark == 3);
  CHECK(Only(all).last_stable_offset == 3);
  CHECK(Only(all).log_start_offset == 0);
  CHECK_FALSE(Only(all).aborted_transactions);
  CHECK(Batches(Only(Fetched(f, From(2)))) == Offsets{2});

  FetchRequest committed = From(0);
  committed.isolation_level = 1;
  const auto answer = Fetched(f, committed);
  REQUIRE(Only(answer).aborted_transactions);
  CHECK(Only(answer).aborted_transactions->empty());
  CHECK(Batches(Only(answer)) == Offsets{0, 1, 2});
}

TEST_CASE("limits are kept, but the first batch always comes") {
  BrokerFixture f;
  f.MakeTopic("t", 2);
  for (int i = 0; i < 3; ++i) {
    Put(f, "t", std::string(1000, 'x'));
    Put(f, "t", std::string(1000, 'y'), 1);
  }
  FetchRequest request = From(0);
  FetchPartition other = request.topics[0].partitions[0];
  other.partition = 1;
  request.topics[0].partitions.push_back(other);
  const auto counts = [&] {
    const auto answer = Fetched(f, request);
    return std::pair(Batches(answer.responses.at(0).partitions.at(0)).size(),
                     Batches(answer.responses.at(0).partitions.at(1)).size());
  };
  CHECK(counts() == std::pair<size_t, size_t>(3, 3));
  request.topics[0].partitions[0].partition_max_bytes = 2500;
  // Fewer than fit may come, for the index is sparse; never none, never more.
  CHECK(counts().first >= 1);
  CHECK(counts().first <= 2);
  CHECK(counts().second == 3);
  request.max_bytes = 4000;
  CHECK(counts().first >= 1);
  CHECK(counts().first + counts().second <= 3);
  request.max_bytes = 1;
  CHECK(counts() == std::pair<size_t, size_t>(1, 0));
  request.max_bytes = -1;
  request.topics[0].partitions[0].partition_max_bytes = -1;
  CHECK(counts() == std::pair<size_t, size_t>(1, 0));
  request.max_bytes = INT32_MAX;
  request.topics[0].partitions[0].partition_max_bytes = 10;
  request.topics[0].partitions[1].partition_max_bytes = 10;
  CHECK(counts() == std::pair<size_t, size_t>(1, 0));
}

TEST_CASE("a fetch at the end waits, and is woken by an append long before its time is over") {
  BrokerFixture f;
  f.MakeTopic("t");
  const auto began = steady_clock::now();
  const auto waiting = f.Start(From(0, 30'000), 12);
  CHECK_FALSE(waiting->has_value());
  Put(f, "t", "a");
  const auto answer = f.Read<FetchResponse>(f.Await(waiting), 12);
  CHECK(Batches(Only(answer)) == Offsets{0});
  CHECK(steady_clock::now() - began < std::chrono::seconds(20));
}

TEST_CASE("a fetch that waits holds no request memory, however large its request was") {
  BrokerFixture f;
  f.MakeTopic("t");
  RequestBudget budget(1 << 20);
  RequestBudget::Lease lease;
  REQUIRE(budget.TryTake(lease, 1 << 20));
  const auto frame =
      EncodeRequest(From(0, 30'000), RequestHeader{ApiKey::kFetch, 12, ++f.correlation, "tester"});
  REQUIRE(frame.ok());
  // What comes behind the last field is ignored.
  std::vector<std::byte> bytes(frame->bytes.begin() + kFrameSizeBytes, frame->bytes.end());
  bytes.resize(1 << 20);
  const auto waiting = f.StartFrame(bytes, std::move(lease));
  CHECK_FALSE(waiting->has_value());
  CHECK(budget.free() == 1 << 20);
  CHECK(f.broker->fetch_wait_memory.free() < f.options.limits.fetch_wait_memory_max);
  Put(f, "t", "a");
  CHECK(Batches(Only(f.Read<FetchResponse>(f.Await(waiting), 12))) == Offsets{0});
  CHECK(f.broker->fetch_wait_memory.free() == f.options.limits.fetch_wait_memory_max);
}

TEST_CASE("what fetches that wait keep is limited: beyond it they do not wait") {
  BrokerOptions options;
  options.limits.fetch_wait_memory_max = 2000;
  BrokerFixture f(options);
  f.MakeTopic("t");
  FetchRequest large = From(0, 30'000);
  large.topics[0].partitions.resize(100, large.topics[0].partitions[0]);
  large.forgotten_topics_data = {{"u", {}, {1, 2}}};
  const auto began = steady_clock::now();
  const auto answer = Fetched(f, large);
  CHECK(answer.responses.at(0).partitions.size() == 100);
  CHECK(answer.responses.at(0).partitions[99].error_code == ErrorCode::kNone);
  CHECK(steady_clock::now() - began < std::chrono::seconds(20));
  const auto small = f.Start(From(0, 30'000), 12);
  CHECK_FALSE(small->has_value());
}

TEST_CASE("it waits for as many bytes as were asked for, and no longer than it may") {
  BrokerFixture f;
  f.MakeTopic("t");
  Put(f, "t", "a");
  SECTION("until they are there") {
    const auto waiting = f.Start(From(0, 30'000, 150), 12);
    CHECK_FALSE(waiting->has_value());
    Put(f, "t", "b");
    Put(f, "t", "c");
    CHECK(Batches(Only(f.Read<FetchResponse>(f.Await(waiting), 12))).size() >= 2);
  }
  SECTION("until its time is over: then it takes what there is") {
    const auto began = steady_clock::now();
    CHECK(Batches(Only(Fetched(f, From(0, 60, 1000)))) == Offsets{0});
    CHECK(steady_clock::now() - began >= std::chrono::milliseconds(60));
  }
  SECTION("not at all") { CHECK(Batches(Only(Fetched(f, From(1, 0)))).empty()); }
  SECTION("until the topic is deleted, though it is made again at once") {
    const auto waiting = f.Start(From(1, 30'000), 12);
    CHECK_FALSE(waiting->has_value());
    REQUIRE(f.logs->DeleteTopic("t").ok());
    f.MakeTopic("t");
    Put(f, "t", "of another topic");
    Put(f, "t", "of another topic");
    const auto began = steady_clock::now();
    const auto answer = f.Read<FetchResponse>(f.Await(waiting), 12);
    CHECK(Only(answer).error_code == ErrorCode::kUnknownTopicOrPartition);
    CHECK(steady_clock::now() - began < std::chrono::seconds(20));
  }
  SECTION("until the broker stops") {
    const auto waiting = f.Start(From(1, 30'000), 12);
    CHECK_FALSE(waiting->has_value());
    f.broker->BeginStop();
    CHECK(Batches(Only(f.Read<FetchResponse>(f.Await(waiting), 12))).empty());
  }
}

TEST_CASE("what cannot be read is refused at once, though others wait") {
  BrokerFixture f;
  f.MakeTopic("t", 2);
  Put(f, "t", "a");
  Put(f, "t", "b");
  REQUIRE(f.logs->Partition("t", 0)->DeleteRecordsBefore(log::Offset(1)).ok());
  for (const int64_t offset : {0, 3, -1}) {
    const auto answer = Fetched(f, From(offset, 30'000));
    CHECK(Only(answer).error_code == ErrorCode::kOffsetOutOfRange);
    CHECK(Only(answer).high_watermark == -1);
    CHECK(Only(answer).records->bytes.empty());
  }
  FetchRequest request = From(1, 30'000, 10'000);
  request.topics.push_back({"missing", {}, request.topics[0].partitions});
  const auto mixed = Fetched(f, request);
  CHECK(Batches(Only(mixed)) == Offsets{1});
  CHECK(mixed.responses[1].partitions[0].error_code == ErrorCode::kUnknownTopicOrPartition);
  CHECK(mixed.responses[1].partitions[0].aborted_transactions);
}

TEST_CASE("from version 13 on a topic is named by its id") {
  BrokerFixture f;
  f.MakeTopic("t");
  f.MakeTopic("u");
  Put(f, "t", "a");
  const Uuid id = *f.logs->IdOf("t");
  FetchRequest request = From(0, 30'000);
  request.topics[0].topic = "u";  // is not sent
  request.topics[0].topic_id = id;
  for (int16_t version = 13; version <= 18; ++version) {
    INFO("version " << version);
    const auto answer = Fetched(f, request, version);
    CHECK(answer.responses.at(0).topic_id == id);
    CHECK(answer.responses.at(0).topic.empty());
    CHECK(Batches(Only(answer)) == Offsets{0});
  }
  request.topics[0].partitions[0].partition = 1;
  CHECK(Only(Fetched(f, request, 18)).error_code == ErrorCode::kUnknownTopicOrPartition);
  request.topics[0].partitions[0].partition = 0;
  request.topics[0].topic_id = Uuid{};
  CHECK(Only(Fetched(f, request, 18)).error_code == ErrorCode::kUnknownTopicId);

  REQUIRE(f.logs->DeleteTopic("t").ok());
  f.MakeTopic("t");
  Put(f, "t", "of another topic");
  request.topics[0].topic_id = id;
  CHECK(Only(Fetched(f, request, 18)).error_code == ErrorCode::kUnknownTopicId);
}

TEST_CASE("a fetch by id that waits ends when its topic is deleted") {
  BrokerFixture f;
  f.MakeTopic("t");
  FetchRequest request = From(0, 30'000);
  request.topics[0].topic_id = *f.logs->IdOf("t");
  const auto waiting = f.Start(request, 18);
  CHECK_FALSE(waiting->has_value());
  REQUIRE(f.logs->DeleteTopic("t").ok());
  f.MakeTopic("t");
  Put(f, "t", "of another topic");
  const auto answer = f.Read<FetchResponse>(f.Await(waiting), 18);
  CHECK(Only(answer).error_code == ErrorCode::kUnknownTopicId);
}

TEST_CASE("leader epochs are compared") {
  BrokerFixture f;
  f.MakeTopic("t");
  Put(f, "t", "a");
  const int32_t epoch = f.logs->Partition("t", 0)->leader_epoch().value;
  FetchRequest request = From(0, 30'000);
  const auto code = [&](int32_t current) {
    request.topics[0].partitions[0].current_leader_epoch = current;
    return Only(Fetched(f, request)).error_code;
  };
  CHECK(code(-1) == ErrorCode::kNone);
  CHECK(code(epoch) == ErrorCode::kNone);
  CHECK(code(epoch + 1) == ErrorCode::kUnknownLeaderEpoch);
  if (epoch > 0) CHECK(code(epoch - 1) == ErrorCode::kFencedLeaderEpoch);
}

TEST_CASE("a reader that has read what is not here is told where it parted") {
  BrokerFixture f;
  f.MakeTopic("t");
  Put(f, "t", "a");
  Put(f, "t", "b");
  f.Crash();
  Put(f, "t", "c");
  const auto log = f.logs->Partition("t", 0);
  REQUIRE(log->LeaderEpochAt(log::Offset(1)) < log->LeaderEpochAt(log::Offset(2)));
  const int32_t old = log->LeaderEpochAt(log::Offset(1)).value;
  const auto read = [&](int64_t offset, int32_t last_epoch) {
    FetchRequest request = From(offset, 30'000);
    request.topics[0].partitions[0].last_fetched_epoch = last_epoch;
    return Only(Fetched(f, request));
  };
  CHECK(Batches(read(2, old)) == Offsets{2});
  CHECK(read(2, old).diverging_epoch.end_offset == -1);
  for (const int64_t offset : {3, 9}) {
    const auto parted = read(offset, old);
    CHECK(parted.error_code == ErrorCode::kNone);
    CHECK(parted.diverging_epoch.epoch == old);
    CHECK(parted.diverging_epoch.end_offset == 2);
    CHECK(parted.high_watermark == 3);
    CHECK(parted.records->bytes.empty());
  }
  CHECK(read(2, old + 7).error_code == ErrorCode::kOffsetOutOfRange);
  REQUIRE(log->DeleteRecordsBefore(log::Offset(1)).ok());
  CHECK(read(0, old).error_code == ErrorCode::kOffsetOutOfRange);
}

TEST_CASE("there are no other brokers that could fetch as replicas") {
  BrokerFixture f;
  f.MakeTopic("t");
  Put(f, "t", "a");
  FetchRequest request = From(0, 30'000);
  request.replica_id = 7;
  CHECK(Only(Fetched(f, request)).error_code == ErrorCode::kNotLeaderOrFollower);
  FetchRequest later = From(0, 30'000);
  later.topics[0].topic_id = f.logs->IdOf("t").value();
  later.replica_state.replica_id = 7;
  CHECK(Only(Fetched(f, later, 15)).error_code == ErrorCode::kNotLeaderOrFollower);
  request.replica_id = -2;  // A tool that looks at replicas.
  CHECK(Batches(Only(Fetched(f, request))) == Offsets{0});
}

TEST_CASE("a fetch of no partitions does not wait") {
  BrokerFixture f;
  f.MakeTopic("t");
  FetchRequest request = From(0, 30'000);
  request.topics[0].partitions.clear();
  CHECK(Fetched(f, request).responses.empty());
}

TEST_CASE("sessions are declined") {
  BrokerFixture f;
  f.MakeTopic("t");
  Put(f, "t", "a");
  FetchRequest request = From(0);
  request.session_epoch = 0;  // Asks for a new one.
  CHECK(Fetched(f, request).session_id == 0);
  CHECK(Batches(Only(Fetched(f, request))) == Offsets{0});
  request.session_id = 5;
  request.session_epoch = 1;
  const auto refused = Fetched(f, request);
  CHECK(refused.error_code == ErrorCode::kFetchSessionIdNotFound);
  CHECK(refused.responses.empty());
}

TEST_CASE("the broker's own topic can be read") {
  BrokerFixture f;
  FetchRequest request = From(0);
  request.topics[0].topic = "__consumer_offsets";
  CHECK(Only(Fetched(f, request)).error_code == ErrorCode::kNone);
}

}  // namespace gamevents::broker

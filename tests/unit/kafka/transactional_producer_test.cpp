// Goal: a transaction is stored whole or not at all, its offset with it, and who opens an id last
// has it alone. Method: librdkafka's mock brokers, with injected errors; what a real cluster makes
// of all this is tests/interop/test_forward.py's.
#include "core/kafka/transactional_producer.h"

#include "core/kafka/reader.h"
#include "tests/unit/catch.h"
#include "tests/unit/kafka/mock_cluster.h"

#include <chrono>
#include <ctime>
#include <string>
#include <thread>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kPatience{10'000};

std::unique_ptr<TransactionalProducer> OpenProducerOf(const MockCluster& cluster,
                                                      const std::string& id) {
  auto opened = TransactionalProducer::Open({cluster.client(), id});
  REQUIRE(opened.ok());
  const Status begun = (*opened)->InitTransactions(kPatience);
  INFO((begun ? std::string() : begun.error().context));
  REQUIRE(begun.ok());
  return std::move(*opened);
}

RecordView RecordOfRun(std::string_view value, int64_t offset) {
  RecordView record;
  record.topic = "events";
  record.offset = offset;
  record.value = value;
  return record;
}

int64_t EndOf(const MockCluster& cluster) {
  ReaderOptions options;
  options.client = cluster.client();
  options.topic = "events";
  return Reader::Find(options).value().front().high_watermark;
}

}  // namespace

TEST_CASE("what was sent since Begin is committed, and its offset is kept", "[librdkafka]") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  const auto producer = OpenProducerOf(cluster, "one");
  for (int64_t run = 0; run < 3; ++run) {
    REQUIRE(producer->Begin().ok());
    for (int64_t i = 0; i < 10; ++i) REQUIRE(producer->Send(RecordOfRun("v", i)).ok());
    REQUIRE(producer->SendOffset("group", {"events", 0, run * 10 + 10}, kPatience).ok());
    REQUIRE(producer->Commit(kPatience).ok());
  }
  CHECK(EndOf(cluster) == 30);
  CHECK_FALSE(producer->failed_offset());
}

TEST_CASE("while the cluster does not answer, a bounded number waits, and nobody asks in a loop",
          "[librdkafka]") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  const auto producer = OpenProducerOf(cluster, "one");
  REQUIRE(producer->Begin().ok());
  REQUIRE(producer->Send(RecordOfRun("first", 0)).ok());
  REQUIRE(producer->SendOffset("group", {"events", 0, 1}, kPatience).ok());
  constexpr int kAnswerMs = 2'000;
  rd_kafka_mock_broker_set_rtt(cluster.get(), 1, kAnswerMs);
  // A batch's 10,000 records leave at once; those behind them wait here.
  int64_t count = 1;
  Status sent = Done{};
  while ((sent = producer->Send(RecordOfRun("v", count)))) ++count;
  CHECK(sent.error().fault == Fault::kFull);
  CHECK(count > 10'000);
  CHECK(count < 20'000);

  const auto processor = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  const double before = processor();
  std::this_thread::sleep_for(milliseconds(kAnswerMs / 2));
  CHECK(processor() - before < 0.3);

  rd_kafka_mock_broker_set_rtt(cluster.get(), 1, 0);
  REQUIRE(producer->Commit(kPatience).ok());
  CHECK(EndOf(cluster) == count);
}

TEST_CASE("a record that the cluster refuses is named by its number", "[librdkafka]") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  const auto producer = OpenProducerOf(cluster, "one");
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceKey, 1,
                                    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  REQUIRE(producer->Begin().ok());
  REQUIRE(producer->Send(RecordOfRun("large", 17)).ok());
  const Status committed = producer->Commit(kPatience);
  REQUIRE_FALSE(committed.ok());
  CHECK(committed.error().fault == Fault::kBadInput);
  CHECK(producer->failed_offset() == 17);
}

TEST_CASE("a cluster that is away can be waited for", "[librdkafka]") {
  auto opened =
      TransactionalProducer::Open({{"127.0.0.1:1", {}, milliseconds(500), "test"}, "one"});
  REQUIRE(opened.ok());
  const Status begun = (*opened)->InitTransactions(milliseconds(300));
  REQUIRE_FALSE(begun.ok());
  CHECK(begun.error().fault == Fault::kUnavailable);
}

TEST_CASE("properties that would break a transaction are refused", "[librdkafka]") {
  for (const char* name : {"transactional.id", "transaction.timeout.ms", "message.timeout.ms",
                           "acks", "enable.idempotence", "allow.auto.create.topics"}) {
    INFO(name);
    const ClientOptions client{"127.0.0.1:1", {{name, "1"}}, seconds(1), "test"};
    const Status checked = TransactionalProducer::Check({client, "one"});
    REQUIRE_FALSE(checked.ok());
    CHECK(checked.error().fault == Fault::kBadInput);
    CHECK(checked.error().context.find(name) != std::string::npos);
  }
  const ClientOptions client{"127.0.0.1:1", {{"compression.codec", "zstd"}}, seconds(1), "test"};
  CHECK(TransactionalProducer::Check({client, "one"}).ok());
}

}  // namespace gamevents::kafka

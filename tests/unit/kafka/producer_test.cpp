// Goal: every record's fate is reported exactly once, whatever happens. Method: librdkafka's mock
// brokers with injected errors, and a port where nobody listens.
#include "core/kafka/producer.h"

#include "tests/unit/catch.h"
#include "tests/unit/kafka/mock_cluster.h"

#include <atomic>
#include <functional>
#include <map>
#include <mutex>

namespace gamevents::kafka {
namespace {

using std::chrono::milliseconds;

ProducerOptions ProducerTestOptions(const ClientOptions& client) {
  ProducerOptions options;
  options.client = client;
  return options;
}

OutgoingRecord Record(std::string value, std::optional<int32_t> partition = std::nullopt) {
  OutgoingRecord record;
  record.topic = "events";
  record.partition = partition;
  record.value = std::move(value);
  return record;
}

// tcpmux's port of this machine, where nobody listens.
ClientOptions DeadClient(milliseconds timeout) { return {"127.0.0.1:1", {}, timeout, "test"}; }

// What the deliveries said, counted.
struct Tally {
  std::mutex mutex;
  int delivered = 0;
  std::vector<Error> errors;
  std::map<int32_t, std::vector<int64_t>> offsets;

  Producer::OnDelivery Counter() {
    return [this](Result<Delivery> delivery) {
      const std::lock_guard lock(mutex);
      if (delivery) {
        ++delivered;
        offsets[delivery->partition].push_back(delivery->offset);
      } else {
        errors.push_back(std::move(delivery).error());
      }
    };
  }
};

}  // namespace

TEST_CASE("records are acknowledged in order, once each") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Tally tally;
  auto producer = Producer::Open(ProducerTestOptions(cluster.client()));
  REQUIRE(producer.ok());
  for (int i = 0; i < 1'000; ++i) {
    REQUIRE((*producer)->Send(Record(std::to_string(i)), tally.Counter()).ok());
  }
  REQUIRE((*producer)->Flush(milliseconds(10'000)).ok());
  CHECK((*producer)->QueuedRecords() == 0);
  REQUIRE(tally.delivered == 1'000);
  for (int64_t i = 0; i < 1'000; ++i) CHECK(tally.offsets[0][static_cast<size_t>(i)] == i);
}

TEST_CASE("records that travel alone do not wait for company, however long that may take") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  Tally tally;
  ProducerOptions options = ProducerTestOptions(cluster.client());
  options.linger = milliseconds(60'000);
  options.delivery_timeout = milliseconds(120'000);
  auto producer = Producer::Open(options);
  for (int i = 0; i < 3; ++i) {
    REQUIRE((*producer)->Send(Record(std::to_string(i)), tally.Counter()).ok());
    REQUIRE((*producer)->Flush(milliseconds(20'000)).ok());
  }
  CHECK(tally.delivered == 3);
}

TEST_CASE("a retriable error is retried without repeating or reordering") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceKey, 2,
                                    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  Tally tally;
  auto producer = Producer::Open(ProducerTestOptions(cluster.client()));
  for (int i = 0; i < 10; ++i) {
    REQUIRE((*producer)->Send(Record(std::to_string(i), 0), tally.Counter()).ok());
  }
  REQUIRE((*producer)->Flush(milliseconds(10'000)).ok());
  CHECK(tally.errors.empty());
  CHECK(tally.offsets[0] == std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("a permanent error is reported with the broker's code") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  rd_kafka_mock_push_request_errors(cluster.get(), kProduceKey, 1,
                                    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  Tally tally;
  ProducerOptions options = ProducerTestOptions(cluster.client());
  options.acks = 1;
  auto producer = Producer::Open(options);
  REQUIRE((*producer)->Send(Record("x"), tally.Counter()).ok());
  REQUIRE((*producer)->Flush(milliseconds(10'000)).ok());
  REQUIRE(tally.errors.size() == 1);
  CHECK(tally.errors[0].fault == Fault::kBadInput);
  CHECK(tally.errors[0].context.find("message size too large") != std::string::npos);
}

TEST_CASE("a broker that is down fails the delivery in time, naming the address") {
  Tally tally;
  ProducerOptions options = ProducerTestOptions(DeadClient(milliseconds(1'500)));
  options.delivery_timeout = milliseconds(1'500);
  auto producer = Producer::Open(options);
  REQUIRE(producer.ok());
  REQUIRE((*producer)->Send(Record("x"), tally.Counter()).ok());
  CHECK((*producer)->QueuedRecords() == 1);
  const Status early = (*producer)->Flush(milliseconds(10));
  REQUIRE_FALSE(early.ok());
  CHECK(early.error().fault == Fault::kUnavailable);
  REQUIRE((*producer)->Flush(milliseconds(20'000)).ok());
  REQUIRE(tally.errors.size() == 1);
  CHECK(tally.errors[0].fault == Fault::kUnavailable);
  INFO(tally.errors[0].context);
  CHECK(tally.errors[0].context.find("127.0.0.1:1 (connection refused)") != std::string::npos);
}

TEST_CASE("the queue's bound is kept, and what did not go in is not reported") {
  Tally tally;
  ProducerOptions options = ProducerTestOptions(DeadClient(milliseconds(1'000)));
  options.delivery_timeout = milliseconds(1'000);
  options.queue_records_max = 10;
  auto producer = Producer::Open(options);
  int queued = 0;
  Status last = Done{};
  while (queued < 100 && (last = (*producer)->Send(Record("x"), tally.Counter())).ok()) ++queued;
  CHECK(queued == 10);
  REQUIRE_FALSE(last.ok());
  CHECK(last.error().fault == Fault::kFull);
  producer->reset();
  CHECK(tally.errors.size() == 10);
}

TEST_CASE("closing reports what is still queued") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  // Slower than the producer's patience: the request is in flight when the time is up.
  rd_kafka_mock_broker_set_rtt(cluster.get(), 1, 5'000);
  Tally tally;
  ProducerOptions options = ProducerTestOptions(cluster.client());
  options.delivery_timeout = milliseconds(1'000);
  auto producer = Producer::Open(options);
  REQUIRE((*producer)->Send(Record("x"), tally.Counter()).ok());
  producer->reset();
  REQUIRE(tally.errors.size() == 1);
  const Fault fault = tally.errors[0].fault;
  CHECK((fault == Fault::kClosed || fault == Fault::kUnavailable));
}

TEST_CASE("a callback that sends again does not keep the producer from closing") {
  ProducerOptions options = ProducerTestOptions(DeadClient(milliseconds(500)));
  options.delivery_timeout = milliseconds(500);
  auto producer = Producer::Open(options);
  REQUIRE(producer.ok());
  Producer& closing = **producer;
  int sent = 1;
  Status refused = Done{};
  // As a repeat that takes the place of the one that failed. It would go on for ever.
  std::function<void(Result<Delivery>)> again = [&](const Result<Delivery>&) {
    if (sent == 20) return;
    refused = closing.Send(Record("again"), again);
    if (refused) ++sent;
  };
  REQUIRE((*producer)->Send(Record("x"), again).ok());
  producer->reset();
  CHECK(sent == 1);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().fault == Fault::kClosed);
}

TEST_CASE("a partition that is not there is refused") {
  MockCluster cluster;
  cluster.CreateTopic("events", 2);
  Tally tally;
  auto producer = Producer::Open(ProducerTestOptions(cluster.client()));
  REQUIRE((*producer)->Send(Record("known"), tally.Counter()).ok());
  REQUIRE((*producer)->Flush(milliseconds(10'000)).ok());
  const Status refused = (*producer)->Send(Record("x", 7), tally.Counter());
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().fault == Fault::kBadInput);
  CHECK(tally.delivered == 1);
  CHECK(tally.errors.empty());
}

TEST_CASE("a record beyond message.max.bytes is refused at once") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  auto producer = Producer::Open(ProducerTestOptions(cluster.client()));
  const Status refused = (*producer)->Send(Record(std::string(2'000'000, 'x')), nullptr);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().fault == Fault::kBadInput);
  CHECK(refused.error().context.find("message size too large") != std::string::npos);
}

TEST_CASE("properties are passed on, except those that would break a promise") {
  const auto open = [](std::string name, std::string value, int acks) {
    ProducerOptions options = ProducerTestOptions(DeadClient(milliseconds(1'000)));
    options.client.properties = {{std::move(name), std::move(value)}};
    options.acks = acks;
    auto opened = Producer::Open(options);
    const Status checked = Producer::Check(options);
    CHECK(checked.ok() == opened.ok());
    if (!opened && !checked) CHECK(checked.error().context == opened.error().context);
    return opened;
  };
  CHECK(open("compression.type", "lz4", -1).ok());
  CHECK(open("acks", "all", -1).ok());
  CHECK(open("linger.ms", "20", -1).ok());
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"acks", "1"},
           {"request.required.acks", "0"},
           {"enable.idempotence", "false"},
           {"delivery.report.only.error", "true"},
           {"message.timeout.ms", "0"},
           {"bootstrap.servers", "elsewhere:9092"},
           {"no.such.property", "1"},
           {"linger.ms", "soon"},
           {"max.in.flight", "100"}}) {
    INFO(name);
    const auto refused = open(name, value, -1);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().fault == Fault::kBadInput);
  }
  CHECK_FALSE(open("acks", "0", 1).ok());
  CHECK_FALSE(open("linger.ms", "1", 0).ok());
}

TEST_CASE("keys choose partitions as Java's default partitioner does") {
  // murmur2(key) & 0x7fffffff modulo 100, from Kafka's Utils.murmur2.
  MockCluster cluster;
  cluster.CreateTopic("events", 100);
  auto producer = Producer::Open(ProducerTestOptions(cluster.client()));
  for (const auto& [key, partition] : std::initializer_list<std::pair<const char*, int32_t>>{
           {"21", (-973932308 & 0x7fffffff) % 100},
           {"foobar", (-790332482 & 0x7fffffff) % 100},
           {"a-little-bit-long-string", (-985981536 & 0x7fffffff) % 100}}) {
    Tally tally;
    OutgoingRecord record = Record("x");
    record.key = key;
    REQUIRE((*producer)->Send(std::move(record), tally.Counter()).ok());
    REQUIRE((*producer)->Flush(milliseconds(10'000)).ok());
    INFO(key);
    REQUIRE(tally.offsets.size() == 1);
    CHECK(tally.offsets.begin()->first == partition);
  }
}

}  // namespace gamevents::kafka

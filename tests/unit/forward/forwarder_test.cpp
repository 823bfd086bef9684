// Goal: a forwarder copies, and keeps its second mark alive where nothing is to be copied. Method:
// librdkafka's mock brokers as source and target, and an error that is injected into the request
// which keeps the mark: it can only be met by a forwarder that writes the mark while idle. What a
// real cluster makes of the rest is tests/interop/test_forward.py's.
#include "core/forward/forwarder.h"

#include "tests/support/await.h"
#include "tests/unit/catch.h"
#include "tests/unit/kafka/mock_cluster.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;

constexpr int16_t kTxnOffsetCommitKey = 28;
constexpr char kTopic[] = "events";

void ProduceTo(const kafka::MockCluster& cluster, int count) {
  const auto producer = kafka::ProducerTo(cluster);
  for (int i = 0; i < count; ++i) {
    kafka::OutgoingRecord record;
    record.topic = kTopic;
    record.partition = 0;
    record.value = "value " + std::to_string(i);
    REQUIRE(producer->Send(std::move(record), [](const auto&) {}).ok());
  }
  REQUIRE(producer->Flush(std::chrono::seconds(10)).ok());
}

}  // namespace

TEST_CASE("a forwarder that has nothing to copy renews its second mark", "[librdkafka]") {
  kafka::MockCluster source;
  kafka::MockCluster target;
  source.CreateTopic(kTopic, 1);
  target.CreateTopic(kTopic, 1);
  ProduceTo(source, 10);
  ForwardOptions options;
  options.source = source.client();
  options.source_cluster_id = "source";
  options.target = target.client();
  options.topics = {kTopic};
  options.mark_age = milliseconds(200);
  const auto forwarder = Forwarder::Start(options, nullptr);
  REQUIRE(forwarder.ok());
  REQUIRE(Await([&] { return (*forwarder)->Progress().records_copied == 10; }));

  rd_kafka_mock_push_request_errors(target.get(), kTxnOffsetCommitKey, 1,
                                    RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
  const auto stopped = [&] { return (*forwarder)->Progress().partitions.at(0).stopped; };
  REQUIRE(Await([&] { return stopped().has_value(); }));
  CHECK(stopped()->find("keep the offset of group gamevents-forward-source-events-0") !=
        std::string::npos);
  CHECK((*forwarder)->Progress().records_copied == 10);
}

}  // namespace gamevents::forward

// Goal: what is seen of a cluster is what is there: its brokers, the requests that it knows, and
// how a topic's partitions are.
// Method: librdkafka's mock brokers, which can forget a request and lose a leader. A topic that is
// not there is tests/interop/test_doctor.py's, because these make each that is asked for.
#include "core/kafka/checkup.h"

#include "tests/unit/kafka/mock_cluster.h"

#include <chrono>
#include <string>

namespace gamevents::kafka {
namespace {

constexpr std::chrono::milliseconds kShort{1'500};
constexpr int16_t kListOffsetsKey = 2;

bool Lacks(const ClusterFacts& facts, const std::string& name) {
  for (const std::string& each : facts.lacks) {
    if (each.starts_with(name + " (gamevents ")) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a cluster is seen with its brokers", "[librdkafka]") {
  const MockCluster cluster(3);
  const auto facts = LookAtCluster(cluster.client());
  REQUIRE(facts.ok());
  CHECK(facts->brokers.size() == 3);
  CHECK_FALSE(facts->id.empty());
  CHECK_FALSE(Lacks(*facts, "Produce"));
  CHECK_FALSE(Lacks(*facts, "ListOffsets"));
}

TEST_CASE("a request that the brokers do not know is named", "[librdkafka]") {
  const MockCluster cluster;
  REQUIRE(rd_kafka_mock_set_apiversion(cluster.get(), kListOffsetsKey, -1, -1) ==
          RD_KAFKA_RESP_ERR_NO_ERROR);
  const auto facts = LookAtCluster(cluster.client());
  REQUIRE(facts.ok());
  CHECK(Lacks(*facts, "ListOffsets"));
  CHECK_FALSE(Lacks(*facts, "Produce"));
}

TEST_CASE("nobody answers within the time that there is", "[librdkafka]") {
  const auto facts = LookAtCluster({"127.0.0.1:1", {}, kShort, "test"});
  REQUIRE_FALSE(facts.ok());
  CHECK(facts.error().fault == Fault::kUnavailable);
  CHECK(facts.error().context.find("127.0.0.1:1") != std::string::npos);
}

TEST_CASE("a topic's partitions are counted, and those without a leader", "[librdkafka]") {
  MockCluster cluster;
  cluster.CreateTopic("game", 4);
  auto health = LookAtTopic(cluster.client(kShort), "game");
  REQUIRE(health.ok());
  CHECK(health->partitions == 4);
  CHECK(health->replicas == 1);
  CHECK(health->without_leader == 0);
  CHECK(health->behind == 0);
  // The mock brokers have no settings to tell.
  CHECK_FALSE(health->settings_denied.empty());

  rd_kafka_mock_partition_set_leader(cluster.get(), "game", 2, -1);
  health = LookAtTopic(cluster.client(kShort), "game");
  REQUIRE(health.ok());
  CHECK(health->without_leader == 1);
}

}  // namespace gamevents::kafka

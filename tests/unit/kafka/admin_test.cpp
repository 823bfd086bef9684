// Goal: topics are made and described, and a failure says whose and why. Method: librdkafka's mock
// brokers and a port where nobody listens. (The mock does not make topics by request: that is
// tested against a real Kafka.)
#include "core/kafka/admin.h"

#include "tests/unit/catch.h"
#include "tests/unit/kafka/mock_cluster.h"

namespace gamevents::kafka {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

TEST_CASE("a topic's partitions are described in order") {
  MockCluster cluster(3);
  cluster.CreateTopic("events", 5);
  const auto found = DescribeTopic(cluster.client(), "events");
  REQUIRE(found.ok());
  CHECK(found->name == "events");
  CHECK(found->partitions == std::vector<int32_t>{0, 1, 2, 3, 4});
}

TEST_CASE("a topic that the broker denies is not found") {
  MockCluster cluster;
  rd_kafka_mock_topic_set_error(cluster.get(), "absent", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  const auto found = DescribeTopic(cluster.client(), "absent");
  REQUIRE_FALSE(found.ok());
  CHECK(found.error().fault == Fault::kNotFound);
  CHECK(found.error().context.find("topic absent") != std::string::npos);
}

TEST_CASE("an unknown topic is told with those that are there, and the one that was meant") {
  MockCluster cluster;
  const auto client = cluster.client();
  const Error missing{Fault::kNotFound, "there is no topic gaem"};
  CHECK(NameTopics(missing, client, "gaem").context ==
        "there is no topic gaem; there is none at all yet");
  cluster.CreateTopic("game", 1);
  CHECK(NameTopics(missing, client, "gaem").context ==
        "there is no topic gaem; there is game (did you mean game?)");
  cluster.CreateTopic("eventsForm", 1);
  cluster.CreateTopic("__consumer_offsets", 1);
  const Error named = NameTopics(missing, client, "gaem");
  CHECK(named.fault == Fault::kNotFound);
  CHECK(named.context == "there is no topic gaem; there are eventsForm, game (did you mean game?)");
  for (int i = 0; i < 30; ++i) cluster.CreateTopic("zone" + std::to_string(i), 1);
  const Error far{Fault::kNotFound, "there is no topic far-away"};
  CHECK(NameTopics(far, client, "far-away").context.ends_with(" and 12 more"));
  // It is there by now; it was there; or something else is wrong.
  const Error made{Fault::kNotFound, "there is no topic game"};
  CHECK(NameTopics(made, client, "game").context == made.context);
  const Error gone{Fault::kNotFound, "topic gaem: it was deleted while it was read"};
  CHECK(NameTopics(gone, client, "gaem").context == gone.context);
  CHECK(NameTopics(Error{Fault::kIo, "disk"}, client, "gaem").context == "disk");
}

TEST_CASE("a topic without leaders is waited for, then reported") {
  MockCluster cluster;
  cluster.CreateTopic("events", 1);
  rd_kafka_mock_partition_set_leader(cluster.get(), "events", 0, -1);
  const auto found = DescribeTopic(cluster.client(milliseconds(1'000)), "events");
  REQUIRE_FALSE(found.ok());
  CHECK(found.error().fault == Fault::kUnavailable);
}

TEST_CASE("a dead address is named within the time-out") {
  const ClientOptions dead{"127.0.0.1:1", {}, milliseconds(1'000), "test"};
  const auto start = steady_clock::now();
  const Status created = CreateTopic(dead, {"events", 1, 1});
  const auto described = DescribeTopic(dead, "events");
  CHECK(steady_clock::now() - start < milliseconds(8'000));
  REQUIRE_FALSE(created.ok());
  REQUIRE_FALSE(described.ok());
  for (const Error& error : {created.error(), described.error()}) {
    INFO(error.context);
    CHECK(error.fault == Fault::kUnavailable);
    CHECK(error.context.find("127.0.0.1:1 (connection refused)") != std::string::npos);
  }
}

TEST_CASE("what cannot be a topic is refused") {
  MockCluster cluster;
  const auto client = cluster.client(milliseconds(2'000));
  CHECK(CreateTopic(client, {"", 1, 1}).error().fault == Fault::kBadInput);
  CHECK(CreateTopic(client, {"events", 1, 30'000}).error().fault == Fault::kBadInput);
}

}  // namespace gamevents::kafka

// Goal: a topic that is made or described in the process of its broker comes out as it does over
// the protocol, and so does what is refused. Method: the same questions both ways to one broker;
// and the contract on each of ways.h.
#include "core/embedded/in_process_admin.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/embedded/fixture.h"
#include "tests/unit/embedded/ways.h"

namespace gamevents::embedded {

TEST_CASE("a topic is made once, and described with its partitions", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    const std::string topic = MakeTopic(way, 3);
    const auto described = way.DescribeTopic(topic);
    REQUIRE(described.ok());
    CHECK(described->name == topic);
    CHECK(described->partitions == std::vector<int32_t>{0, 1, 2});
    const auto again = way.CreateTopic({topic, 3, 1});
    REQUIRE_FALSE(again.ok());
    CHECK(again.error().fault == Fault::kExists);
    CHECK(again.error().context == "create topic " + topic +
                                       ": topic already exists "
                                       "(Topic '" +
                                       topic + "' already exists.)");
    const auto missing = way.DescribeTopic(topic + "-not");
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().fault == Fault::kNotFound);
    CHECK(missing.error().context == "there is no topic " + topic + "-not");
  });
}

TEST_CASE("what cannot be a topic is not made", "[contract][librdkafka]") {
  ForEachWay([](Way& way) {
    for (const kafka::NewTopic& topic :
         {kafka::NewTopic{"", 1, 1}, kafka::NewTopic{"a b", 1, 1},
          kafka::NewTopic{"contract-none", 0, 1}, kafka::NewTopic{"contract-none", -2, 1},
          kafka::NewTopic{"contract-none", 1, 3}}) {
      INFO(topic.name << " of " << topic.partitions << " times " << topic.replication_factor);
      const auto refused = way.CreateTopic(topic);
      REQUIRE_FALSE(refused.ok());
      CHECK(refused.error().fault == Fault::kBadInput);
    }
  });
}

TEST_CASE("what is refused is told in the words of the protocol", "[librdkafka]") {
  const TempFolder folder;
  auto started = EmbeddedBroker::Start(OptionsFor(folder.path()), MustLock(folder.path()));
  REQUIRE(started.ok());
  EmbeddedBroker& broker = **started;
  const kafka::ClientOptions client{
      broker.endpoint().Address(), {}, std::chrono::seconds(20), "test"};
  REQUIRE(broker.CreateTopic({"a.b", 1, 1}).ok());
  for (const kafka::NewTopic& topic :
       {kafka::NewTopic{"", 1, 1}, kafka::NewTopic{"..", 1, 1}, kafka::NewTopic{"a b", 1, 1},
        kafka::NewTopic{"a.b", 1, 1}, kafka::NewTopic{"a_b", 1, 1}, kafka::NewTopic{"c", 0, 1},
        kafka::NewTopic{"c", -2, 1}, kafka::NewTopic{"c", 1'000'000, 1},
        kafka::NewTopic{"c", 50'000, 1}, kafka::NewTopic{"c", 1, 3}, kafka::NewTopic{"c", 1, 0},
        kafka::NewTopic{"__cluster_metadata", 1, 1}}) {
    INFO(topic.name << " of " << topic.partitions << " times " << topic.replication_factor);
    const auto here = broker.CreateTopic(topic);
    const auto there = kafka::CreateTopic(client, topic);
    REQUIRE_FALSE(here.ok());
    REQUIRE_FALSE(there.ok());
    CHECK(here.error().fault == there.error().fault);
    CHECK(here.error().context == there.error().context);
  }
  for (const char* topic : {"c", "a b"}) {
    const auto here = broker.DescribeTopic(topic);
    const auto there = kafka::DescribeTopic(client, topic);
    REQUIRE_FALSE(here.ok());
    REQUIRE_FALSE(there.ok());
    CHECK(here.error().context == there.error().context);
  }
  CHECK(broker.CreateTopic({"defaults", -1, -1}).ok());
  CHECK(kafka::DescribeTopic(client, "defaults").ok());
  CHECK(broker.Stop(std::chrono::seconds(5)).ok());
}

}  // namespace gamevents::embedded

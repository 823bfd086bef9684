// Goal: a topic that is asked for is found, or made where that may be. Method: a broker's logs.
#include "core/broker/topic_creation.h"

#include "tests/unit/broker/handlers/fixture.h"

namespace gamevents::broker {

TEST_CASE("a topic that is there is found, whoever may make one") {
  BrokerFixture f;
  f.MakeTopic("t");
  for (const bool may_create : {true, false}) {
    CHECK(FindOrCreateTopic(*f.broker, "t", may_create).value().id == f.logs->IdOf("t"));
  }
}

TEST_CASE("a topic is made with the default partitions, once, and only if it may be") {
  BrokerOptions options;
  options.default_partitions = 3;
  BrokerFixture f(options);
  const auto missing = FindOrCreateTopic(*f.broker, "t", false);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().fault == Fault::kNotFound);
  const auto made = FindOrCreateTopic(*f.broker, "t", true);
  CHECK(made.value().partitions.size() == 3);
  CHECK(FindOrCreateTopic(*f.broker, "t", true).value().id == made.value().id);
}

TEST_CASE("no topic is made under a name that cannot be, is ours, or is another's in metrics") {
  BrokerFixture f;
  f.MakeTopic("a.b");
  CHECK(FindOrCreateTopic(*f.broker, "no/name", true).error().fault == Fault::kBadInput);
  CHECK(FindOrCreateTopic(*f.broker, "a_b", true).error().fault == Fault::kNotFound);
  CHECK(CollidesWith(*f.broker, "a_b") == "a.b");
  CHECK(CollidesWith(*f.broker, "a.b") == std::nullopt);
  REQUIRE(f.logs->DeleteTopic("__consumer_offsets").ok());
  CHECK(FindOrCreateTopic(*f.broker, "__consumer_offsets", true).error().fault == Fault::kNotFound);
}

}  // namespace gamevents::broker

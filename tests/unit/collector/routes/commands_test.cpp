// Goal: a command is answered once, by the first who knows its fate, and what the fold has passed
// is done whatever becomes of the acknowledgement. Method: a projection of librdkafka's mock
// brokers, to which the test sends what it wants folded, beside a producer that reports what the
// test tells it to. Built into the state's test program: the thread sanitizer, which this room is
// tested with, does not see librdkafka's threads.
#include "core/collector/routes/commands.h"

#include "core/kafka/producer.h"
#include "tests/support/await.h"
#include "tests/unit/catch.h"
#include "tests/unit/collector/fake_producer.h"
#include "tests/unit/kafka/mock_cluster.h"

#include <array>
#include <optional>
#include <string>
#include <thread>

namespace gamevents::collector {
namespace {

using std::chrono::seconds;

constexpr char kCommandsTopic[] = "events";

/// Commands over a topic that is there, and the answer to the one that is sent.
struct Counter {
  Counter() {
    cluster.CreateTopic(kCommandsTopic, 1);
    topic = kafka::ProducerTo(cluster);
    auto started = state::Projection::Start({cluster.client(), kCommandsTopic, ""});
    REQUIRE(started);
    projection = std::move(*started);
    REQUIRE(Await([&] { return projection->Ready().ok(); }));
  }

  /// Has "u" buy bread; the record waits for the test to decide about it.
  FakeProducer::Sent Buy(seconds timeout = seconds(60)) {
    const Commands commands(store, *projection, timeout);
    static constexpr auto kFields = std::to_array<Field>(
        {{"event_type", std::string_view("purchase_bread")}, {"user", std::string_view("u")}});
    http::Request request;
    commands.Send(
        {request, {}, [this](http::Response given) { answers.push_back(std::move(given)); }},
        kFields, "u", [](const state::Folded&, event::EventWriter&) {});
    return producer.Take();
  }
  /// Stores it, as Kafka would have.
  void Fold(const kafka::OutgoingRecord& record) {
    REQUIRE(topic->Send(kafka::OutgoingRecord(record), [](const Result<kafka::Delivery>&) {}));
    REQUIRE(Await([&] {
      bool done = false;
      projection->Read([&](state::State& state) { done = state.counts.done == 1; });
      return done;
    }));
  }

  kafka::MockCluster cluster;
  std::unique_ptr<kafka::Producer> topic;
  FakeProducer producer;
  const EventSender store{{kCommandsTopic, {}}, producer};
  std::vector<http::Response> answers;
  std::unique_ptr<state::Projection> projection;
};

}  // namespace

TEST_CASE("a command that was folded is done, though its acknowledgement is lost", "[librdkafka]") {
  Counter counter;
  const FakeProducer::Sent sent = counter.Buy();
  counter.Fold(sent.record);
  sent.on_delivery(Error{Fault::kUnavailable, "the connection was lost"});
  REQUIRE(counter.answers.size() == 1);
  INFO(counter.answers[0].body);
  CHECK(counter.answers[0].status == 200);
}

TEST_CASE("an acknowledged command is answered by the fold", "[librdkafka]") {
  Counter counter;
  const FakeProducer::Sent sent = counter.Buy();
  sent.on_delivery(kafka::Delivery{0, 0});
  CHECK(counter.answers.empty());
  counter.Fold(sent.record);
  REQUIRE(counter.answers.size() == 1);
  CHECK(counter.answers[0].status == 200);
  CHECK(counter.answers[0].body.find(R"("status":"done")") != std::string::npos);
}

TEST_CASE("what fails before it is folded is not known to be done", "[librdkafka]") {
  Counter counter;
  const FakeProducer::Sent sent = counter.Buy();
  sent.on_delivery(Error{Fault::kUnavailable, "not in time"});
  REQUIRE(counter.answers.size() == 1);
  CHECK(counter.answers[0].status == 503);
  CHECK(counter.answers[0].body.find("may or may not be stored") != std::string::npos);
  counter.Fold(sent.record);
  CHECK(counter.answers.size() == 1);
}

TEST_CASE("an acknowledged command whose fold is late is answered at its deadline",
          "[librdkafka]") {
  Counter counter;
  const FakeProducer::Sent sent = counter.Buy(seconds(1));
  sent.on_delivery(kafka::Delivery{0, 0});
  std::this_thread::sleep_for(seconds(2));
  counter.projection.reset();  // Nobody answers any more.
  REQUIRE(counter.answers.size() == 1);
  CHECK(counter.answers[0].status == 503);
  CHECK(counter.answers[0].body.find("may be stored") != std::string::npos);
}

}  // namespace gamevents::collector

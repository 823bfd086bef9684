// Goal: every record's fate is counted once, and passed on as it was. Method: a producer within
// that reports what the test tells it to.
#include "core/collector/metrics/metered_producer.h"

#include "tests/unit/catch.h"
#include "tests/unit/collector/fake_producer.h"

#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

struct MeteredFixture {
  MeteredFixture() {
    auto made = std::make_unique<FakeProducer>();
    fake = made.get();
    kafka::ProducerOptions options;
    options.queue_records_max = 2;
    options.queue_bytes_max = 100;
    producer = std::make_unique<MeteredProducer>(
        std::move(made), options, metrics, backlog,
        [this](const std::string& topic) { return topic == "t" ? storage : Done{}; },
        [this](const Error& why) { closed += why.context; });
  }

  Status Send(const std::string& value, const std::string& topic = "t") {
    kafka::OutgoingRecord record;
    record.topic = topic;
    record.key = "key";
    record.value = value;
    return producer->Send(std::move(record), [this](Result<kafka::Delivery> delivery) {
      fates.push_back(std::move(delivery));
    });
  }

  bool Shows(const std::string& line) {
    return ("\n" + metrics.Text()).find("\n" + line + "\n") != std::string::npos;
  }

  Metrics metrics{"1"};
  Backlog backlog;
  Status storage = Done{};
  std::string closed;
  FakeProducer* fake = nullptr;
  std::unique_ptr<MeteredProducer> producer;
  std::vector<Result<kafka::Delivery>> fates;
};

}  // namespace

TEST_CASE("an acknowledged record is counted, with its bytes and how long it took") {
  MeteredFixture fixture;
  REQUIRE(fixture.Send("value").ok());
  CHECK(fixture.Shows("gamevents_producer_queue_records 1"));
  CHECK(fixture.Shows("gamevents_producer_queue_bytes 8"));
  fixture.fake->Take().on_delivery(kafka::Delivery{1, 42});
  REQUIRE(fixture.fates.size() == 1);
  CHECK(fixture.fates[0]->offset == 42);
  CHECK(fixture.Shows("gamevents_producer_queue_records 0"));
  CHECK(fixture.Shows("gamevents_producer_queue_bytes 0"));
  CHECK(fixture.Shows("gamevents_producer_records_total 1"));
  CHECK(fixture.Shows("gamevents_producer_bytes_total 8"));
  CHECK(fixture.Shows("gamevents_producer_acknowledgement_duration_seconds_count 1"));
  CHECK(fixture.Shows(R"(gamevents_producer_errors_total{code="not_found"} 0)"));
}

TEST_CASE("errors are counted by kind, those of Send and those of a delivery") {
  MeteredFixture fixture;
  fixture.fake->refusal = Error{Fault::kFull, "full"};
  CHECK(fixture.Send("value").error().fault == Fault::kFull);
  fixture.fake->refusal.reset();
  REQUIRE(fixture.Send("value").ok());
  fixture.fake->Take().on_delivery(Error{Fault::kNotFound, "why"});
  REQUIRE(fixture.fates.size() == 1);
  CHECK(fixture.fates[0].error().context == "why");
  CHECK(fixture.Shows(R"(gamevents_producer_errors_total{code="full"} 1)"));
  CHECK(fixture.Shows(R"(gamevents_producer_errors_total{code="not_found"} 1)"));
  CHECK(fixture.Shows("gamevents_producer_records_total 0"));
  CHECK(fixture.Shows("gamevents_producer_acknowledgement_duration_seconds_count 0"));
  CHECK(fixture.backlog.records() == 0);
}

TEST_CASE("what cannot be stored is refused at once, and what waits is told why") {
  MeteredFixture fixture;
  REQUIRE(fixture.Send("waits").ok());
  REQUIRE(fixture.Send("is too large").ok());
  fixture.storage = Error{Fault::kFull, "t-0: no space left"};
  const Status refused = fixture.Send("new");
  REQUIRE_FALSE(refused.ok());
  // Not kFull: that is a queue which goes down by itself.
  CHECK(refused.error().fault == Fault::kIo);
  CHECK(refused.error().context == "the broker cannot store now: t-0: no space left");
  CHECK(fixture.Shows(R"(gamevents_producer_errors_total{code="io"} 1)"));
  CHECK(fixture.backlog.records() == 2);
  CHECK(fixture.Send("elsewhere", "u").ok());

  fixture.fake->Take().on_delivery(Error{Fault::kUnavailable, "timed out"});
  fixture.fake->Take().on_delivery(Error{Fault::kBadInput, "too large"});
  REQUIRE(fixture.fates.size() == 2);
  CHECK(fixture.fates[0].error().context == "the broker cannot store now: t-0: no space left");
  CHECK(fixture.fates[1].error().context == "too large");
  fixture.storage = Done{};
  CHECK(fixture.Send("new").ok());
  CHECK(fixture.fates.size() == 2);
  fixture.fake->Take().on_delivery(Error{Fault::kUnavailable, "elsewhere: timed out"});
  fixture.fake->Take().on_delivery(Error{Fault::kUnavailable, "no broker answers: h:9092"});
  CHECK(fixture.fates[3].error().fault == Fault::kUnavailable);
  CHECK(fixture.fates[3].error().context.empty());  // clients are told of it
}

TEST_CASE("a producer that has ended for good is told to whoever runs the server") {
  MeteredFixture fixture;
  fixture.fake->refusal = Error{Fault::kUnavailable, "later"};
  CHECK_FALSE(fixture.Send("value").ok());
  CHECK(fixture.closed.empty());
  fixture.fake->refusal = Error{Fault::kClosed, "at once"};
  CHECK_FALSE(fixture.Send("value").ok());
  CHECK(fixture.closed == "at once");
  fixture.fake->refusal.reset();
  REQUIRE(fixture.Send("value").ok());
  fixture.fake->Take().on_delivery(Error{Fault::kClosed, ", and later"});
  CHECK(fixture.closed == "at once, and later");
  REQUIRE(fixture.fates.size() == 1);
  CHECK(fixture.fates[0].error().fault == Fault::kClosed);
}

TEST_CASE("there is room until a bound is reached") {
  MeteredFixture fixture;
  REQUIRE(fixture.Send("value").ok());
  CHECK(fixture.producer->HasRoom().ok());
  REQUIRE(fixture.Send("value").ok());
  CHECK(fixture.producer->HasRoom().error().context.find("serve.queue_records") !=
        std::string::npos);
  fixture.fake->Take().on_delivery(kafka::Delivery{});
  fixture.fake->Take().on_delivery(kafka::Delivery{});
  CHECK(fixture.producer->HasRoom().ok());
  REQUIRE(fixture.Send(std::string(100, 'x')).ok());
  CHECK(fixture.producer->HasRoom().error().context.find("serve.queue_bytes") != std::string::npos);
}

}  // namespace gamevents::collector

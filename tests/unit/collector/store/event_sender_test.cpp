// Goal: an event goes to the topic as it was built, and its fate is told once, whichever way it
// ends. Method: a producer that keeps what it is sent and reports what the test tells it to.
#include "core/collector/store/event_sender.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"
#include "tests/unit/collector/fake_producer.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

struct EventSenderFixture {
  FixedClock clock{kTestNow + 123};
  FakeProducer producer;
  const EventSender store{{"events", {}}, producer, clock};
};

}  // namespace

TEST_CASE("an event is sent whole, with its key and the moment at which it came") {
  EventSenderFixture fixture;
  std::vector<Result<kafka::Delivery>> told;
  fixture.store.Send({"{}", TimestampMs{42}}, "divya",
                     [&](Result<kafka::Delivery> fate) { told.push_back(std::move(fate)); });
  const FakeProducer::Sent sent = fixture.producer.Take();
  CHECK(sent.record.topic == "events");
  CHECK(sent.record.key == "divya");
  CHECK(sent.record.value == "{}");
  CHECK(sent.record.timestamp == TimestampMs{42});
  CHECK(told.empty());
  sent.on_delivery(kafka::Delivery{2, 7});
  REQUIRE(told.size() == 1);
  REQUIRE(told[0].ok());
  CHECK(told[0]->partition == 2);
  CHECK(told[0]->offset == 7);
}

TEST_CASE("an event that is refused at once is told once") {
  for (const Fault fault : {Fault::kFull, Fault::kClosed}) {
    EventSenderFixture fixture;
    fixture.producer.refusal = Error{fault, "why"};
    int told = 0;
    fixture.store.Send({"{}", TimestampMs{1}}, std::nullopt, [&](Result<kafka::Delivery> fate) {
      ++told;
      REQUIRE(!fate.ok());
      CHECK(fate.error().fault == fault);
    });
    CHECK(told == 1);
  }
}

TEST_CASE("an event is counted by its delivery, where anybody counts") {
  const auto counts = std::make_shared<EventCounts>();
  EventSender::Count(nullptr, kafka::Delivery{0, 1});
  EventSender::Count(counts, kafka::Delivery{0, 1});
  EventSender::Count(counts, Error{Fault::kFull, "why"});
  EventSender::Count(counts, Error{Fault::kUnavailable, "why"});
  CHECK(counts->accepted() == 1);
  CHECK(counts->rejected(problem::Code::kOverloaded) == 1);
  CHECK(counts->rejected(problem::Code::kNotAcknowledged) == 1);
}

}  // namespace gamevents::collector

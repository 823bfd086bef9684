// Goal: each event becomes the record that serve would store, and each delivery is counted and
// noted. Method: a producer that reports what the test tells it to.
#include "core/generate/topic_sender.h"

#include "tests/unit/catch.h"
#include "tests/unit/generate/fixture.h"

#include <deque>
#include <span>

namespace gamevents::generate {
namespace {

// Reports each record at once, as `outcome` says for its number.
class InstantProducer final : public kafka::Producer {
 public:
  using Outcome = std::function<Result<kafka::Delivery>(size_t number)>;

  explicit InstantProducer(Outcome outcome) : outcome_(std::move(outcome)) {}

  kafka::Sent SendAll(std::span<kafka::OutgoingRecord> sent, size_t first,
                      const OnDelivery& on_delivery) override {
    for (size_t i = 0; i < sent.size(); ++i) {
      records.push_back(std::move(sent[i]));
      on_delivery(outcome_(records.size() - 1), {first + i, 1});
    }
    return {sent.size()};
  }
  Status Flush(std::chrono::milliseconds) override { return Done{}; }
  int64_t QueuedRecords() const override { return 0; }

  std::vector<kafka::OutgoingRecord> records;

 private:
  Outcome outcome_;
};

// Takes nothing.
class FullProducer final : public kafka::Producer {
 public:
  kafka::Sent SendAll(std::span<kafka::OutgoingRecord>, size_t, const OnDelivery&) override {
    return {0, Error{Fault::kBadInput, "big"}};
  }
  Status Flush(std::chrono::milliseconds) override { return Done{}; }
  int64_t QueuedRecords() const override { return 0; }
};

}  // namespace

TEST_CASE("records are the events, keyed by their users, with the time of their sending") {
  InstantProducer producer([](size_t) { return kafka::Delivery{}; });
  Feed feed = MakeFeed(300);
  Tally tally;
  TempLedger ledger;
  REQUIRE(TopicSender(producer, "events", feed, tally, ledger.writer()).Run());
  CHECK(tally.Read().acknowledged == 300);
  CHECK(tally.Read().latency.count() == 300);
  CHECK(ledger.Lines() == ExpectedLines(300));
  World world(SmallWorld());
  REQUIRE(producer.records.size() == 300);
  for (const kafka::OutgoingRecord& record : producer.records) {
    const GameEvent event = world.Next();
    REQUIRE(record.topic == "events");
    REQUIRE(record.key == event.user);
    const std::string own = event.json.substr(0, event.json.size() - 1);
    REQUIRE(record.value ==
            own + ",\"received_at\":\"" + FormatTimestamp(*record.timestamp) + "\"}");
  }
}

TEST_CASE("what is not acknowledged is counted and not noted") {
  InstantProducer producer([](size_t number) -> Result<kafka::Delivery> {
    if (number % 3 == 1) return Error{Fault::kUnavailable, "late"};
    if (number % 3 == 2) return Error{Fault::kFull, "disk"};
    return kafka::Delivery{};
  });
  Feed feed = MakeFeed(30);
  Tally tally;
  TempLedger ledger;
  REQUIRE(TopicSender(producer, "events", feed, tally, ledger.writer()).Run());
  const Counts counts = tally.Read();
  CHECK(counts.acknowledged == 10);
  CHECK(counts.unknowns == std::map<std::string, int64_t>{{"late", 10}});
  CHECK(counts.refusals == std::map<std::string, int64_t>{{"disk", 10}});
  CHECK(ledger.Lines().size() == 10);
}

TEST_CASE("a record that the producer does not take is refused") {
  FullProducer producer;
  Feed feed = MakeFeed(3);
  Tally tally;
  REQUIRE(TopicSender(producer, "events", feed, tally, nullptr).Run());
  CHECK(tally.Read().refusals == std::map<std::string, int64_t>{{"big", 3}});
}

TEST_CASE("what cannot get better ends it") {
  for (const Fault fault : {Fault::kClosed, Fault::kNotFound}) {
    InstantProducer producer(
        [&](size_t) -> Result<kafka::Delivery> { return Error{fault, "no such topic"}; });
    Feed feed = MakeFeed(1'000);
    Tally tally;
    const Status ran = TopicSender(producer, "events", feed, tally, nullptr).Run();
    REQUIRE_FALSE(ran);
    CHECK(ran.error().fault == fault);
    CHECK(producer.records.size() == 1);
  }
}

}  // namespace gamevents::generate

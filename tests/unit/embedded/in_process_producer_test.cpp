// Goal: what the in-process way alone does: batches that grow while the disk is busy, and what a
// disk that is full, broken or silent means for each record. Method: a broker's logs on a simulated
// disk, without its network. The contract of kafka::Producer itself: producer_contract_test.cpp.
#include "core/embedded/in_process_producer.h"

#include "core/broker/broker.h"
#include "tests/support/await.h"
#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::embedded {
namespace {

using log::Offset;
using log::SimulatedDisk;
using std::chrono::milliseconds;
using Op = SimulatedDisk::Op;

constexpr milliseconds kPatience{20'000};

// What deliveries said of records, by their values.
class Outcomes {
 public:
  kafka::Producer::OnDelivery For(const std::string& value) {
    return [this, value](Result<kafka::Delivery> delivery) {
      const std::lock_guard lock(mutex_);
      outcomes_.emplace_back(value, std::move(delivery));
    };
  }
  size_t count() const {
    const std::lock_guard lock(mutex_);
    return outcomes_.size();
  }
  // Of a record that was reported once.
  Result<kafka::Delivery> Of(const std::string& value) const {
    const std::lock_guard lock(mutex_);
    std::optional<Result<kafka::Delivery>> found;
    for (const auto& [reported, outcome] : outcomes_) {
      if (reported != value) continue;
      REQUIRE_FALSE(found);
      found = outcome;
    }
    REQUIRE(found);
    return *found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, Result<kafka::Delivery>>> outcomes_;
};

struct ProducerFixture {
  SimulatedDisk disk;
  FixedClock clock;
  std::unique_ptr<log::LogManager> logs;
  std::unique_ptr<broker::Broker> broker;
  Outcomes outcomes;
  std::unique_ptr<kafka::Producer> producer;

  explicit ProducerFixture(const broker::BrokerOptions& broker_options = {}) {
    log::LogManager::Options options;
    options.directory = "/data";
    options.files = &disk;
    options.clock = &clock;
    logs = log::MustOpen(options);
    broker = broker::Broker::Open(broker_options, *logs).value();
    REQUIRE(logs->CreateTopic("t", 1).ok());
  }
  ~ProducerFixture() {
    producer.reset();
    broker->BeginStop();
  }

  void Open(kafka::ProducerOptions options = {}) {
    auto opened = OpenProducer(*broker, options);
    if (!opened) FAIL(opened.error().context);
    producer = std::move(*opened);
  }
  Status Send(const std::string& value, const std::string& topic = "t",
              std::optional<TimestampMs> time = std::nullopt) {
    kafka::OutgoingRecord record;
    record.topic = topic;
    record.value = value;
    record.timestamp = time;
    return producer->Send(std::move(record), outcomes.For(value));
  }
  // Sends a record whose sync waits until the disk is released.
  void SendHeld(const std::string& value) {
    disk.HoldNext(Op::kSync, "/t-0/");
    REQUIRE(Send(value).ok());
    REQUIRE(disk.WaitUntilHeld());
  }
  std::vector<std::string> Stored(const std::string& topic = "t") const {
    std::vector<std::string> values;
    for (const log::Read& record : log::ReadAll(*logs->Partition(topic, 0), Offset(0))) {
      values.push_back(record.value);
    }
    return values;
  }
};

}  // namespace

TEST_CASE("what is sent while the disk is busy becomes one batch, on one sync") {
  ProducerFixture f;
  f.Open();
  f.SendHeld("first");
  const uint64_t syncs = f.disk.Count(Op::kSync);
  const uint64_t writes = f.disk.Count(Op::kWrite);
  for (int i = 0; i < 100; ++i) REQUIRE(f.Send(std::to_string(i)).ok());
  CHECK(f.producer->QueuedRecords() == 101);
  CHECK(f.outcomes.count() == 0);
  f.disk.Release();
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.outcomes.Of("first").value().offset == 0);
  for (int i = 0; i < 100; ++i) CHECK(f.outcomes.Of(std::to_string(i)).value().offset == i + 1);
  // Beside the batch, each sync may write down how far the log is on disk.
  CHECK(f.disk.Count(Op::kWrite) - writes <= 3);
  CHECK(f.disk.Count(Op::kSync) - syncs <= 3);
}

TEST_CASE("nothing is reported before it is on disk") {
  ProducerFixture f;
  f.Open();
  REQUIRE(f.Send("kept").ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.disk.IsDurable("/data/t-0", "kept"));
  std::atomic<size_t> reported{0};
  f.disk.DuringNextSync([&](const std::string&) -> Status {
    reported = f.outcomes.count();
    return Done{};
  });
  REQUIRE(f.Send("waits").ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(reported == 1);
  CHECK(f.disk.IsDurable("/data/t-0", "waits"));
}

TEST_CASE("a full disk fails what it has no room for, and takes what comes when there is room") {
  ProducerFixture f;
  f.Open();
  f.disk.SetRoom(0);
  REQUIRE(f.Send("no room").ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  const auto refused = f.outcomes.Of("no room");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().fault == Fault::kIo);
  CHECK(refused.error().context.starts_with("deliver to t: "));
  CHECK_FALSE(f.broker->trouble.Present().ok());
  f.disk.SetRoom(std::nullopt);
  REQUIRE(f.Send("room").ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.outcomes.Of("room").value().offset == 0);
  CHECK(f.Stored() == std::vector<std::string>{"room"});
  CHECK(f.broker->trouble.Present().ok());
}

TEST_CASE("after a failed sync nobody knows, and nothing more is taken") {
  ProducerFixture f;
  f.Open();
  f.disk.FailNth(Op::kSync, 1);
  REQUIRE(f.Send("in doubt").ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.outcomes.Of("in doubt").error().fault == Fault::kUnavailable);
  REQUIRE(f.Send("after it").ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.outcomes.Of("after it").error().fault == Fault::kIo);
}

TEST_CASE("a disk that does not answer in time is told of, also of what waits behind it") {
  ProducerFixture f;
  kafka::ProducerOptions options;
  options.delivery_timeout = milliseconds(100);
  f.Open(options);
  f.SendHeld("held");
  REQUIRE(f.Send("behind").ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  for (const std::string value : {"held", "behind"}) {
    const auto outcome = f.outcomes.Of(value);
    REQUIRE_FALSE(outcome.ok());
    CHECK(outcome.error().fault == Fault::kUnavailable);
    CHECK(outcome.error().context == "deliver to t: not on disk within 100 ms");
  }
  f.disk.Release();
  REQUIRE(f.Send("later").ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.outcomes.Of("later").ok());
  // What never began is not stored after all.
  CHECK(f.Stored() == std::vector<std::string>{"held", "later"});
}

TEST_CASE("a producer that is closed before the disk answers says so of each record, once") {
  ProducerFixture f;
  kafka::ProducerOptions options;
  options.queue_records_max = 2;
  options.delivery_timeout = milliseconds(200);
  f.Open(options);
  f.SendHeld("one");
  REQUIRE(f.Send("two").ok());
  const Status full = f.Send("three");
  REQUIRE_FALSE(full.ok());
  CHECK(full.error().fault == Fault::kFull);
  std::thread closing([&] { f.producer.reset(); });
  CHECK(Await([&] { return f.outcomes.count() == 2; }));
  f.disk.Release();
  closing.join();
  CHECK_FALSE(f.outcomes.Of("one").ok());
  CHECK_FALSE(f.outcomes.Of("two").ok());
}

TEST_CASE("a record that its topic refuses takes none of its batch with it") {
  ProducerFixture f;
  f.Open();
  f.SendHeld("first");
  const auto next_week = TimestampMs(kTestNow + 7 * 86'400'000);
  REQUIRE(f.Send("a").ok());
  REQUIRE(f.Send("too late", "t", next_week).ok());
  REQUIRE(f.Send("b").ok());
  REQUIRE(f.Send("much too late", "t", next_week).ok());
  f.disk.Release();
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.Stored() == std::vector<std::string>{"first", "a", "b"});
  CHECK(f.outcomes.Of("a").value().offset == 1);
  CHECK(f.outcomes.Of("b").value().offset == 2);
  CHECK(f.outcomes.Of("too late").error().fault == Fault::kBadInput);
  CHECK(f.outcomes.Of("much too late").error().fault == Fault::kBadInput);
}

TEST_CASE("batches are no larger than their topic takes, and one record that is fails alone") {
  ProducerFixture f;
  REQUIRE(f.logs->SetConfigs("t", {{"max.message.bytes", "1000"}}).ok());
  f.Open();
  f.SendHeld("first");
  for (int i = 0; i < 10; ++i) REQUIRE(f.Send(std::to_string(i) + std::string(300, 'x')).ok());
  const std::string large(2'000, 'y');
  REQUIRE(f.Send(large).ok());
  f.disk.Release();
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.Stored().size() == 11);
  CHECK(f.outcomes.Of(large).error().fault == Fault::kBadInput);
}

TEST_CASE("topics are made where that is allowed, and else there is none") {
  broker::BrokerOptions options;
  options.auto_create_topics = GENERATE(true, false);
  ProducerFixture f(options);
  f.Open();
  REQUIRE(f.Send("x", "new").ok());
  REQUIRE(f.Send("y", "no/name").ok());
  REQUIRE(f.Send("z", "__consumer_offsets").ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  const auto made = f.outcomes.Of("x");
  CHECK(made.ok() == options.auto_create_topics);
  if (!made) CHECK(made.error().fault == Fault::kNotFound);
  CHECK(f.outcomes.Of("y").error().fault == Fault::kBadInput);
  CHECK(f.outcomes.Of("z").error().fault == Fault::kBadInput);
}

TEST_CASE("a topic that goes while records wait for it is not found") {
  ProducerFixture f;
  REQUIRE(f.logs->CreateTopic("gone", 1).ok());
  f.Open();
  f.SendHeld("first");
  REQUIRE(f.Send("x", "gone").ok());
  REQUIRE(f.logs->DeleteTopic("gone").ok());
  f.disk.Release();
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.outcomes.Of("x").error().fault == Fault::kNotFound);
}

TEST_CASE("batches are compressed as the properties say") {
  ProducerFixture f;
  kafka::ProducerOptions options;
  options.client.properties = {{"compression.type", "zstd"}};
  f.Open(options);
  REQUIRE(f.Send(std::string(10'000, 'x')).ok());
  REQUIRE(f.producer->Flush(kPatience).ok());
  CHECK(f.logs->Partition("t", 0)->size_bytes() < 1'000);
  CHECK(f.Stored() == std::vector<std::string>{std::string(10'000, 'x')});
}

TEST_CASE("records without a key share a partition until their batch goes") {
  ProducerFixture f;
  REQUIRE(f.logs->CreateTopic("wide", 16).ok());
  f.Open();
  f.SendHeld("first");
  for (int i = 0; i < 20; ++i) REQUIRE(f.Send(std::to_string(i), "wide").ok());
  f.disk.Release();
  REQUIRE(f.producer->Flush(kPatience).ok());
  for (int i = 0; i < 20; ++i) {
    const auto outcome = f.outcomes.Of(std::to_string(i));
    CHECK(outcome.value().partition == f.outcomes.Of("0").value().partition);
    CHECK(outcome.value().offset == i);
  }
}

}  // namespace gamevents::embedded

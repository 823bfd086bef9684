// Goal: a projection keeps up with a topic, tells each waiter what became of its event, never
// keeps one waiting for ever, and goes on from its snapshot. Method: librdkafka's mock brokers.

#include "core/state/projection.h"

#include "core/kafka/producer.h"
#include "core/state/views.h"
#include "tests/support/await.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/kafka/mock_cluster.h"
#include "tests/unit/state/events.h"

#include <filesystem>
#include <future>
#include <mutex>
#include <thread>

namespace gamevents::state {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr char kTopic[] = "events";

/// A topic of two partitions and a producer.
struct World {
  World() {
    cluster.CreateTopic(kTopic, 2);
    producer = kafka::ProducerTo(cluster);
  }
  void Send(const Made& made) {
    kafka::OutgoingRecord record;
    record.topic = kTopic;
    record.key = made.key;
    record.value = made.json;
    REQUIRE(producer->Send(std::move(record), [](Result<kafka::Delivery>) {}));
  }
  std::unique_ptr<Projection> Start(const std::string& snapshot = "",
                                    milliseconds timeout = seconds(10)) {
    REQUIRE(producer->Flush(seconds(10)));
    ProjectionOptions options;
    options.client = cluster.client(timeout);
    options.topic = kTopic;
    options.snapshot = snapshot;
    options.snapshot_events = 10;
    options.warn = [this](const std::string& what) {
      const std::lock_guard lock(mutex);
      warnings += what + "\n";
    };
    auto started = Projection::Start(std::move(options));
    REQUIRE(started);
    return std::move(*started);
  }
  std::string Warnings() {
    const std::lock_guard lock(mutex);
    return warnings;
  }

  kafka::MockCluster cluster;
  std::unique_ptr<kafka::Producer> producer;
  std::mutex mutex;
  std::string warnings;
};

Made Bread(const std::string& user, const std::string& id) {
  return Event(user, "purchase_bread",
               {{"user", user}, {"event_id", id}, {"stack_limit", int64_t{3}}});
}

int64_t Done(const Projection& projection) {
  int64_t done = 0;
  projection.Read([&](State& state) { done = state.counts.done; });
  return done;
}

void AwaitDone(const Projection& projection, int64_t count) {
  REQUIRE(Await([&] { return projection.Ready().ok() && Done(projection) == count; }));
}

TEST_CASE("each waiter is told what became of its event") {
  World world;
  world.Send(Bread("u", "before"));
  const auto projection = world.Start();
  REQUIRE(Await([&] { return projection->Ready().ok(); }));
  CHECK(Done(*projection) == 1);
  for (int i = 2; i <= 5; ++i) {
    std::promise<std::string> told;
    REQUIRE(projection->Expect("id" + std::to_string(i), seconds(10),
                               [&](const Result<Folded>& folded) {
                                 if (!folded) return told.set_value(folded.error().context);
                                 if (folded->outcome.verdict == Verdict::kRefused) {
                                   return told.set_value("refused");
                                 }
                                 told.set_value(InventoryJson(folded->state, "u"));
                               }));
    world.Send(Bread("u", "id" + std::to_string(i)));
    const std::string answer = told.get_future().get();
    INFO(answer);
    CHECK((i <= 3 ? answer.find("\"quantity\":" + std::to_string(i)) != std::string::npos
                  : answer == "refused"));
  }
}

TEST_CASE("how a projection is doing can be seen") {
  const TempFolder folder;
  World world;
  for (int i = 0; i < 12; ++i) world.Send(Bread("u" + std::to_string(i % 4), std::to_string(i)));
  const auto projection = world.Start(folder.path() + "/state.sqlite");
  AwaitDone(*projection, 12);
  REQUIRE(Await([&] { return projection->GetProgress().snapshot_at.has_value(); }));
  const Progress progress = projection->GetProgress();
  CHECK(progress.behind == 0);
  CHECK(progress.users == 4);
  CHECK(progress.counts.done == 12);
  CHECK(progress.unsaved < 10);
  CHECK(progress.snapshot_took.count() > 0);
  CHECK(progress.since_look < seconds(5));
}

TEST_CASE("who waits for what does not come is told in time, or at the end") {
  World world;
  auto projection = world.Start();
  REQUIRE(Await([&] { return projection->Ready().ok(); }));
  std::promise<Fault> late;
  std::promise<Fault> closed;
  REQUIRE(projection->Expect("never", milliseconds(50), [&](const Result<Folded>& folded) {
    late.set_value(folded.error().fault);
  }));
  REQUIRE(projection->Expect("never too", seconds(60), [&](const Result<Folded>& folded) {
    closed.set_value(folded.error().fault);
  }));
  bool called = false;
  REQUIRE(
      projection->Expect("given up", seconds(60), [&](const Result<Folded>&) { called = true; }));
  projection->Forget("given up");
  CHECK(late.get_future().get() == Fault::kUnavailable);
  projection.reset();
  CHECK(closed.get_future().get() == Fault::kClosed);
  CHECK_FALSE(called);
}

TEST_CASE("a deadline is kept while the topic cannot be read") {
  World world;
  std::promise<Fault> late;  // lives longer than who keeps it
  auto projection = world.Start("", milliseconds(800));
  REQUIRE(Await([&] { return projection->Ready().ok(); }));
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(projection->Expect("on its way", seconds(3), [&](const Result<Folded>& folded) {
    late.set_value(folded.error().fault);
  }));
  rd_kafka_mock_broker_set_down(world.cluster.get(), 1);
  REQUIRE(Await([&] { return !projection->Ready().ok(); }));
  std::future<Fault> told = late.get_future();
  REQUIRE(told.wait_until(begin + seconds(5)) == std::future_status::ready);
  CHECK(told.get() == Fault::kUnavailable);
  CHECK(std::chrono::steady_clock::now() - begin >= seconds(3));
}

TEST_CASE("nobody waits beyond the end of the waits, nor beyond the stop") {
  World world;
  std::promise<Fault> ended;
  std::promise<Fault> later;
  std::promise<Fault> stopped;
  const auto tell = [](std::promise<Fault>& told) {
    return [&told](const Result<Folded>& folded) { told.set_value(folded.error().fault); };
  };
  auto projection = world.Start();
  REQUIRE(Await([&] { return projection->Ready().ok(); }));
  const auto begin = std::chrono::steady_clock::now();
  REQUIRE(projection->Expect("before", seconds(60), tell(ended)));
  projection->EndWaitsBy(begin + milliseconds(200));
  REQUIRE(projection->Expect("after", seconds(60), tell(later)));
  CHECK(ended.get_future().get() == Fault::kUnavailable);
  CHECK(later.get_future().get() == Fault::kUnavailable);
  CHECK(std::chrono::steady_clock::now() - begin >= milliseconds(200));
  projection->EndWaitsBy(begin + seconds(60));
  REQUIRE(projection->Expect("at the stop", seconds(60), tell(stopped)));
  projection->Stop();
  CHECK(stopped.get_future().get() == Fault::kClosed);
}

TEST_CASE("without a broker it is not ready, and only the log names the broker") {
  std::mutex mutex;
  std::string warned;
  ProjectionOptions options;
  options.warn = [&](const std::string& what) {
    const std::lock_guard lock(mutex);
    warned += what + "\n";
  };
  options.client.brokers = "127.0.0.1:1";
  options.client.timeout = milliseconds(300);
  options.topic = kTopic;
  const auto projection = Projection::Start(std::move(options));
  REQUIRE(projection);
  const auto says = [&](const std::string& what) {
    const Status ready = (*projection)->Ready();
    return !ready && ready.error().context.find(what) != std::string::npos;
  };
  CHECK(says("still being read"));
  REQUIRE(Await([&] { return says("the log cannot be read now"); }));
  CHECK_FALSE(says("127.0.0.1"));
  {
    const std::lock_guard lock(mutex);
    CHECK(warned == "topic " + std::string(kTopic) +
                        ": no broker answers: 127.0.0.1:1 (connection refused)\n");
  }
  CHECK_FALSE((*projection)->Expect("x", seconds(1), [](const Result<Folded>&) { CHECK(false); }));
}

TEST_CASE("it goes on from its snapshot, and beside another one without") {
  const TempFolder folder;
  const std::string path = folder.path() + "/state.sqlite";
  World world;
  for (int i = 0; i < 30; ++i) world.Send(Bread("u" + std::to_string(i), std::to_string(i)));
  {
    const auto projection = world.Start(path);
    AwaitDone(*projection, 30);
    REQUIRE(Await([&] { return LoadSnapshot(path, kTopic).ok(); }));
    const auto beside = world.Start(path);
    AwaitDone(*beside, 30);
    CHECK(world.Warnings().find("in use by another process") != std::string::npos);
  }
  const auto left = LoadSnapshot(path, kTopic);
  REQUIRE(left);
  CHECK((*left)->state.counts.done == 30);
  world.Send(Bread("late", "late"));
  const auto projection = world.Start(path);
  AwaitDone(*projection, 31);
}

TEST_CASE("a snapshot that cannot be read for a while is kept, and waited for") {
  const TempFolder folder;
  const std::string path = folder.path() + "/state.sqlite";
  World world;
  for (int i = 0; i < 30; ++i) world.Send(Bread("u" + std::to_string(i), std::to_string(i)));
  {
    const auto projection = world.Start(path);
    AwaitDone(*projection, 30);
  }
  std::filesystem::create_directory(path + "-wal");
  const auto projection = world.Start(path);
  REQUIRE(Await([&] { return world.Warnings().find("cannot be read now") != std::string::npos; }));
  std::this_thread::sleep_for(seconds(1));
  const Status waits = projection->Ready();
  REQUIRE_FALSE(waits);
  CHECK(waits.error().context.find(path) != std::string::npos);
  CHECK(Done(*projection) == 0);
  std::filesystem::remove(path + "-wal");
  AwaitDone(*projection, 30);
  CHECK_FALSE(std::filesystem::exists(path + ".set-aside"));
  // Told once, not each half second.
  CHECK(world.Warnings().find("cannot be read now") ==
        world.Warnings().rfind("cannot be read now"));
}

TEST_CASE("a snapshot of another log is set aside") {
  const TempFolder folder;
  const std::string path = folder.path() + "/state.sqlite";
  {
    World longer;
    for (int i = 0; i < 30; ++i) longer.Send(Bread("u" + std::to_string(i), std::to_string(i)));
    const auto projection = longer.Start(path);
    AwaitDone(*projection, 30);
  }
  World world;  // The same topic's name, in another cluster.
  world.Send(Bread("v", "v"));
  const auto projection = world.Start(path);
  AwaitDone(*projection, 1);
  CHECK(world.Warnings().find("rebuilt from") != std::string::npos);
}

}  // namespace
}  // namespace gamevents::state

// Goal: readiness follows the topic both ways, and says why not. Method: a probe whose outcome the
// test sets, probed every millisecond.
#include "core/collector/metrics/readiness.h"

#include "tests/support/await.h"
#include "tests/unit/catch.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

using std::chrono::milliseconds;

// A topic that answers as it is told to, and notes what was said of it.
class FakeTopic {
 public:
  void Set(Status outcome) {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
  }
  Probe MakeProbe() {
    return [this] {
      const std::lock_guard lock(mutex_);
      return outcome_;
    };
  }
  std::function<void(const Status&)> MakeNote() {
    return [this](const Status& status) {
      const std::lock_guard lock(mutex_);
      notes_.push_back(status ? "ready" : status.error().context);
    };
  }
  std::vector<std::string> Notes() {
    const std::lock_guard lock(mutex_);
    return notes_;
  }

 private:
  std::mutex mutex_;
  Status outcome_ = Error{Fault::kUnavailable, "no broker"};
  std::vector<std::string> notes_;
};

std::string Text(const Status& status) { return status ? "ready" : status.error().context; }

// Whether `readiness` comes to say `text`.
bool Becomes(const Readiness& readiness, const std::string& text) {
  return Await([&] { return Text(readiness.Ready()) == text; });
}

}  // namespace

TEST_CASE("nothing is ready before it was probed") {
  FakeTopic topic;
  const Readiness readiness(topic.MakeProbe(), topic.MakeNote());
  CHECK(Text(readiness.Ready()) == "Kafka has not been reached yet");
}

TEST_CASE("what keeps the first probe is said, until it has an outcome") {
  FakeTopic topic;
  Readiness readiness(topic.MakeProbe(), topic.MakeNote(), milliseconds(1));
  readiness.NoteProgress({Fault::kUnavailable, "the past is being read"});
  CHECK(Text(readiness.Ready()) == "the past is being read");
  REQUIRE(readiness.Start().ok());
  CHECK(Becomes(readiness, "no broker"));
  readiness.NoteProgress({Fault::kUnavailable, "the past is being read"});
  CHECK(Text(readiness.Ready()) == "no broker");
}

TEST_CASE("readiness follows the topic, and each change is noted once") {
  FakeTopic topic;
  auto readiness =
      std::make_unique<Readiness>(topic.MakeProbe(), topic.MakeNote(), milliseconds(1));
  REQUIRE(readiness->Start().ok());
  CHECK(Becomes(*readiness, "no broker"));
  // The same fault in other words is news for /readyz, but no change.
  topic.Set(Error{Fault::kUnavailable, "still no broker"});
  CHECK(Becomes(*readiness, "still no broker"));
  topic.Set(Done{});
  CHECK(Becomes(*readiness, "ready"));
  topic.Set(Error{Fault::kNotFound, "no topic"});
  CHECK(Becomes(*readiness, "no topic"));
  topic.Set(Done{});
  CHECK(Becomes(*readiness, "ready"));
  readiness.reset();
  CHECK(topic.Notes() == std::vector<std::string>{"no broker", "ready", "no topic", "ready"});
}

TEST_CASE("a draining server is not ready, whatever its topic says") {
  FakeTopic topic;
  topic.Set(Done{});
  Readiness readiness(topic.MakeProbe(), topic.MakeNote(), milliseconds(1));
  REQUIRE(readiness.Start().ok());
  CHECK(Becomes(readiness, "ready"));
  readiness.StartDraining();
  CHECK(Text(readiness.Ready()) == "the server is stopping");
  CHECK(readiness.Ready().error().fault == Fault::kClosed);
}

TEST_CASE("the end does not wait for the next probe") {
  FakeTopic topic;
  const auto begin = std::chrono::steady_clock::now();
  {
    Readiness readiness(topic.MakeProbe(), topic.MakeNote(), std::chrono::hours(1));
    REQUIRE(readiness.Start().ok());
    CHECK(Becomes(readiness, "no broker"));
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}

}  // namespace gamevents::collector

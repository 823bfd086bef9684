// Goal: the board shows exactly what the topic holds, soon after it is there, through a broker's
// absence and a topic's loss; and nothing is read for nobody. Method: a topic in memory that the
// test appends to and breaks, a watcher in the test, and short waits.
#include "core/dashboard/follower.h"

#include "tests/support/await.h"
#include "tests/unit/catch.h"

#include <deque>
#include <mutex>
#include <optional>
#include <thread>

namespace gamevents::dashboard {
namespace {

using std::chrono::milliseconds;

// A topic of one partition. Thread-safe.
class Topic {
 public:
  void Append(std::string value) {
    const std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
  }
  // From now on a reader takes so long for each piece.
  void SlowDown(milliseconds pause) {
    const std::lock_guard lock(mutex_);
    pause_ = pause;
  }
  // From now on opening and reading fail so; nullopt: no longer.
  void Break(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
  }
  void Replace(std::vector<std::string> values) {
    const std::lock_guard lock(mutex_);
    values_ = {values.begin(), values.end()};
  }
  int opened() const {
    const std::lock_guard lock(mutex_);
    return opened_;
  }
  int open_now() const {
    const std::lock_guard lock(mutex_);
    return open_now_;
  }
  Result<std::unique_ptr<kafka::Reader>> Open(const kafka::ReaderOptions& options);

 private:
  class Reader;
  mutable std::mutex mutex_;
  std::deque<std::string> values_;  // which stay where they are while others are appended
  std::optional<Error> error_;
  milliseconds pause_{0};
  int opened_ = 0;
  int open_now_ = 0;
};

class Topic::Reader final : public kafka::Reader {
 public:
  Reader(Topic& topic, kafka::PartitionRange range)
      : topic_(topic), ranges_{range}, next_(static_cast<size_t>(range.begin)) {}
  ~Reader() override {
    const std::lock_guard lock(topic_.mutex_);
    topic_.open_now_ -= 1;
  }
  std::span<const kafka::PartitionRange> ranges() const override { return ranges_; }
  Result<std::span<const kafka::RecordView>> Next(milliseconds) override {
    records_.clear();
    milliseconds pause{0};
    {
      const std::lock_guard lock(topic_.mutex_);
      pause = topic_.pause_;
      if (topic_.error_) return *topic_.error_;
      for (; next_ < topic_.values_.size() && records_.size() < 3; ++next_) {
        kafka::RecordView record;
        record.topic = "t";
        record.offset = static_cast<int64_t>(next_);
        record.timestamp = TimestampMs{1'795'428'000'000};
        record.value = topic_.values_[next_];
        records_.push_back(record);
      }
    }
    std::this_thread::sleep_for(records_.empty() ? milliseconds(2) : pause);
    return std::span<const kafka::RecordView>(records_);
  }
  void LimitBatch(size_t) override {}
  std::vector<kafka::PartitionRange> TakeFinished() override { return {}; }
  bool Finished() const override { return false; }
  Status Commit() override { return Done{}; }

 private:
  Topic& topic_;
  std::vector<kafka::PartitionRange> ranges_;
  size_t next_;
  std::vector<kafka::RecordView> records_;
};

Result<std::unique_ptr<kafka::Reader>> Topic::Open(const kafka::ReaderOptions& options) {
  const std::lock_guard lock(mutex_);
  if (error_) return *error_;
  kafka::PartitionRange range{0, 0, static_cast<int64_t>(values_.size()),
                              static_cast<int64_t>(values_.size())};
  if (const auto start = options.starts.find(0); start != options.starts.end()) {
    range.begin = start->second;
  }
  if (range.begin > range.end) return Error{Fault::kBadInput, "past the end"};
  opened_ += 1;
  open_now_ += 1;
  return std::unique_ptr<kafka::Reader>(std::make_unique<Reader>(*this, range));
}

// A board with a follower of `topic`, and one who watches it.
struct Scene {
  explicit Scene(milliseconds forget_after = milliseconds(60'000)) {
    FollowerOptions options;
    options.topic = "t";
    options.render_every = milliseconds(1);
    options.try_again_after = milliseconds(5);
    options.forget_after = forget_after;
    options.on_problem = [this](const Error&) { problems += 1; };
    options.open = [this](const kafka::ReaderOptions& reader) { return topic.Open(reader); };
    auto started = Follower::Start(std::move(options), board);
    REQUIRE(started.ok());
    follower = std::move(started).value();
  }
  void Watch() {
    board.OnStream({}, [this](http::Response response) { stream = std::move(response.stream); });
    REQUIRE(stream);
  }
  // Whether the newest view that comes has `text`.
  bool Shows(const std::string& text) {
    return Await([&] {
      if (const auto taken = stream->Take(); taken.piece) last = *taken.piece;
      return last.find(text) != std::string::npos;
    });
  }
  Topic topic;
  std::atomic<int> problems = 0;
  Board board{{.page = {.topic = "t"}}};
  std::shared_ptr<http::StreamOutlet> stream;
  std::string last;
  std::unique_ptr<Follower> follower;
};

std::string Figure(const std::string& name, int number) {
  return "<dt>" + name + "</dt><dd>" + std::to_string(number) + "</dd>";
}

const std::string kSword = R"({"event_type":"purchase_sword","purchase_user":"ann"})";

}  // namespace

TEST_CASE("what is in the topic is shown, and what comes, each once") {
  Scene scene;
  for (int i = 0; i < 7; ++i) scene.topic.Append(kSword);
  scene.topic.Append("42");
  scene.Watch();
  CHECK(scene.Shows(Figure("Events", 7)));
  CHECK(scene.Shows("Bar chart: Events by item. sword 7."));
  CHECK(scene.Shows("What was not an event"));
  for (int i = 0; i < 100; ++i) scene.topic.Append(kSword);
  CHECK(scene.Shows(Figure("Events", 107)));
  CHECK(scene.Shows("The newest events"));
  CHECK(scene.Shows("all times are UTC.</p>"));
  CHECK(scene.topic.opened() == 1);
}

TEST_CASE("while the topic is being read, the page says how far that is") {
  Scene scene;
  for (int i = 0; i < 300; ++i) scene.topic.Append(kSword);
  scene.topic.SlowDown(milliseconds(3));
  scene.Watch();
  CHECK(scene.Shows(" % so far.</p>"));
  CHECK(scene.Shows(Figure("Events", 300)));
  CHECK(scene.Shows("all times are UTC.</p>"));
}

TEST_CASE("a broker that goes and comes again: it says so, and goes on where it was") {
  Scene scene;
  for (int i = 0; i < 5; ++i) scene.topic.Append(kSword);
  scene.Watch();
  CHECK(scene.Shows(Figure("Events", 5)));
  scene.topic.Break(Error{Fault::kUnavailable, "no broker at x:1"});
  CHECK(scene.Shows("The topic cannot be read: no broker at x:1. "));
  CHECK(scene.Shows(Figure("Events", 5)));
  scene.topic.Append(kSword);
  scene.topic.Break({});
  CHECK(scene.Shows(Figure("Events", 6)));
  CHECK(scene.last.find("cannot be read") == std::string::npos);
  CHECK(scene.problems == 1);
}

TEST_CASE("a topic that is lost or another one is counted from its start") {
  Scene scene;
  for (int i = 0; i < 5; ++i) scene.topic.Append(kSword);
  scene.Watch();
  CHECK(scene.Shows(Figure("Events", 5)));
  scene.topic.Break(Error{Fault::kNotFound, "there is no topic t"});
  CHECK(scene.Shows("The topic cannot be read: there is no topic t"));
  CHECK(scene.Shows(Figure("Events", 0)));
  scene.topic.Replace({kSword, kSword});
  scene.topic.Break({});
  CHECK(scene.Shows(Figure("Events", 2)));
  // Shorter than what was read of it, when only the broker was away.
  scene.topic.Break(Error{Fault::kUnavailable, "away"});
  CHECK(scene.Shows("cannot be read: away"));
  scene.topic.Replace({kSword});
  scene.topic.Break({});
  CHECK(scene.Shows(Figure("Events", 1)));
}

TEST_CASE("nothing is read before somebody looks, nor long after the last one did") {
  Scene scene(milliseconds(50));
  scene.topic.Append(kSword);
  std::this_thread::sleep_for(milliseconds(30));
  CHECK(scene.topic.opened() == 0);
  scene.Watch();
  CHECK(scene.Shows(Figure("Events", 1)));
  std::this_thread::sleep_for(milliseconds(100));
  CHECK(scene.topic.open_now() == 1);
  scene.stream.reset();
  CHECK(Await([&] { return scene.topic.open_now() == 0 && !scene.board.Shows(); }));
  CHECK(scene.board.watchers() == 0);
  scene.topic.Append(kSword);
  scene.last.clear();
  scene.Watch();
  CHECK(scene.Shows(Figure("Events", 2)));
  CHECK(scene.topic.opened() == 2);
}

TEST_CASE("a page that nobody watches is of the moment in which it is asked for") {
  Scene scene;
  for (int count = 1; count <= 3; ++count) {
    scene.topic.Append(kSword);
    std::atomic<bool> answered = false;
    std::string body;
    scene.board.OnPage([&](const http::Response& response) {
      body = response.body;
      answered = true;
    });
    REQUIRE(Await([&] { return answered.load(); }));
    CHECK(body.find(Figure("Events", count)) != std::string::npos);
  }
}

}  // namespace gamevents::dashboard

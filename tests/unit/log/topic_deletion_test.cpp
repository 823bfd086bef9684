// Goal: a topic that is made again under a deleted one's name has nothing of it, neither its late
// writers nor its checkpoints, however the two interleave and wherever the process is killed.
// Method: a simulated disk that holds one operation while another thread deletes and makes the
// topic, loses power, and fails at each operation; the new topic's records are read back.
#include "core/log/log_manager.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

namespace gamevents::log {
namespace {

using Op = SimulatedDisk::Op;
using namespace std::chrono_literals;

constexpr char kDeletionDirectory[] = "/data";

struct DeletionWorld {
  DeletionWorld() { Open(); }
  LogManager::Options Options() {
    LogManager::Options options;
    options.directory = kDeletionDirectory;
    options.files = &disk;
    options.clock = &clock;
    options.defaults.segment_bytes = 1000;
    return options;
  }
  void Open() {
    manager.reset();
    manager = MustOpen(Options());
  }
  // As after kill -9, or, with the power gone, with only what was synced.
  void Crash(bool power = false) {
    manager.reset();
    if (power) disk.CrashPower(0);
    Open();
  }
  void Make(const std::string& name) {
    const auto made = manager->CreateTopic(name, 1);
    if (!made) FAIL(made.error().context);
  }
  std::shared_ptr<Log> LogOf(const std::string& name) { return manager->Partition(name, 0); }
  // Appends records with such values, one batch each, and waits until they are acknowledged.
  void Put(const std::string& name, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      REQUIRE(LogOf(name)->WaitCommitted(MustAppend(*LogOf(name), MakeBatch({value})).next_offset));
    }
  }
  std::vector<std::string> Values(const std::string& name) {
    std::vector<std::string> values;
    for (const Read& read : ReadAll(*LogOf(name), LogOf(name)->log_start())) {
      values.push_back(read.value);
    }
    return values;
  }

  SimulatedDisk disk;
  FixedClock clock{kTestNow};
  std::unique_ptr<LogManager> manager;
};

using Values = std::vector<std::string>;

const Values kNewValues{"n0", "n1", "n2", "n3", "n4", "n5"};

// Deletes topic t and makes it again with six records, in a thread of its own; comes back when that
// is done or has visibly to wait for somebody.
std::thread ReplaceMeanwhile(DeletionWorld& world) {
  auto done = std::make_shared<std::atomic<bool>>(false);
  std::thread thread([&world, done] {
    REQUIRE(world.manager->DeleteTopic("t").ok());
    world.Make("t");
    world.Put("t", kNewValues);
    *done = true;
  });
  for (int i = 0; i < 100 && !*done; ++i) std::this_thread::sleep_for(5ms);
  return thread;
}

std::vector<std::byte> LargeBatch() { return MakeBatch({std::string(600, 'x')}); }

}  // namespace

TEST_CASE("a roll that is under way when its topic is replaced writes nothing into the new one") {
  for (const auto& [op, part] : std::vector<std::pair<Op, std::string>>{
           {Op::kSync, ".index"}, {Op::kSync, ".snapshot"}, {Op::kCreate, "1.log"}}) {
    DeletionWorld world;
    world.Make("t");
    const auto old = world.LogOf("t");
    REQUIRE(old->WaitCommitted(MustAppend(*old, LargeBatch()).next_offset).ok());
    world.disk.HoldNext(op, part);
    std::thread appending([&old] { static_cast<void>(old->Append(LargeBatch()).ok()); });
    REQUIRE(world.disk.WaitUntilHeld());
    std::thread replacing = ReplaceMeanwhile(world);
    world.disk.Release();
    appending.join();
    replacing.join();
    CHECK(old->Append(LargeBatch()).error().fault == Fault::kClosed);
    CHECK(world.Values("t") == kNewValues);
    REQUIRE(world.manager->Close().ok());
    world.Open();
    CHECK(world.Values("t") == kNewValues);
  }
}

TEST_CASE("what waited for a deleted log's turn does nothing when it comes") {
  DeletionWorld world;
  world.Make("t");
  const auto old = world.LogOf("t");
  for (int i = 0; i < 3; ++i) {
    REQUIRE(old->WaitCommitted(MustAppend(*old, LargeBatch()).next_offset).ok());
  }
  // The turn belongs to a roll that takes its time.
  world.disk.HoldNext(Op::kSync, ".index");
  std::thread appending([&old] { static_cast<void>(old->Append(LargeBatch()).ok()); });
  REQUIRE(world.disk.WaitUntilHeld());
  std::function<void()> late;
  Result<Offset> deleted = Offset(0);
  Log::Retained removed;
  SECTION("DeleteRecords") {
    late = [&] { deleted = old->DeleteRecordsBefore(Offset(-1)); };
  }
  SECTION("retention") {
    late = [&] { removed = old->ApplyRetention(TimestampMs(INT64_MAX / 2)); };
  }
  SECTION("an orderly stop of the log") {
    late = [&] { static_cast<void>(old->Close().ok()); };
  }
  std::thread waiting(late);
  std::this_thread::sleep_for(20ms);
  std::thread replacing = ReplaceMeanwhile(world);
  world.disk.Release();
  appending.join();
  waiting.join();
  replacing.join();
  CHECK((!deleted.ok() || *deleted <= Offset(4)));
  CHECK(world.Values("t") == kNewValues);
  world.Crash();
  CHECK(world.Values("t") == kNewValues);
  CHECK(old->DeleteRecordsBefore(Offset(-1)).error().fault == Fault::kClosed);
  CHECK(world.Values("t") == kNewValues);
}

TEST_CASE("whoever reads a deleted log, or waits for it to move, is told") {
  DeletionWorld world;
  world.Make("t");
  world.Put("t", {"a"});
  const auto old = world.LogOf("t");
  int woken = 0;
  old->SetListener([&woken] { ++woken; });
  REQUIRE(world.manager->DeleteTopic("t").ok());
  CHECK(woken == 1);
  CHECK(old->Read(Offset(0), 100).error().fault == Fault::kClosed);
  CHECK(old->FindByTime(TimestampMs(0)).error().fault == Fault::kClosed);
  CHECK(old->FindMaxTimestamp().error().fault == Fault::kClosed);
}

TEST_CASE("the checkpoints of a topic that went never apply to the next of its name") {
  const std::string folder = std::string(kDeletionDirectory) + "/t-0";
  const std::vector<std::function<void(DeletionWorld&, bool)>> ways{
      // Killed behind the mark of the deletion.
      [&](DeletionWorld& world, bool) {
        world.manager.reset();
        world.disk.Set(folder + "/topic.deleted", "");
        world.Open();
      },
      // Its folder was removed while nobody ran.
      [&](DeletionWorld& world, bool) {
        world.manager.reset();
        REQUIRE(world.disk.Rename(folder, "/away").ok());
        world.Open();
      },
      // Killed while it was being deleted.
      [&](DeletionWorld& world, bool power) {
        world.disk.FailNth(Op::kRename, 2);
        REQUIRE_FALSE(world.manager->DeleteTopic("t").ok());
        world.Crash(power);
      }};
  for (const bool power : {false, true}) {
    for (const size_t records : {size_t{3}, size_t{12}}) {
      for (const auto& go : ways) {
        DeletionWorld world;
        world.Make("t");
        world.Put("t", {"o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7"});
        REQUIRE(world.LogOf("t")->DeleteRecordsBefore(Offset(5)).ok());
        REQUIRE(world.manager->Close().ok());
        world.Open();
        go(world, power);
        REQUIRE_FALSE(world.manager->Find("t").has_value());
        world.Make("t");
        Values values;
        for (size_t i = 0; i < records; ++i) values.push_back("n" + std::to_string(i));
        world.Put("t", values);
        world.Crash(power);
        CHECK(world.LogOf("t")->log_start() == Offset(0));
        CHECK(world.Values("t") == values);
      }
    }
  }
}

TEST_CASE("a topic can be made again after any failure of its deletion, and has nothing of it") {
  int turns = 0;
  for (const Op op : {Op::kCreate, Op::kRename, Op::kRemove, Op::kSync, Op::kSyncDirectory}) {
    for (uint64_t n = 1;; ++n, ++turns) {
      INFO("operation " << static_cast<int>(op) << " number " << n);
      DeletionWorld world;
      world.Make("t");
      world.Put("t", {"o0", "o1", "o2", "o3", "o4", "o5", "o6", "o7"});
      REQUIRE(world.LogOf("t")->DeleteRecordsBefore(Offset(5)).ok());
      REQUIRE(world.manager->Checkpoint().ok());
      world.disk.FailNth(op, n);
      const bool deleted = world.manager->DeleteTopic("t").ok();
      const bool failed = world.disk.Failed();
      world.disk.Disarm();
      CHECK(deleted != failed);
      if (world.manager->Find("t")) {
        // It was not deleted: what it takes from now on is there after a restart.
        world.Put("t", {"o8"});
        world.Crash(true);
        REQUIRE(world.manager->Find("t"));
        CHECK(world.Values("t") == Values{"o5", "o6", "o7", "o8"});
      } else {
        world.Make("t");
        world.Put("t", kNewValues);
        CHECK(world.Values("t") == kNewValues);
        world.Crash(true);
        CHECK(world.LogOf("t")->log_start() == Offset(0));
        CHECK(world.Values("t") == kNewValues);
      }
      if (!failed) break;
    }
  }
  CHECK(turns > 12);
}

}  // namespace gamevents::log

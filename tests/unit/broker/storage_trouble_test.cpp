// Goal: who asks is told what keeps records from being stored, and no longer than it does.
// Method: logs on simulated disks that are full, fail and go away.
#include "core/broker/storage_trouble.h"

#include "core/log/log_manager.h"
#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <thread>

namespace gamevents::broker {
namespace {

using log::SimulatedDisk;

struct TroubledWorld {
  TroubledWorld() {
    log::LogManager::Options options;
    options.directory = "/data";
    options.files = &disk;
    options.clock = &clock;
    logs = log::LogManager::Open(options).value();
    REQUIRE(logs->CreateTopic("t", 1).ok());
  }
  // Appends as a Produce request does, and notes the outcome.
  void Put(StorageTrouble& trouble) {
    const auto log = logs->Partition("t", 0);
    const auto outcome = log->Append(log::MakeBatch({"x"}));
    if (!outcome) return trouble.NoteFailure(log, outcome.error());
    const Status committed = log->WaitCommitted(std::get_if<log::Appended>(&*outcome)->next_offset);
    if (committed) return trouble.NoteSuccess(*log);
    trouble.NoteFailure(log, committed.error());
  }

  SimulatedDisk disk;
  log::FixedClock clock{log::kTestNow};
  std::unique_ptr<log::LogManager> logs;
};

}  // namespace

TEST_CASE("a full disk is trouble until a batch is stored again, or for a while") {
  TroubledWorld world;
  StorageTrouble trouble(std::chrono::milliseconds(200));
  world.Put(trouble);
  CHECK(trouble.Present().ok());
  world.disk.SetRoom(0);
  world.Put(trouble);
  const Status present = trouble.Present();
  REQUIRE_FALSE(present.ok());
  CHECK(present.error().fault == Fault::kFull);
  CHECK(present.error().context.find("/data/t-0/") != std::string::npos);
  SECTION("a batch is stored") {
    world.disk.SetRoom(std::nullopt);
    world.Put(trouble);
  }
  SECTION("nobody tries") { std::this_thread::sleep_for(std::chrono::milliseconds(250)); }
  SECTION("the topic is deleted") {
    world.disk.SetRoom(std::nullopt);
    REQUIRE(world.logs->DeleteTopic("t").ok());
  }
  CHECK(trouble.Present().ok());
}

TEST_CASE("a log that stopped itself is trouble until it is gone") {
  TroubledWorld world;
  StorageTrouble trouble(std::chrono::milliseconds(1));
  world.disk.FailNth(SimulatedDisk::Op::kSync, 1);
  world.Put(trouble);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(trouble.Present().error().fault == Fault::kIo);
  world.Put(trouble);
  CHECK_FALSE(trouble.Present().ok());
  REQUIRE(world.logs->DeleteTopic("t").ok());
  CHECK(trouble.Present().ok());
  // What comes late for a log that was deleted is none.
  trouble.NoteFailure(nullptr, Error{Fault::kClosed, "the log was closed"});
  CHECK(trouble.Present().ok());
}

}  // namespace gamevents::broker

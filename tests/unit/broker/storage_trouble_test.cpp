// Goal: who asks is told what keeps records from being stored, and no longer than it does.
// Method: logs on simulated disks that are full, fail and go away.
#include "core/broker/storage_trouble.h"

#include "core/log/log_manager.h"
#include "tests/support/await.h"
#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <string>

namespace gamevents::broker {
namespace {

using log::SimulatedDisk;

struct TroubledWorld {
  TroubledWorld() {
    log::LogManager::Options options;
    options.directory = "/data";
    options.files = &disk;
    options.clock = &clock;
    logs = log::MustOpen(options);
    REQUIRE(logs->CreateTopic("t", 2).ok());
  }
  // Appends as a Produce request does, and notes the outcome.
  void Put(StorageTrouble& trouble, int32_t partition = 0, const std::string& value = "x") {
    const auto log = logs->Partition("t", partition);
    const auto batch = log::MakeBatch({value});
    const auto outcome = log->Append(batch);
    if (!outcome) return trouble.NoteFailure(log, batch.size(), outcome.error());
    const Status committed = log->WaitCommitted(std::get_if<log::Appended>(&*outcome)->next_offset);
    if (committed) return trouble.NoteSuccess(*log);
    trouble.NoteFailure(log, batch.size(), committed.error());
  }
  Status PresentIn(const StorageTrouble& trouble) const {
    return trouble.PresentIn(logs->Find("t").value().partitions);
  }

  SimulatedDisk disk;
  FixedClock clock{kTestNow};
  std::unique_ptr<log::LogManager> logs;
};

}  // namespace

TEST_CASE("a full disk is trouble until a batch is stored again, or could be") {
  TroubledWorld world;
  StorageTrouble trouble;
  world.Put(trouble);
  CHECK(trouble.Present().ok());
  world.disk.SetRoom(0);
  world.Put(trouble);
  const Status present = trouble.Present();
  REQUIRE_FALSE(present.ok());
  CHECK(present.error().fault == Fault::kFull);
  CHECK(present.error().context.find("/data/t-0/") != std::string::npos);
  // One partition's full disk is the other's as well.
  CHECK(world.PresentIn(trouble).error().context == present.error().context);
  trouble.Retry();
  CHECK_FALSE(trouble.Present().ok());
  SECTION("a batch is stored") {
    world.disk.SetRoom(std::nullopt);
    world.Put(trouble);
  }
  SECTION("nobody sends") {
    world.disk.SetRoom(std::nullopt);
    trouble.Retry();
  }
  SECTION("the topic is deleted") {
    world.disk.SetRoom(std::nullopt);
    const auto partitions = world.logs->Find("t").value().partitions;
    REQUIRE(world.logs->DeleteTopic("t").ok());
    trouble.Retry();
    CHECK_FALSE(trouble.PresentIn(partitions).ok());
  }
  CHECK(trouble.Present().ok());
  CHECK(trouble.PresentIn({}).ok());
}

TEST_CASE("a disk with room for less than what failed is full") {
  TroubledWorld world;
  StorageTrouble trouble;
  world.disk.SetRoom(500);
  world.Put(trouble, 0, std::string(1'000, 'x'));
  trouble.Retry();
  CHECK_FALSE(trouble.Present().ok());
  world.disk.SetRoom(1'100);
  trouble.Retry();
  CHECK(trouble.Present().ok());
  CHECK(world.PresentIn(trouble).ok());
}

TEST_CASE("a log that stopped itself is trouble until it is gone") {
  TroubledWorld world;
  StorageTrouble trouble;
  world.disk.FailNth(SimulatedDisk::Op::kSync, 1);
  world.Put(trouble);
  trouble.Retry();
  CHECK(trouble.Present().error().fault == Fault::kIo);
  world.Put(trouble);
  CHECK_FALSE(trouble.Present().ok());
  // The other partition takes what is its own.
  CHECK(world.PresentIn(trouble).ok());
  world.Put(trouble, 1);
  CHECK(world.PresentIn(trouble).ok());
  world.disk.FailNth(SimulatedDisk::Op::kSync, 1);
  world.Put(trouble, 1);
  CHECK(world.PresentIn(trouble).error().fault == Fault::kIo);
  REQUIRE(world.logs->DeleteTopic("t").ok());
  // The committer's thread may hold on to the log for a moment more.
  CHECK(Await([&] { return trouble.Present().ok(); }));
  // What comes late for a log that was deleted is none.
  trouble.NoteFailure(nullptr, 100, Error{Fault::kClosed, "the log was closed"});
  CHECK(trouble.Present().ok());
}

}  // namespace gamevents::broker

// Goal: a log takes few descriptors however long it is, and when they run out it refuses, keeps
// what it has, and goes on when there are some again. Method: a simulated disk that counts and
// limits open files and fails at each making of one; a real one under a limit of 256.
#include "core/log/log_manager.h"
#include "core/log/segment.h"
#include "core/log/stretches.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <sys/resource.h>

#include <chrono>

namespace gamevents::log {
namespace {

using Op = SimulatedDisk::Op;

constexpr char kCountedFolder[] = "/events-0";
constexpr size_t kPoolFiles = 10;
// The segment that grows, and what an operation has open for a moment.
constexpr size_t kBesides = 3;

struct CountedWorld {
  CountedWorld() { REQUIRE(disk.CreateDirectory(kCountedFolder).ok()); }
  Result<std::shared_ptr<Log>> TryOpen(const Log::OpenOptions& open = {}) {
    LogOptions options;
    options.segment_bytes = 300;
    options.index_interval_bytes = 50;
    return Log::Open({disk, pool, committer, clock}, kCountedFolder, options, open);
  }
  std::shared_ptr<Log> Open(const Log::OpenOptions& open = {}) {
    auto log = TryOpen(open);
    if (!log) FAIL(log.error().context);
    return *std::move(log);
  }

  SimulatedDisk disk;
  FixedClock clock{kTestNow};
  FilePool pool{kPoolFiles};
  Committer committer{{std::chrono::milliseconds(0), 1}};
};

std::vector<std::byte> Sized(size_t size, int64_t time = kTestNow) {
  return MakeBatch({std::string(size, 'x')}, time);
}

// Appends, and waits until it is acknowledged.
void PutSized(Log& log, size_t size, int64_t time = kTestNow) {
  REQUIRE(log.WaitCommitted(MustAppend(log, Sized(size, time)).next_offset).ok());
}

}  // namespace

TEST_CASE("a log of many segments has few files open, whatever is done with it") {
  CountedWorld world;
  std::shared_ptr<Log> log = world.Open();
  constexpr int kSegments = 200;
  for (int i = 0; i < kSegments; ++i) PutSized(*log, 200, kTestNow + i);
  CHECK(world.disk.most_open() <= kPoolFiles + kBesides);
  for (const bool clean : {false, true}) {
    if (clean) REQUIRE(log->Close().ok());
    LetGo(log);
    // The committer's thread may be closing them.
    CHECK(Await([&] { return world.disk.open_files() <= 1; }));
    log = world.Open({.clean = clean, .recovery_point = Offset(clean ? kSegments : 0)});
    CHECK(ReadAll(*log, Offset(0)).size() == kSegments);
    for (int i = 0; i < kSegments; i += 7) {
      CHECK(log->FindByTime(TimestampMs(kTestNow + i)).value()->offset == Offset(i));
    }
    CHECK(log->FindMaxTimestamp().value()->offset == Offset(kSegments - 1));
    CHECK(world.disk.most_open() <= kPoolFiles + kBesides);
  }
  const auto stretches =
      FindStretches(world.disk, kCountedFolder, {Offset(0), Offset(kSegments)}, 1 << 20);
  REQUIRE(stretches.ok());
  CHECK(stretches->size() == kSegments);
  CHECK(world.disk.open_files() <= kPoolFiles + kBesides + kStretchFilesMax);
  for (const Stretch& stretch : *stretches) {
    CHECK((*stretch.file->Get().value()).Size().value() == stretch.end);
  }
  REQUIRE(log->DeleteRecordsBefore(Offset(kSegments - 1)).ok());
  CHECK(ReadAll(*log, Offset(kSegments - 1)).size() == 1);
}

TEST_CASE("whoever reads a segment keeps its file, also when it is removed") {
  CountedWorld world;
  const auto log = world.Open();
  for (int i = 0; i < 50; ++i) PutSized(*log, 200);
  const auto slice = log->Read(Offset(0), 1).value().slice;
  CHECK(ReadAll(*log, Offset(1)).size() == 49);
  REQUIRE(log->DeleteRecordsBefore(Offset(20)).ok());
  CHECK(ReadSlice(slice) == [] {
    auto batch = Sized(200);
    BatchHeader header = ReadBatchHeader(batch);
    header.leader_epoch = LeaderEpoch(0);
    WriteBatchHeader(header, std::span(batch).first<kBatchHeaderSize>());
    return batch;
  }());
  CHECK(log->Read(Offset(0), 1).error().fault == Fault::kNotFound);
  // One that somebody else removed is no deletion.
  REQUIRE(world.disk.Remove("/events-0/00000000000000000030.log").ok());
  CHECK(world.pool.CloseAll());
  CHECK(log->Read(Offset(30), 1).error().fault == Fault::kIo);
  CHECK_FALSE(ReadSlice(log->Read(Offset(31), 1).value().slice).empty());
  // An index is only a shorter way.
  REQUIRE(world.disk.Remove("/events-0/00000000000000000040.index").ok());
  REQUIRE(world.disk.Remove("/events-0/00000000000000000040.timeindex").ok());
  CHECK(world.pool.CloseAll());
  CHECK(ReadAll(*log, Offset(40)).size() == 10);
}

TEST_CASE("descriptors that run out at a segment's end refuse, and the log goes on later") {
  for (size_t free = 0; free < 3; ++free) {
    CountedWorld world;
    auto log = world.Open();
    PutSized(*log, 100);
    world.pool.CloseAll();
    world.disk.SetDescriptors(world.disk.open_files() + free);
    const auto refused = log->Append(Sized(200));
    if (!refused) {
      CHECK(refused.error().fault == Fault::kFull);
      CHECK_FALSE(log->fault().has_value());
      // What needs no new segment is taken as ever.
      PutSized(*log, 1);
      CHECK(log->Append(Sized(200)).error().fault == Fault::kFull);
    } else {
      CHECK(free == 2);
    }
    CHECK(ReadAll(*log, Offset(0)).size() >= 1);
    world.disk.SetDescriptors(std::nullopt);
    PutSized(*log, 200);
    const size_t records = ReadAll(*log, Offset(0)).size();
    LetGo(log);
    world.disk.CrashPower(0);
    CHECK(ReadAll(*world.Open(), Offset(0)).size() == records);
  }
}

TEST_CASE("a file that cannot be made is no reason to stop, whatever the reason is") {
  for (const Fault fault : {Fault::kFull, Fault::kIo}) {
    for (uint64_t n = 1;; ++n) {
      CountedWorld world;
      auto log = world.Open();
      PutSized(*log, 100);
      world.disk.FailNth(Op::kCreate, n, fault);
      const bool appended = log->Append(Sized(200)).ok();
      if (!world.disk.Failed()) {
        CHECK(n > 3);  // two indexes, a snapshot and a segment were made
        break;
      }
      INFO("creation " << n);
      CHECK_FALSE(appended);
      CHECK_FALSE(log->fault().has_value());
      PutSized(*log, 1);
      PutSized(*log, 200);
      LetGo(log);
      world.disk.CrashPower(0);
      CHECK(ReadAll(*world.Open(), Offset(0)).size() == 3);
    }
  }
}

TEST_CASE("a segment that was made and could not be kept does not stand in the way") {
  CountedWorld world;
  auto log = world.Open();
  PutSized(*log, 100);
  // The snapshot's, then the new segment's.
  world.disk.FailNth(Op::kSyncDirectory, 2, Fault::kFull);
  CHECK(log->Append(Sized(200)).error().fault == Fault::kFull);
  REQUIRE(world.disk.Failed());
  // The old segment goes on past where the new one would have begun.
  PutSized(*log, 1);
  PutSized(*log, 200);
  LetGo(log);
  SECTION("killed") {}
  SECTION("power failure") { world.disk.CrashPower(0); }
  CHECK(ReadAll(*world.Open(), Offset(0)).size() == 3);
}

TEST_CASE("a removal that fails is tried again, and leaves no hole") {
  for (const Op op : {Op::kRemove, Op::kSyncDirectory}) {
    for (uint64_t n = 1;; ++n) {
      CountedWorld world;
      auto log = world.Open();
      for (int i = 0; i < 6; ++i) PutSized(*log, 200);
      world.disk.FailNth(op, n);
      const auto first = log->DeleteRecordsBefore(Offset(3));
      const bool failed = world.disk.Failed();
      world.disk.Disarm();
      CHECK(first.ok() != failed);
      CHECK(log->log_start() == Offset(3));
      CHECK(ReadAll(*log, Offset(3)).size() == 3);
      REQUIRE(log->DeleteRecordsBefore(Offset(5)).ok());
      CHECK(ReadAll(*log, Offset(5)).size() == 1);
      LetGo(log);
      world.disk.CrashPower(0);
      CHECK(ReadAll(*world.Open(), Offset(5)).size() == 1);
      if (!failed) break;
    }
  }
}

TEST_CASE("a directory of many segments is opened and read under a limit of 256 files") {
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit small = before;
  small.rlim_cur = 256;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &small) == 0);
  const TempFolder folder;
  LogManager::Options options;
  options.directory = folder.path();
  options.defaults.segment_bytes = 1024;
  constexpr int kSegments = 600;
  const int64_t now = Clock::System().Now().value;
  {
    REQUIRE(MustOpen(options)->CreateTopic("t", 1).ok());
  }
  // As they stand after a crash, without their indexes; made by hand, because rolls sync.
  for (int i = 0; i < kSegments; ++i) {
    auto batch = Sized(10, now);
    BatchHeader header = ReadBatchHeader(batch);
    header.base_offset = Offset(i);
    WriteBatchHeader(header, std::span(batch).first<kBatchHeaderSize>());
    folder.Write("t-0/" + OffsetFileName(Offset(i)) + kLogSuffix, std::string(AsText(batch)));
  }
  for (int round = 0; round < 2; ++round) {
    const auto manager = MustOpen(options);
    const auto log = manager->Partition("t", 0);
    CHECK(ReadAll(*log, Offset(0)).size() == static_cast<size_t>(kSegments + round));
    PutSized(*log, 1, now);
    const auto stretches = FindStretches(FileSystem::Posix(), folder.path() + "/t-0",
                                         {Offset(0), Offset(kSegments)}, 1 << 20);
    REQUIRE(stretches.ok());
    for (const Stretch& stretch : *stretches) CHECK(stretch.file->Get().ok());
    REQUIRE(manager->Close().ok());
  }
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
}

}  // namespace gamevents::log

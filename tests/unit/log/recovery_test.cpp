// Goal: whatever happens to the disk, an acknowledged batch is read back whole and in order, or the
// log refuses to open and says where; nothing unacknowledged appears in part.
// Method: cut the file at every length, flip every byte, fail every operation, lose every amount of
// unsynced bytes; then open again and compare. The turns are counted.
#include "core/log/recovery.h"

#include "core/log/segment.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <chrono>
#include <functional>

namespace gamevents::log {
namespace {

using Op = SimulatedDisk::Op;

constexpr char kRecoveryFolder[] = "/events-0";
constexpr char kRecoveryFirstLog[] = "/events-0/00000000000000000000.log";

// What one opening of a log needs; when it goes, so does the process, so to say.
struct Session {
  Session(SimulatedDisk& disk, std::chrono::milliseconds interval)
      : files(disk), committer({interval, 1}) {}
  Result<std::shared_ptr<Log>> Open(const LogOptions& options, const Log::OpenOptions& open = {}) {
    return Log::Open({files, committer, clock}, kRecoveryFolder, options, open);
  }
  SimulatedDisk& files;
  FixedClock clock{kTestNow};
  Committer committer;
};

constexpr std::chrono::milliseconds kAlways{0};
constexpr std::chrono::milliseconds kOnDemand = std::chrono::hours(1);

std::unique_ptr<SimulatedDisk> NewDisk() {
  auto disk = std::make_unique<SimulatedDisk>();
  REQUIRE(disk->CreateDirectory(kRecoveryFolder).ok());
  REQUIRE(disk->SyncDirectory("").ok());
  return disk;
}

// Batch i has i % 3 + 1 records, so that offsets and batches differ.
std::vector<std::byte> NthBatch(int i) {
  std::vector<std::string> values;
  for (int j = 0; j <= i % 3; ++j) {
    values.push_back("value " + std::to_string(i) + "." + std::to_string(j));
  }
  return MakeBatch(values, kTestNow + i);
}

std::vector<Read> RecordsOf(int batches) {
  std::vector<Read> records;
  for (int i = 0; i < batches; ++i) {
    for (int j = 0; j <= i % 3; ++j) {
      records.push_back({static_cast<int64_t>(records.size()), kTestNow + i,
                         "value " + std::to_string(i) + "." + std::to_string(j)});
    }
  }
  return records;
}

// Which number of whole batches this is; -1 when it is none.
int WholeBatches(const std::vector<Read>& records) {
  int batches = 0;
  while (RecordsOf(batches).size() < records.size()) ++batches;
  return RecordsOf(batches) == records ? batches : -1;
}

// A log of so many batches in one segment, synced, and not closed.
std::unique_ptr<SimulatedDisk> DiskWith(int batches) {
  auto disk = NewDisk();
  Session session(*disk, kAlways);
  const auto log = session.Open({}).value();
  for (int i = 0; i < batches; ++i) {
    REQUIRE(log->WaitCommitted(MustAppend(*log, NthBatch(i)).next_offset).ok());
  }
  return disk;
}

}  // namespace

TEST_CASE("a file cut at any length keeps its whole batches and goes on") {
  const auto whole = DiskWith(6);
  const std::string bytes = whole->Get(kRecoveryFirstLog);
  size_t turns = 0;
  int fewest = 6;
  for (size_t length = 0; length <= bytes.size(); ++length, ++turns) {
    const auto disk = whole->Clone();
    disk->Set(kRecoveryFirstLog, bytes.substr(0, length));
    Session session(*disk, kAlways);
    const auto log = session.Open({});
    INFO("cut at " << length);
    REQUIRE(log.ok());
    const int batches = WholeBatches(ReadAll(**log, Offset(0)));
    REQUIRE(batches >= 0);
    fewest = std::min(fewest, batches);
    CHECK((batches == 6) == (length == bytes.size()));
    CHECK((*log)->recovery().bytes_truncated + disk->Get(kRecoveryFirstLog).size() == length);
    REQUIRE((*log)->WaitCommitted(MustAppend(**log, NthBatch(batches)).next_offset).ok());
    CHECK(WholeBatches(ReadAll(**log, Offset(0))) == batches + 1);
  }
  CHECK(turns == bytes.size() + 1);
  CHECK(fewest == 0);
}

TEST_CASE("a flipped byte is refused, or cost no more than the last batch") {
  const auto whole = DiskWith(4);
  const std::string bytes = whole->Get(kRecoveryFirstLog);
  const size_t last_batch = bytes.size() - NthBatch(3).size();
  size_t turns = 0;
  size_t refused = 0;
  for (size_t at = 0; at < bytes.size(); ++at, ++turns) {
    const auto disk = whole->Clone();
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    disk->Set(kRecoveryFirstLog, damaged);
    INFO("byte " << at);
    {
      Session session(*disk, kAlways);
      const auto log = session.Open({});
      if (!log) {
        ++refused;
        CHECK(log.error().fault == Fault::kCorrupt);
        CHECK(log.error().context.find(std::string(kRecoveryFirstLog) + " at byte ") == 0);
        CHECK(disk->Get(kRecoveryFirstLog) == damaged);
      } else {
        // Either nothing was lost (the leader epoch is under no checksum) or the last batch.
        const int batches = WholeBatches(ReadAll(**log, Offset(0)));
        CHECK((batches == 4 || (batches == 3 && at >= last_batch)));
      }
    }
    disk->Set(kRecoveryFirstLog, damaged);
    Session session(*disk, kAlways);
    const auto known = session.Open({}, {.recovery_point = Offset(7)});
    // What a checkpoint knows to be on disk is never cut off silently.
    if (known) CHECK(WholeBatches(ReadAll(**known, Offset(0))) == 4);
    const auto repaired = session.Open({}, {.recovery_point = Offset(7), .repair = true});
    REQUIRE(repaired.ok());
    const int left = WholeBatches(ReadAll(**repaired, Offset(0)));
    CHECK(left >= 0);
    CHECK((left == 4 || !(*repaired)->recovery().notes.empty()));
  }
  CHECK(turns == bytes.size());
  CHECK(refused > bytes.size() / 2);
}

namespace {

struct Run {
  int acknowledged = 0;  // batches
  int written = 0;       // batches, the one that failed too
  bool whole = false;    // nothing failed
};

// Opens, appends and waits, over several segments, and removes records; stops at the first error.
Run RunUntilError(SimulatedDisk& disk, int batches) {
  Run run;
  Session session(disk, kAlways);
  LogOptions small;
  small.segment_bytes = 400;
  const auto log = session.Open(small);
  if (!log) return run;
  for (int i = 0; i < batches; ++i) {
    run.written = i + 1;
    const auto outcome = (*log)->Append(NthBatch(i));
    if (!outcome) {
      CHECK(disk.Failed());
      return run;
    }
    const Offset end = std::get<Appended>(*outcome).next_offset;
    if (const auto waited = (*log)->WaitCommitted(end); !waited) {
      CHECK(disk.Failed());
      // From here on there is no acknowledgement.
      CHECK((*log)->Append(NthBatch(i + 1)).error().fault == Fault::kIo);
      CHECK_FALSE((*log)->Sync().ok());
      return run;
    }
    run.acknowledged = i + 1;
  }
  run.whole = (*log)->Close().ok();
  return run;
}

}  // namespace

TEST_CASE("whichever operation fails, what was acknowledged is there after a crash") {
  constexpr int kBatches = 12;
  for (const Op op : {Op::kWrite, Op::kSync, Op::kTruncate, Op::kRename, Op::kRemove, Op::kCreate,
                      Op::kSyncDirectory}) {
    const auto counting = NewDisk();
    REQUIRE(RunUntilError(*counting, kBatches).whole);
    const uint64_t before = NewDisk()->Count(op);
    const uint64_t operations = counting->Count(op) - before;
    uint64_t turns = 0;
    for (const uint64_t kept : {uint64_t{0}, uint64_t{100}, UINT64_MAX}) {
      for (const Fault fault : {Fault::kIo, Fault::kFull}) {
        for (uint64_t n = 1; n <= operations; ++n, ++turns) {
          const auto disk = NewDisk();
          disk->FailNth(op, n, fault);
          const Run run = RunUntilError(*disk, kBatches);
          INFO("operation " << static_cast<int>(op) << " number " << n << " kept " << kept);
          CHECK(disk->Failed());
          CHECK_FALSE(run.whole);
          disk->CrashPower(kept);
          Session session(*disk, kAlways);
          const auto log = session.Open({});
          if (!log) FAIL(log.error().context);
          const int found = WholeBatches(ReadAll(**log, Offset(0)));
          CHECK(found >= run.acknowledged);
          CHECK(found <= run.written);
        }
      }
    }
    CHECK(turns == operations * 6);
    if (op == Op::kSync) CHECK(operations > kBatches);
  }
}

TEST_CASE("however much of the unsynced is lost, the synced is there and the rest is whole") {
  constexpr int kSynced = 4;
  constexpr int kUnsynced = 3;
  uint64_t unsynced_bytes = 0;
  for (int i = 0; i < kUnsynced; ++i) unsynced_bytes += NthBatch(kSynced + i).size();
  uint64_t turns = 0;
  for (uint64_t kept = 0; kept <= unsynced_bytes; ++kept, ++turns) {
    const auto disk = NewDisk();
    {
      Session session(*disk, kOnDemand);
      const auto log = session.Open({}).value();
      for (int i = 0; i < kSynced; ++i) MustAppend(*log, NthBatch(i));
      REQUIRE(log->Sync().ok());
      for (int i = 0; i < kUnsynced; ++i) MustAppend(*log, NthBatch(kSynced + i));
      disk->CrashPower(kept);
    }
    Session session(*disk, kAlways);
    const auto log = session.Open({}).value();
    INFO("kept " << kept);
    const int found = WholeBatches(ReadAll(*log, Offset(0)));
    CHECK(found >= kSynced);
    CHECK((found == kSynced + kUnsynced) == (kept == unsynced_bytes));
    CHECK(log->log_end() == log->high_watermark());
  }
  CHECK(turns == unsynced_bytes + 1);
}

TEST_CASE("damage in a segment that is not the last is refused, and repaired on demand") {
  const auto disk = NewDisk();
  LogOptions small;
  small.segment_bytes = 400;
  {
    Session session(*disk, kAlways);
    const auto log = session.Open(small).value();
    for (int i = 0; i < 12; ++i) {
      REQUIRE(log->WaitCommitted(MustAppend(*log, NthBatch(i)).next_offset).ok());
    }
  }
  std::string bytes = disk->Get(kRecoveryFirstLog);
  SECTION("its last batch is torn") { bytes.pop_back(); }
  SECTION("its last batch is missing") { bytes.resize(ReadBatchHeader(AsBytes(bytes)).size()); }
  SECTION("a byte in it is wrong") { bytes[100] ^= 1; }
  disk->Set(kRecoveryFirstLog, bytes);
  Session session(*disk, kAlways);
  const auto refused = session.Open(small);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().fault == Fault::kCorrupt);
  CHECK(refused.error().context.find("repair") != std::string::npos);
  const auto repaired = session.Open(small, {.repair = true});
  REQUIRE(repaired.ok());
  CHECK(WholeBatches(ReadAll(**repaired, Offset(0))) >= 0);
  CHECK((*repaired)->recovery().bytes_truncated > 0);
}

TEST_CASE("after a clean stop nothing is read again, and a shorter file is noticed") {
  const auto disk = NewDisk();
  {
    Session session(*disk, kAlways);
    const auto log = session.Open({}).value();
    for (int i = 0; i < 6; ++i) MustAppend(*log, NthBatch(i));
    REQUIRE(log->Close().ok());
    CHECK(log->Append(NthBatch(6)).error().fault == Fault::kClosed);
    CHECK(WholeBatches(ReadAll(*log, Offset(0))) == 6);
  }
  const Log::OpenOptions clean{.clean = true, .recovery_point = Offset(12)};
  {
    Session session(*disk, kAlways);
    const auto log = session.Open({}, clean).value();
    CHECK(log->recovery().batches_checked == 0);
    CHECK(WholeBatches(ReadAll(*log, Offset(0))) == 6);
  }
  std::string bytes = disk->Get(kRecoveryFirstLog);
  bytes.resize(bytes.size() - NthBatch(5).size());
  disk->Set(kRecoveryFirstLog, bytes);
  Session session(*disk, kAlways);
  CHECK(session.Open({}, clean).error().fault == Fault::kCorrupt);
}

TEST_CASE("a lost index is made again, byte for byte") {
  const auto disk = NewDisk();
  LogOptions small;
  small.segment_bytes = 2000;
  small.index_interval_bytes = 200;
  const std::string index = "/events-0/00000000000000000000.index";
  const std::string times = "/events-0/00000000000000000000.timeindex";
  {
    Session session(*disk, kAlways);
    const auto log = session.Open(small).value();
    for (int i = 0; i < 30; ++i) MustAppend(*log, NthBatch(i));
    REQUIRE(log->Close().ok());
  }
  const std::string index_bytes = disk->Get(index);
  const std::string time_bytes = disk->Get(times);
  CHECK(index_bytes.size() > 2 * kOffsetEntrySize);
  SECTION("missing") { REQUIRE(disk->Remove(index).ok()); }
  SECTION("cut") { disk->Set(times, time_bytes.substr(1)); }
  SECTION("of another time") { disk->Set(index, std::string(kOffsetEntrySize, '\x7F')); }
  Session session(*disk, kAlways);
  const auto log = session.Open(small, {.clean = true, .recovery_point = Offset(60)}).value();
  CHECK(WholeBatches(ReadAll(*log, Offset(0))) == 30);
  CHECK(disk->Get(index) == index_bytes);
  CHECK(disk->Get(times) == time_bytes);
}

TEST_CASE("an index that lies in its middle makes no consumer skip records") {
  const auto disk = NewDisk();
  LogOptions small;
  small.segment_bytes = 2000;
  small.index_interval_bytes = 200;
  const std::string index = "/events-0/00000000000000000000.index";
  {
    Session session(*disk, kAlways);
    const auto log = session.Open(small).value();
    for (int i = 0; i < 30; ++i) MustAppend(*log, NthBatch(i));
    REQUIRE(log->Close().ok());
  }
  // Only the last entry is checked on opening. The first one now says that offset 0 stands where
  // the one before the last points.
  std::string bytes = disk->Get(index);
  REQUIRE(bytes.size() >= 4 * kOffsetEntrySize);
  const size_t before_last = bytes.size() - 2 * kOffsetEntrySize;
  bytes.replace(0, kOffsetEntrySize, std::string(4, '\0') + bytes.substr(before_last + 4, 4));
  disk->Set(index, bytes);
  Session session(*disk, kAlways);
  const auto log = session.Open(small, {.clean = true, .recovery_point = Offset(60)}).value();
  REQUIRE(disk->Get(index) == bytes);
  CHECK(WholeBatches(ReadAll(*log, Offset(0), 1)) == 30);
}

TEST_CASE("what is left over of a crash or of Kafka is cleared away, a swap is refused") {
  const auto disk = DiskWith(2);
  disk->Set("/events-0/00000000000000000009.index", "orphan!!");
  disk->Set("/events-0/00000000000000000000.log.deleted", "old");
  disk->Set("/events-0/00000000000000000099.snapshot", "beyond the end");
  Session session(*disk, kAlways);
  CHECK(session.Open({}).value()->log_end() == Offset(3));
  CHECK(disk->Files().size() == 2);  // the records and the epochs
  disk->Set("/events-0/00000000000000000000.log.swap", "half a cleaning");
  CHECK(session.Open({}).error().fault == Fault::kUnsupported);
}

}  // namespace gamevents::log

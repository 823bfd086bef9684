// Goal: whatever happens to the disk, an acknowledged batch is read back whole and in order, or the
// log refuses to open and says where; nothing unacknowledged appears in part, or keeps the log from
// opening, whatever it looks like.
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
    return Log::Open({files, pool, committer, clock}, kRecoveryFolder, options, open);
  }
  SimulatedDisk& files;
  FixedClock clock{kTestNow};
  FilePool pool{10};
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

// A log of so many batches in one segment, acknowledged, and not closed; then `unsynced` more that
// nobody was promised.
std::unique_ptr<SimulatedDisk> DiskWith(int batches, int unsynced = 0) {
  auto disk = NewDisk();
  Session session(*disk, kOnDemand);
  const auto log = session.Open({}).value();
  for (int i = 0; i < batches; ++i) MustAppend(*log, NthBatch(i));
  REQUIRE(log->Sync().ok());
  for (int i = 0; i < unsynced; ++i) MustAppend(*log, NthBatch(batches + i));
  // The committer's last sync must not come.
  if (unsynced > 0) disk->FailNth(Op::kSync, 1);
  return disk;
}

// The same as one with all of it durable, to be damaged.
std::unique_ptr<SimulatedDisk> KilledDiskWith(int batches, int unsynced = 0) {
  return DiskWith(batches, unsynced)->Clone();
}

size_t BytesOfBatches(int batches) {
  size_t bytes = 0;
  for (int i = 0; i < batches; ++i) bytes += NthBatch(i).size();
  return bytes;
}

// `batch` as the log would have written it at `offset`.
std::string Stamped(std::vector<std::byte> batch, int64_t offset) {
  BatchHeader header = ReadBatchHeader(batch);
  header.base_offset = Offset(offset);
  header.leader_epoch = LeaderEpoch(0);
  WriteBatchHeader(header, std::span(batch).first<kBatchHeaderSize>());
  return std::string(AsText(batch));
}

}  // namespace

TEST_CASE("a file cut at any length above the mark keeps its whole batches and goes on") {
  constexpr int kSynced = 2;
  const auto whole = KilledDiskWith(kSynced, 4);
  const std::string bytes = whole->Get(kRecoveryFirstLog);
  size_t turns = 0;
  size_t refused = 0;
  for (size_t length = 0; length <= bytes.size(); ++length, ++turns) {
    const auto disk = whole->Clone();
    disk->Set(kRecoveryFirstLog, bytes.substr(0, length));
    Session session(*disk, kAlways);
    const auto log = session.Open({});
    INFO("cut at " << length);
    if (length < BytesOfBatches(kSynced)) {
      // What was acknowledged is missing, which must not go unnoticed.
      ++refused;
      REQUIRE_FALSE(log.ok());
      CHECK(log.error().fault == Fault::kCorrupt);
      CHECK(log.error().context.find(std::string(kRecoveryFirstLog) + " at byte ") == 0);
      CHECK(disk->Get(kRecoveryFirstLog) == bytes.substr(0, length));
      continue;
    }
    REQUIRE(log.ok());
    const int batches = WholeBatches(ReadAll(**log, Offset(0)));
    REQUIRE(batches >= kSynced);
    CHECK((batches == 6) == (length == bytes.size()));
    CHECK((*log)->recovery().bytes_truncated + disk->Get(kRecoveryFirstLog).size() == length);
    REQUIRE((*log)->WaitCommitted(MustAppend(**log, NthBatch(batches)).next_offset).ok());
    CHECK(WholeBatches(ReadAll(**log, Offset(0))) == batches + 1);
  }
  CHECK(turns == bytes.size() + 1);
  CHECK(refused == BytesOfBatches(kSynced));
}

TEST_CASE("a flipped byte is refused below the mark, and cuts the log there above it") {
  constexpr int kSynced = 4;
  constexpr int kAll = 6;
  const auto whole = KilledDiskWith(kSynced, kAll - kSynced);
  const std::string bytes = whole->Get(kRecoveryFirstLog);
  const size_t mark = BytesOfBatches(kSynced);
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
        CHECK(at < mark);
        CHECK(log.error().fault == Fault::kCorrupt);
        CHECK(log.error().context.find(std::string(kRecoveryFirstLog) + " at byte ") == 0);
        CHECK(disk->Get(kRecoveryFirstLog) == damaged);
      } else {
        // Nothing was lost (the leader epoch is under no checksum), or what nobody was promised.
        const int batches = WholeBatches(ReadAll(**log, Offset(0)));
        CHECK((batches == kAll || (batches >= kSynced && at >= mark)));
      }
    }
    disk->Set(kRecoveryFirstLog, damaged);
    Session session(*disk, kAlways);
    const auto repaired = session.Open({}, {.repair = true});
    REQUIRE(repaired.ok());
    const int left = WholeBatches(ReadAll(**repaired, Offset(0)));
    CHECK(left >= 0);
    CHECK((left == kAll || !(*repaired)->recovery().notes.empty()));
    // The loss is taken: it is not missed again.
    MustAppend(**repaired, NthBatch(left));
    REQUIRE((*repaired)->Sync().ok());
    Session next(*disk, kAlways);
    CHECK(next.Open({}).ok());
  }
  CHECK(turns == bytes.size());
  CHECK(refused > mark * 9 / 10);
}

TEST_CASE("a record that contains a batch is no reason to take a tail for damage") {
  const auto disk = KilledDiskWith(2);
  const int64_t end = static_cast<int64_t>(RecordsOf(2).size());
  // Every kind of batch that could follow: at the next offset, further on, in the log's own epoch.
  std::string value(200, 'v');
  for (const int64_t offset : {end, end + 1, end + 2, int64_t{1000}}) {
    value += Stamped(NthBatch(2), offset);
  }
  const std::string tail = Stamped(MakeBatch({value + std::string(200, 'v')}), end);
  const std::string before = disk->Get(kRecoveryFirstLog);
  size_t turns = 0;
  for (size_t length = 0; length < tail.size(); length += 7, ++turns) {
    disk->Set(kRecoveryFirstLog, before + tail.substr(0, length));
    Session session(*disk, kAlways);
    const auto log = session.Open({});
    INFO("torn at " << length);
    REQUIRE(log.ok());
    CHECK(WholeBatches(ReadAll(**log, Offset(0))) == 2);
    CHECK(disk->Get(kRecoveryFirstLog) == before);
  }
  CHECK(turns > 100);
}

TEST_CASE("above the mark the log is cut at the first bad batch, though good ones follow") {
  // A file system may keep a later write and not an earlier one.
  const auto disk = KilledDiskWith(2, 4);
  std::string bytes = disk->Get(kRecoveryFirstLog);
  const size_t third = BytesOfBatches(2);
  SECTION("a hole of zeros") { bytes.replace(third, 30, std::string(30, '\0')); }
  SECTION("its end is missing") { bytes[third + NthBatch(2).size() - 1] ^= 1; }
  SECTION("its length is wrong") { bytes[third + kBatchLengthAt + 3] ^= 1; }
  disk->Set(kRecoveryFirstLog, bytes);
  Session session(*disk, kAlways);
  const auto log = session.Open({});
  REQUIRE(log.ok());
  CHECK(WholeBatches(ReadAll(**log, Offset(0))) == 2);
  CHECK(disk->Get(kRecoveryFirstLog).size() == third);
}

TEST_CASE("a tail of many headers is read once") {
  const auto disk = KilledDiskWith(2);
  std::string tail;
  // Each one announces a batch that reaches to the file's end.
  constexpr size_t kHeaders = 3'000;
  for (size_t i = 0; i < kHeaders; ++i) {
    BatchHeader header;
    header.base_offset = Offset(static_cast<int64_t>(RecordsOf(2).size()));
    header.record_count = 1;
    header.length = static_cast<int32_t>((kHeaders - i) * kBatchHeaderSize - kBatchLengthOverhead);
    std::array<std::byte, kBatchHeaderSize> bytes;
    WriteBatchHeader(header, bytes);
    tail += AsText(bytes);
  }
  disk->Set(kRecoveryFirstLog, disk->Get(kRecoveryFirstLog) + tail);
  Session session(*disk, kAlways);
  const uint64_t before = disk->bytes_read();
  REQUIRE(session.Open({}).ok());
  CHECK(disk->bytes_read() - before < 4 * tail.size());
}

TEST_CASE("a note that is torn or missing, or of somebody else, is none") {
  const std::string note = std::string(kRecoveryFolder) + "/durable-end";
  const auto disk = KilledDiskWith(3);
  const std::string good = disk->Get(note);
  CHECK(good.size() == kDurableEndSize);
  std::string bytes = disk->Get(kRecoveryFirstLog);
  bytes.pop_back();
  disk->Set(kRecoveryFirstLog, bytes);
  const auto opens = [&] {
    Session session(*disk, kAlways);
    const auto log = session.Open({});
    return log.ok();
  };
  CHECK_FALSE(opens());
  SECTION("missing") { REQUIRE(disk->Remove(note).ok()); }
  SECTION("torn") { disk->Set(note, good.substr(0, 8) + std::string(4, '\0')); }
  SECTION("short") { disk->Set(note, good.substr(0, 5)); }
  SECTION("empty") { disk->Set(note, ""); }
  CHECK(opens());
}

TEST_CASE("the note is written after the sync that it tells of, and before anyone is told") {
  const std::string note = std::string(kRecoveryFolder) + "/durable-end";
  const auto disk = NewDisk();
  Session session(*disk, kAlways);
  const auto log = session.Open({}).value();
  const std::string empty = disk->Get(note);
  disk->HoldNext(Op::kSync, kRecoveryFirstLog);
  const Offset end = MustAppend(*log, NthBatch(0)).next_offset;
  REQUIRE(disk->WaitUntilHeld());
  CHECK(disk->Get(note) == empty);
  disk->Release();
  REQUIRE(log->WaitCommitted(end).ok());
  CHECK(disk->Get(note) != empty);
  CHECK(log->recovery_point() == end);
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
          // The note of what is on disk may be an older one; it is written again.
          if (!disk->FailedPath().ends_with("/durable-end")) CHECK_FALSE(run.whole);
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

TEST_CASE("a log that was repaired between two segments goes on") {
  const auto disk = NewDisk();
  LogOptions small;
  small.segment_bytes = 400;
  {
    Session session(*disk, kAlways);
    const auto log = session.Open(small).value();
    for (int i = 0; i < 12; ++i) MustAppend(*log, NthBatch(i));
    REQUIRE(log->Sync().ok());
  }
  REQUIRE(disk->Files().size() > 6);
  std::string second;
  for (const std::string& path : disk->Files()) {
    if (second.empty() && path > kRecoveryFirstLog && path.ends_with(".log")) second = path;
  }
  REQUIRE(disk->Remove(second).ok());
  Session session(*disk, kAlways);
  CHECK(session.Open(small).error().context.find("records are missing") != std::string::npos);
  const auto repaired = session.Open(small, {.repair = true});
  REQUIRE(repaired.ok());
  const int left = WholeBatches(ReadAll(**repaired, Offset(0)));
  CHECK(left > 0);
  MustAppend(**repaired, NthBatch(left));
  REQUIRE((*repaired)->Sync().ok());
  CHECK(WholeBatches(ReadAll(**repaired, Offset(0))) == left + 1);
}

TEST_CASE("an empty segment that was begun and given up is cleared away") {
  const auto disk = KilledDiskWith(3, 1);
  disk->Set("/events-0/00000000000000000003.log", "");
  std::string bytes = disk->Get(kRecoveryFirstLog);
  const bool torn = GENERATE(false, true);
  if (torn) disk->Set(kRecoveryFirstLog, bytes.substr(0, bytes.size() - 1));
  Session session(*disk, kAlways);
  const auto log = session.Open({}, {.recovery_point = Offset(5)});
  REQUIRE(log.ok());
  CHECK(WholeBatches(ReadAll(**log, Offset(0))) == (torn ? 3 : 4));
  MustAppend(**log, NthBatch(torn ? 3 : 4));
  REQUIRE((*log)->Sync().ok());
}

TEST_CASE("gaps between batches are damage, but where Kafka compacted the log") {
  const auto disk = KilledDiskWith(0);
  const std::string gapped = Stamped(NthBatch(0), 0) + Stamped(NthBatch(1), 7);
  disk->Set(kRecoveryFirstLog, gapped);
  disk->Set("/events-0/00000000000000000020.log", Stamped(NthBatch(2), 23));
  for (const bool clean : {false, true}) {
    Session session(*disk, kAlways);
    CHECK(session.Open({}, {.clean = clean}).error().fault == Fault::kCorrupt);
    const auto log = session.Open({}, {.clean = clean, .gaps = true});
    REQUIRE(log.ok());
    CHECK((*log)->log_end() == Offset(26));
    std::vector<int64_t> offsets;
    for (const Read& read : ReadAll(**log, Offset(0))) offsets.push_back(read.offset);
    CHECK(offsets == std::vector<int64_t>{0, 7, 8, 23, 24, 25});
  }
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
  CHECK(disk->Files().size() == 3);  // the records, the epochs and the durable end
  disk->Set("/events-0/00000000000000000000.log.swap", "half a cleaning");
  CHECK(session.Open({}).error().fault == Fault::kUnsupported);
}

}  // namespace gamevents::log

// Goal: batches come out as they went in, acknowledged only when on disk, and one sync serves many.
// Method: a simulated disk that fills up and fails; producers in parallel; random reads and times
// against a plain list, with the seed printed.
#include "core/log/log.h"

#include "tests/support/await.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

namespace gamevents::log {
namespace {

using Op = SimulatedDisk::Op;
constexpr char kFolder[] = "/events-0";
constexpr char kFirstLog[] = "/events-0/00000000000000000000.log";
constexpr char kEpochFile[] = "/events-0/leader-epoch-checkpoint";

struct LogFixture {
  explicit LogFixture(std::chrono::milliseconds interval = std::chrono::milliseconds(0),
                      int threads = 2)
      : committer({interval, threads}) {
    REQUIRE(disk.CreateDirectory(kFolder).ok());
  }
  std::shared_ptr<Log> Open(const LogOptions& options = {}, const Log::OpenOptions& open = {}) {
    auto log = Log::Open({disk, pool, committer, clock}, kFolder, options, open);
    if (!log) FAIL(log.error().context);
    return *std::move(log);
  }
  SimulatedDisk disk;
  FixedClock clock{kTestNow};
  FilePool pool{10};
  Committer committer;
};

Refusal RefusalOf(Log& log, const std::vector<std::byte>& batch) {
  const auto outcome = log.Append(batch);
  REQUIRE(outcome.ok());
  REQUIRE(std::holds_alternative<Refused>(*outcome));
  return std::get<Refused>(*outcome).refusal;
}

}  // namespace

TEST_CASE("a batch is kept as sent, with offset and epoch stamped in") {
  LogFixture fixture;
  const auto log = fixture.Open();
  const auto batch = MakeBatch({"one", "two"});
  CHECK(MustAppend(*log, batch).base_offset == Offset(0));
  const Appended second = MustAppend(*log, batch);
  CHECK(second.base_offset == Offset(2));
  CHECK(second.next_offset == Offset(4));
  CHECK_FALSE(second.duplicate);
  REQUIRE(log->WaitCommitted(second.next_offset).ok());
  CHECK(fixture.committer.syncs().Read().count() >= 1);
  const auto bytes = ReadSlice(log->Read(Offset(2), 1).value().slice);
  REQUIRE(bytes.size() == batch.size());
  CHECK(ReadBatchHeader(bytes).base_offset == Offset(2));
  CHECK(ReadBatchHeader(bytes).leader_epoch == LeaderEpoch(0));
  CHECK(std::equal(bytes.begin() + kMagicAt, bytes.end(), batch.begin() + kMagicAt));
  CHECK(log->Read(Offset(4), 100).value().slice.length == 0);
  CHECK(log->Read(Offset(5), 100).error().fault == Fault::kNotFound);
}

TEST_CASE("what is not on disk is neither acknowledged nor read") {
  std::atomic<int> woken = 0;  // before the fixture: its committer tells the listener to the end
  LogFixture fixture;
  fixture.disk.SetSyncDelay(std::chrono::milliseconds(20));
  const auto log = fixture.Open();
  log->SetListener([&] { ++woken; });
  const Appended appended = MustAppend(*log, MakeBatch({"one"}));
  CHECK(log->log_end() == Offset(1));
  CHECK(log->high_watermark() == Offset(0));
  CHECK(log->Read(Offset(0), 100).value().slice.length == 0);
  REQUIRE(log->WaitCommitted(appended.next_offset).ok());
  CHECK(log->high_watermark() == Offset(1));
  CHECK(ReadAll(*log, Offset(0)).size() == 1);
  CHECK(fixture.disk.Count(Op::kSync) > 0);
  REQUIRE(log->Sync().ok());
  CHECK(woken == 1);
}

TEST_CASE("with an interval a batch counts when written, and is synced later") {
  LogFixture fixture(std::chrono::milliseconds(30));
  const auto log = fixture.Open();
  const uint64_t before = fixture.disk.Count(Op::kSync);
  MustAppend(*log, MakeBatch({"one"}));
  CHECK(log->high_watermark() == Offset(1));
  CHECK(log->WaitCommitted(Offset(1)).ok());
  CHECK(ReadAll(*log, Offset(0)).size() == 1);
  REQUIRE(Await([&] { return fixture.disk.Count(Op::kSync) > before; }));
  CHECK(fixture.disk.Count(Op::kSync) == before + 1);
}

TEST_CASE("producers in parallel share their syncs") {
  constexpr int kThreads = 8;
  constexpr int kEach = 40;
  LogFixture fixture;
  fixture.disk.SetSyncDelay(std::chrono::microseconds(300));
  LogOptions options;
  options.segment_bytes = 8'000;
  const auto log = fixture.Open(options);
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto batch = MakeBatch({std::to_string(t) + "." + std::to_string(i)});
        const auto outcome = log->Append(batch);
        if (!outcome) return;
        const Offset end = std::get<Appended>(*outcome).next_offset;
        good += log->WaitCommitted(end).ok() && log->high_watermark() >= end;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(good == kThreads * kEach);
  CHECK(fixture.disk.Count(Op::kSync) < kThreads * kEach);
  const auto records = ReadAll(*log, Offset(0), 3'000);
  REQUIRE(records.size() == kThreads * kEach);
  std::vector<int> next(kThreads, 0);
  for (const Read& record : records) {
    const int thread = std::stoi(record.value);
    const int number = std::stoi(record.value.substr(record.value.find('.') + 1));
    CHECK(number == next[static_cast<size_t>(thread)]++);
  }
}

TEST_CASE("what is appended during a sync waits for the next one") {
  LogFixture fixture(std::chrono::milliseconds(0), 0);
  const auto log = fixture.Open();
  MustAppend(*log, MakeBatch({"before"}));
  fixture.disk.DuringNextSync([&](const std::string& path) -> Status {
    CHECK(path == kFirstLog);
    CHECK_FALSE(fixture.disk.IsDurable(kFolder, "before"));
    MustAppend(*log, MakeBatch({"within"}));
    CHECK(fixture.committer.CommitScheduled() == 0);  // It is that very log.
    CHECK(log->high_watermark() == Offset(0));
    fixture.disk.DuringNextSync([&](const std::string&) -> Status {
      CHECK(log->high_watermark() == Offset(1));
      CHECK(fixture.disk.IsDurable(kFolder, "before"));
      CHECK_FALSE(fixture.disk.IsDurable(kFolder, "within"));
      return Done{};
    });
    return Done{};
  });
  CHECK(fixture.committer.CommitScheduled() == 2);
  CHECK(log->high_watermark() == Offset(2));
  CHECK(fixture.disk.IsDurable(kFolder, "within"));
}

TEST_CASE("a full disk is told to the producer, and the log goes on when there is room") {
  LogFixture fixture;
  const auto log = fixture.Open();
  const auto batch = MakeBatch({"a sword"});
  REQUIRE(log->WaitCommitted(MustAppend(*log, batch).next_offset).ok());
  for (size_t room = 0; room < batch.size(); ++room) {
    fixture.disk.SetRoom(room);
    CHECK(log->Append(batch).error().fault == Fault::kFull);
    CHECK(fixture.disk.Get(kFirstLog).size() == batch.size());
  }
  CHECK(ReadAll(*log, Offset(0)).size() == 1);
  fixture.disk.SetRoom(std::nullopt);
  CHECK(MustAppend(*log, batch).base_offset == Offset(1));
  REQUIRE(log->WaitCommitted(Offset(2)).ok());
  CHECK_FALSE(log->fault().has_value());

  // A rest that cannot be cut off leaves the tail in doubt.
  fixture.disk.SetRoom(5);
  fixture.disk.FailNth(Op::kTruncate, 1);
  CHECK(log->Append(batch).error().fault == Fault::kIo);
  fixture.disk.SetRoom(std::nullopt);
  CHECK(log->Append(batch).error().fault == Fault::kIo);
  CHECK(ReadAll(*log, Offset(0)).size() == 2);
  CHECK(ReadAll(*fixture.Open(), Offset(0)).size() == 2);
}

TEST_CASE("a full disk turns away what a new producer has sent behind the refused batch, too") {
  LogFixture fixture;
  const auto log = fixture.Open();
  const auto large = MakeNumbered(7, 0, 0, {std::string(100, 'x'), "second"});
  const auto small = MakeNumbered(7, 0, 2, {"third"});
  fixture.disk.SetRoom(small.size());
  CHECK(log->Append(large).error().fault == Fault::kFull);
  // It would fit. But clients take its acknowledgement for one of the batch before.
  const auto outcome = log->Append(small);
  REQUIRE(outcome.ok());
  CHECK(std::get<Refused>(*outcome).refusal == Refusal::kOutOfOrderSequence);
  fixture.disk.SetRoom(std::nullopt);
  CHECK(MustAppend(*log, large).base_offset == Offset(0));
  CHECK(MustAppend(*log, small).base_offset == Offset(2));
}

TEST_CASE("whether there is room again is found out without leaving a trace") {
  LogFixture fixture;
  LogOptions options;
  options.segment_bytes = 300;
  const auto log = fixture.Open(options);
  const auto batch = MakeBatch({"a sword"});
  REQUIRE(log->WaitCommitted(MustAppend(*log, batch).next_offset).ok());
  const std::string before = fixture.disk.Get(kFirstLog);
  for (size_t room = 0; room < batch.size(); ++room) {
    fixture.disk.SetRoom(room);
    CHECK(log->TryAppend(batch.size()).error().fault == Fault::kFull);
  }
  fixture.disk.SetRoom(batch.size());
  CHECK(log->TryAppend(batch.size()).ok());
  CHECK(fixture.disk.Get(kFirstLog) == before);
  CHECK(log->log_end() == Offset(1));
  fixture.disk.SetRoom(std::nullopt);
  CHECK(MustAppend(*log, batch).base_offset == Offset(1));
  REQUIRE(log->WaitCommitted(Offset(2)).ok());

  // The next segment needs room of its own, and is begun as by a batch.
  fixture.disk.SetRoom(0);
  CHECK(log->TryAppend(300).error().fault == Fault::kFull);
  fixture.disk.SetRoom(std::nullopt);
  CHECK(log->TryAppend(300).ok());
  CHECK(fixture.disk.Get("/events-0/00000000000000000002.log").empty());
  CHECK(MustAppend(*log, batch).base_offset == Offset(2));
  REQUIRE(log->WaitCommitted(Offset(3)).ok());
  CHECK(ReadAll(*log, Offset(0)).size() == 3);
  CHECK(ReadAll(*fixture.Open(options), Offset(0)).size() == 3);

  // Zeros that cannot be cut off would stand behind a shorter batch.
  fixture.disk.FailNth(Op::kTruncate, 1, Fault::kFull);
  CHECK(log->TryAppend(batch.size()).error().fault == Fault::kIo);
  CHECK(log->Append(batch).error().fault == Fault::kIo);
  CHECK(log->TryAppend(batch.size()).error().fault == Fault::kIo);
}

TEST_CASE("after a failed sync there is no acknowledgement ever, and reading goes on") {
  LogFixture fixture;
  auto log = fixture.Open();
  REQUIRE(log->WaitCommitted(MustAppend(*log, MakeBatch({"kept"})).next_offset).ok());
  fixture.disk.FailNth(Op::kSync, 1, Fault::kFull);
  const Appended lost = MustAppend(*log, MakeBatch({"in doubt"}));
  CHECK(log->WaitCommitted(lost.next_offset).error().fault == Fault::kIo);
  REQUIRE(log->fault().has_value());
  const uint64_t syncs = fixture.disk.Count(Op::kSync);
  CHECK(log->Append(MakeBatch({"more"})).error().context == log->fault()->context);
  CHECK_FALSE(log->Sync().ok());
  CHECK_FALSE(log->Close().ok());
  CHECK(fixture.disk.Count(Op::kSync) == syncs);
  CHECK(log->high_watermark() == Offset(1));
  CHECK(ReadAll(*log, Offset(0)).size() == 1);
  // Opening anew reads what is there, and clears the fault.
  log = fixture.Open();
  CHECK(log->high_watermark() == Offset(2));
  MustAppend(*log, MakeBatch({"more"}));
}

TEST_CASE("a batch that is sent again is stored once, across restarts and rolls too") {
  LogFixture fixture;
  LogOptions options;
  options.segment_bytes = 300;
  auto log = fixture.Open(options);
  for (int32_t i = 0; i < 7; ++i) MustAppend(*log, MakeNumbered(7, 0, 2 * i, {"a", "b"}));
  const auto check = [&] {
    for (int32_t i = 2; i < 7; ++i) {
      const Appended again = MustAppend(*log, MakeNumbered(7, 0, 2 * i, {"a", "b"}));
      CHECK(again.duplicate);
      CHECK(again.base_offset == Offset(2 * i));
    }
    CHECK(RefusalOf(*log, MakeNumbered(7, 0, 2, {"a", "b"})) == Refusal::kOutOfOrderSequence);
    CHECK(RefusalOf(*log, MakeNumbered(7, 0, 16, {"a"})) == Refusal::kOutOfOrderSequence);
    CHECK(log->log_end() == Offset(14));
  };
  check();
  SECTION("after a crash") {
    REQUIRE(log->Sync().ok());
    log = fixture.Open(options);
  }
  SECTION("after a clean stop") {
    REQUIRE(log->Close().ok());
    log = fixture.Open(options, {.clean = true, .recovery_point = Offset(14)});
  }
  check();
  CHECK(MustAppend(*log, MakeNumbered(7, 0, 14, {"next"})).base_offset == Offset(14));
  CHECK(MustAppend(*log, MakeNumbered(7, 1, 0, {"new epoch"})).base_offset == Offset(15));
  CHECK(RefusalOf(*log, MakeNumbered(7, 0, 15, {"old"})) == Refusal::kFencedEpoch);
}

TEST_CASE("what a producer must not send is refused by name, and nothing is written") {
  LogFixture fixture;
  LogOptions options;
  options.batch_bytes_max = 500;
  options.segment_bytes = 400;
  const auto log = fixture.Open(options);
  const auto good = MakeBatch({"one"});
  CHECK(RefusalOf(*log, MakeBatch({std::string(600, 'x')})) == Refusal::kTooLarge);
  CHECK(RefusalOf(*log, MakeBatch({std::string(380, 'x')})) == Refusal::kLargerThanSegment);
  CHECK(RefusalOf(*log, MakeBatch({"far"}, kTestNow + 3'600'001)) == Refusal::kInvalidTimestamp);
  auto twice = good;
  twice.insert(twice.end(), good.begin(), good.end());
  CHECK(RefusalOf(*log, twice) == Refusal::kInvalidRecord);
  auto cut = good;
  cut.pop_back();
  CHECK(RefusalOf(*log, cut) == Refusal::kInvalidRecord);
  for (size_t at = kMagicAt; at < good.size(); ++at) {
    auto flipped = good;
    flipped[at] ^= std::byte{0x10};
    CHECK(std::holds_alternative<Refused>(log->Append(flipped).value()));
  }
  CHECK(fixture.disk.Get(kFirstLog).empty());
}

TEST_CASE("a batch of this process is stored as any other, its sizes and times being looked at") {
  LogFixture fixture;
  LogOptions options;
  options.batch_bytes_max = 500;
  const auto log = fixture.Open(options);
  const auto append = [&log](const std::string& value, std::vector<int64_t> times) {
    BatchBuilder builder;
    for (const int64_t time : times) {
      builder.Add(TimestampMs(time), std::nullopt, std::string_view(value));
    }
    const RecordFacts facts = builder.facts();
    const auto batch = builder.Finish().value();
    const RecordFacts walked = CheckRecords(ReadBatchHeader(batch), batch).value();
    CHECK(facts.max_timestamp == walked.max_timestamp);
    CHECK(facts.min_timestamp == walked.min_timestamp);
    return log->AppendBuilt(batch, facts, CommitBy::kCommitter).value();
  };
  const int64_t late = kTestNow + 3'600'001;
  const auto appended = append("one", {kTestNow, kTestNow - 5, kTestNow + 3});
  REQUIRE(std::holds_alternative<Appended>(appended));
  CHECK(std::get<Appended>(appended).next_offset == Offset(3));
  CHECK(std::get<Refused>(append(std::string(600, 'x'), {kTestNow})).refusal == Refusal::kTooLarge);
  const Refused refused = std::get<Refused>(append("far", {kTestNow, late}));
  CHECK(refused.refusal == Refusal::kInvalidTimestamp);
  REQUIRE(refused.records.size() == 1);
  CHECK(refused.records[0].index == 1);
  REQUIRE(log->Sync().ok());
  const auto bytes = ReadSlice(log->Read(Offset(0), 1000).value().slice);
  CHECK(BatchCrc(bytes) == ReadBatchHeader(bytes).crc);
  CHECK(ReadAll(*log, Offset(0)).size() == 3);
}

TEST_CASE("LogAppendTime replaces the producer's time, under a new checksum") {
  LogFixture fixture;
  LogOptions options;
  options.timestamp_type = TimestampType::kLogAppendTime;
  const auto log = fixture.Open(options);
  const Appended appended = MustAppend(*log, MakeBatch({"one", "two"}, 1'000));
  CHECK(appended.append_time == TimestampMs(kTestNow));
  REQUIRE(log->WaitCommitted(appended.next_offset).ok());
  for (const Read& record : ReadAll(*log, Offset(0))) CHECK(record.timestamp == kTestNow);
}

TEST_CASE("a largest time that a client left out is found and put in") {
  LogFixture fixture;
  const auto log = fixture.Open();
  auto batch = MakeBatch({"one"}, kTestNow);
  BatchHeader header = ReadBatchHeader(batch);
  header.max_timestamp = TimestampMs(-1);
  WriteBatchHeader(header, std::span(batch).first<kBatchHeaderSize>());
  header.crc = BatchCrc(batch);
  WriteBatchHeader(header, std::span(batch).first<kBatchHeaderSize>());
  MustAppend(*log, batch);
  REQUIRE(log->Sync().ok());
  const auto bytes = ReadSlice(log->Read(Offset(0), 1000).value().slice);
  CHECK(ReadBatchHeader(bytes).max_timestamp == TimestampMs(kTestNow));
  CHECK(BatchCrc(bytes) == ReadBatchHeader(bytes).crc);
}

TEST_CASE("a batch that was built here is taken, stored and refused as one that was sent") {
  for (const TimestampType type : {TimestampType::kCreateTime, TimestampType::kLogAppendTime}) {
    LogOptions options;
    options.timestamp_type = type;
    options.batch_bytes_max = 1'000;
    options.timestamp_before_max = std::chrono::hours(1);
    LogFixture here;
    LogFixture there;
    const auto built = here.Open(options);
    const auto sent = there.Open(options);
    std::mt19937 random(20261127);
    size_t refused = 0;
    for (int n = 0; n < 300; ++n) {
      BatchBuilder builder;
      for (size_t records = 1 + random() % 6; records > 0; --records) {
        // Some are too late, and some too early.
        const auto away = static_cast<int64_t>(random() % (random() % 8 == 0 ? 7'200'000 : 1'000));
        const auto time = TimestampMs(kTestNow + (random() % 2 == 0 ? away : -away));
        builder.Add(time, std::string_view("key"), std::string(random() % 250, 'x'));
      }
      const RecordFacts facts = builder.facts();
      const auto batch = builder.Finish().value();
      const auto one = built->AppendBuilt(batch, facts).value();
      const auto other = sent->Append(batch).value();
      REQUIRE(one.index() == other.index());
      if (const auto* why = std::get_if<Refused>(&one)) {
        ++refused;
        CHECK(why->refusal == std::get<Refused>(other).refusal);
        CHECK(why->reason == std::get<Refused>(other).reason);
        CHECK(why->records.size() == std::get<Refused>(other).records.size());
      } else {
        CHECK(std::get<Appended>(one).append_time == std::get<Appended>(other).append_time);
      }
    }
    CHECK(refused > 10);
    REQUIRE(built->Sync().ok());
    REQUIRE(sent->Sync().ok());
    CHECK(here.disk.Get(kFirstLog) == there.disk.Get(kFirstLog));
  }
}

TEST_CASE("random reads and time lookups agree with a plain list") {
  const auto seed = static_cast<uint32_t>(std::random_device{}());
  CAPTURE(seed);
  std::mt19937 random(seed);
  const auto upto = [&random](int64_t limit) {
    return std::uniform_int_distribution<int64_t>(0, limit)(random);
  };
  LogFixture fixture(std::chrono::hours(1));
  LogOptions options;
  options.segment_bytes = 5'000;
  options.index_interval_bytes = 300;
  auto log = fixture.Open(options);
  std::vector<Read> expected;
  for (int i = 0; i < 200; ++i) {
    BatchBuilder builder({.codec = static_cast<Codec>(upto(4))});
    for (int64_t j = upto(5); j >= 0; --j) {
      const int64_t time = kTestNow - 100'000 + 100 * i + upto(3'000) - 1'500;
      const std::string value(static_cast<size_t>(upto(90)), static_cast<char>('a' + j));
      builder.Add(TimestampMs(time), std::nullopt, std::string_view(value));
      expected.push_back({static_cast<int64_t>(expected.size()), time, value});
    }
    MustAppend(*log, builder.Finish().value());
  }
  CHECK(log->recovery_point() > Offset(0));
  int turns = 0;
  for (const int64_t start : {int64_t{0}, upto(20), upto(200), int64_t{-2}}) {
    if (start == -2) {
      // Once more after a restart, from the index files.
      REQUIRE(log->Close().ok());
      log = fixture.Open(
          options,
          {.clean = true, .recovery_point = log->log_end(), .log_start = log->log_start()});
    } else {
      REQUIRE(log->DeleteRecordsBefore(Offset(start)).ok());
    }
    const auto first = static_cast<size_t>(log->log_start().value);
    const std::vector<Read> alive(expected.begin() + static_cast<std::ptrdiff_t>(first),
                                  expected.end());
    CHECK(ReadAll(*log, log->log_start(), static_cast<size_t>(upto(9'000))) == alive);
    const auto most =
        std::max_element(alive.begin(), alive.end(),
                         [](const Read& a, const Read& b) { return a.timestamp < b.timestamp; });
    CHECK(log->FindMaxTimestamp().value()->offset == Offset(most->offset));
    for (int i = 0; i < 300; ++i, ++turns) {
      const int64_t time = kTestNow - 105'000 + upto(30'000);
      const auto by_hand = std::find_if(alive.begin(), alive.end(),
                                        [time](const Read& r) { return r.timestamp >= time; });
      const auto found = log->FindByTime(TimestampMs(time)).value();
      REQUIRE(found.has_value() == (by_hand != alive.end()));
      if (found) {
        CHECK(found->offset == Offset(by_hand->offset));
        CHECK(found->timestamp == TimestampMs(by_hand->timestamp));
      }
    }
  }
  CHECK(turns == 4 * 300);
}

TEST_CASE("a read takes whole batches within its limit, at least one if asked to") {
  LogFixture fixture(std::chrono::hours(1));
  LogOptions options;
  options.index_interval_bytes = 100;
  const auto log = fixture.Open(options);
  const auto batch = MakeBatch({std::string(150, 'x')});
  for (int i = 0; i < 10; ++i) MustAppend(*log, batch);
  CHECK(log->Read(Offset(3), 1).value().slice.length == batch.size());
  CHECK(log->Read(Offset(3), 1, false).value().slice.length == 0);
  CHECK(log->Read(Offset(3), batch.size() * 3 + 5).value().slice.length == batch.size() * 3);
  CHECK(log->Read(Offset(3), 1 << 20).value().slice.length == batch.size() * 7);
  CHECK(log->Read(Offset(3), 1 << 20).value().slice.position == batch.size() * 3);
}

TEST_CASE("old segments are removed by age and by size, open readers go on") {
  LogFixture fixture(std::chrono::hours(1));
  LogOptions options;
  const auto batch = MakeBatch({std::string(100, 'x')});
  options.segment_bytes = static_cast<uint32_t>(2 * batch.size());
  const auto log = fixture.Open(options);
  for (int i = 0; i < 10; ++i) MustAppend(*log, batch);
  CHECK(log->segment_count() == 5);
  const auto open = log->Read(Offset(0), 1 << 20).value();
  options.retention_age = std::chrono::hours(24);
  log->SetOptions(options);
  CHECK(log->ApplyRetention(TimestampMs(kTestNow)).deletions.empty());
  options.retention_bytes = 5 * batch.size();
  log->SetOptions(options);
  const auto large = log->ApplyRetention(TimestampMs(kTestNow));
  CHECK(large.failed);
  REQUIRE(large.deletions.size() == 1);
  CHECK(large.deletions[0].begin == Offset(0));
  CHECK(large.deletions[0].end == Offset(4));
  CHECK(large.deletions[0].bytes == 4 * batch.size());
  CHECK(large.deletions[0].reason == DeletionReason::kSize);
  CHECK(NameOf(large.deletions[0].reason) == "retention_size");
  CHECK(log->segment_count() == 3);
  CHECK(log->log_start() == Offset(4));
  CHECK(log->Read(Offset(3), 100).error().fault == Fault::kNotFound);
  CHECK(ReadSlice(open.slice).size() == 2 * batch.size());
  const TimestampMs later(kTestNow + options.retention_age->count() + 1);
  const auto old = log->ApplyRetention(later);
  REQUIRE(old.deletions.size() == 1);
  CHECK(old.deletions[0].bytes == 6 * batch.size());
  CHECK(old.deletions[0].reason == DeletionReason::kAge);
  CHECK(log->log_start() == Offset(10));
  CHECK(log->log_end() == Offset(10));
  MustAppend(*log, batch);
  REQUIRE(log->Sync().ok());
  CHECK(fixture.Open(options)->log_start() == Offset(10));
  CHECK(ReadAll(*log, Offset(10)).size() == 1);
}

TEST_CASE("what somebody still needs is kept, whatever age and size say, and what is below goes") {
  const auto batch = MakeBatch({std::string(100, 'x'), std::string(100, 'y')});
  constexpr int64_t kRecords = 20;
  for (int64_t needed = 0; needed <= kRecords; ++needed) {
    for (const bool by_age : {false, true}) {
      LogFixture fixture(std::chrono::hours(1));
      LogOptions options;
      options.segment_bytes = static_cast<uint32_t>(2 * batch.size());
      const auto log = fixture.Open(options);
      for (int64_t i = 0; i < kRecords / 2; ++i) MustAppend(*log, batch);
      if (by_age) options.retention_age = std::chrono::hours(1);
      if (!by_age) options.retention_bytes = 1;
      log->SetOptions(options);
      log->KeepFrom(Offset(needed));
      const TimestampMs later(kTestNow + 2 * 3'600'000);
      REQUIRE(log->ApplyRetention(later).failed);
      // Whole segments of four records; the last one goes by age alone.
      const int64_t expected = std::min(needed / 4 * 4, by_age ? kRecords : kRecords - 4);
      CHECK(log->log_start() == Offset(expected));
      CHECK(log->DeleteRecordsBefore(Offset(needed)).ok());
      CHECK(log->log_start() == Offset(std::max(needed, expected)));
      const auto kept = ReadAll(*log, log->log_start());
      CHECK(kept.size() == static_cast<size_t>(kRecords - log->log_start().value));
      if (needed == kRecords) continue;
      CHECK(log->DeleteRecordsBefore(Offset(needed + 1)).error().fault == Fault::kUnavailable);
      CHECK(log->DeleteRecordsBefore(Offset(-1)).error().fault == Fault::kUnavailable);
      CHECK(log->DeleteRecordsBefore(Offset(kRecords + 1)).error().fault == Fault::kNotFound);
      log->KeepFrom(Offset(kRecords));
      CHECK(log->DeleteRecordsBefore(Offset(-1)).value() == Offset(kRecords));
    }
  }
}

TEST_CASE("a segment without times is as old as its file's last change") {
  for (const int64_t undated : {int64_t{-1}, int64_t{-5}, INT64_MIN}) {
    LogFixture fixture(std::chrono::hours(1));
    LogOptions options;
    options.retention_age = std::chrono::hours(1);
    options.segment_bytes = static_cast<uint32_t>(MakeBatch({std::string(100, 'x')}).size());
    const auto log = fixture.Open(options);
    fixture.disk.SetTime(kTestNow);
    MustAppend(*log, MakeBatch({std::string(90, 'x')}, undated));
    MustAppend(*log, MakeBatch({std::string(90, 'x')}, undated));
    fixture.disk.SetTime(kTestNow + 1'000);
    MustAppend(*log, MakeBatch({std::string(90, 'x')}, kTestNow));
    REQUIRE(log->Sync().ok());
    const int64_t hour = options.retention_age->count();
    CHECK(log->ApplyRetention(TimestampMs(kTestNow + hour)).deletions.empty());
    CHECK(log->log_start() == Offset(0));
    CHECK(log->ApplyRetention(TimestampMs(kTestNow + hour + 1)).deletions.size() == 1);
    CHECK(log->log_start() == Offset(3));
  }
}

TEST_CASE("times at the ends of what there is are compared as they are") {
  CHECK(MsBetween(TimestampMs(5), TimestampMs(3)) == -2);
  CHECK(MsBetween(TimestampMs(INT64_MIN), TimestampMs(0)) == INT64_MAX);
  CHECK(MsBetween(TimestampMs(1), TimestampMs(INT64_MIN)) == INT64_MIN);
  LogFixture fixture(std::chrono::hours(1));
  LogOptions options;
  options.timestamp_after_max = std::nullopt;
  options.timestamp_before_max = std::chrono::hours(1);
  const auto log = fixture.Open(options);
  MustAppend(*log, MakeBatch({"x"}, INT64_MIN));
  MustAppend(*log, MakeBatch({"x"}, INT64_MAX));
  MustAppend(*log, MakeBatch({"x"}, INT64_MIN));
  REQUIRE(log->Sync().ok());
  CHECK(log->FindMaxTimestamp().value()->offset == Offset(1));
  options.timestamp_after_max = std::chrono::hours(1);
  log->SetOptions(options);
  CHECK(RefusalOf(*log, MakeBatch({"x"}, INT64_MAX)) == Refusal::kInvalidTimestamp);
  MustAppend(*log, MakeBatch({"x"}, INT64_MIN));
}

TEST_CASE("leader epochs are kept, and say where they ended") {
  LogFixture fixture(std::chrono::hours(1));
  auto log = fixture.Open();
  for (int i = 0; i < 5; ++i) MustAppend(*log, MakeBatch({"x"}));
  REQUIRE(log->Close().ok());
  CHECK(fixture.disk.Get(kEpochFile) == "0\n1\n0 0\n");
  fixture.disk.Set(kEpochFile, "0\n2\n3 0\n7 2\n");
  log = fixture.Open({}, {.clean = true});
  CHECK(log->leader_epoch() == LeaderEpoch(7));
  CHECK(log->FindEpochEnd(LeaderEpoch(7))->end == Offset(5));
  CHECK(log->FindEpochEnd(LeaderEpoch(5))->epoch == LeaderEpoch(3));
  CHECK(log->FindEpochEnd(LeaderEpoch(5))->end == Offset(2));
  CHECK_FALSE(log->FindEpochEnd(LeaderEpoch(8)).has_value());
  CHECK(log->LeaderEpochAt(Offset(1)) == LeaderEpoch(3));
  CHECK(log->LeaderEpochAt(Offset(2)) == LeaderEpoch(7));
}

TEST_CASE("each stop that was not clean begins an epoch, and readers can tell what was cut") {
  LogFixture fixture(std::chrono::hours(1));
  auto log = fixture.Open();
  CHECK(log->leader_epoch() == LeaderEpoch(0));
  for (int i = 0; i < 3; ++i) MustAppend(*log, MakeBatch({"kept"}));
  REQUIRE(log->Sync().ok());
  log = fixture.Open();
  CHECK(log->leader_epoch() == LeaderEpoch(1));
  // A consumer reads up to 5 under epoch 1; then the power fails.
  for (int i = 0; i < 2; ++i) MustAppend(*log, MakeBatch({"lost"}));
  CHECK(log->high_watermark() == Offset(5));
  log.reset();
  fixture.disk.CrashPower(0);
  log = fixture.Open();
  CHECK(log->log_end() == Offset(3));
  // Not 1 again: that one had records which are gone.
  CHECK(log->leader_epoch() == LeaderEpoch(2));
  for (int i = 0; i < 4; ++i) MustAppend(*log, MakeBatch({"new"}));
  CHECK(log->FindEpochEnd(LeaderEpoch(1))->end == Offset(3));
  CHECK(log->FindEpochEnd(LeaderEpoch(0))->end == Offset(3));
  CHECK(log->FindEpochEnd(LeaderEpoch(2))->end == Offset(7));
  REQUIRE(log->Sync().ok());
  const auto bytes = ReadSlice(log->Read(Offset(3), 1).value().slice);
  CHECK(ReadBatchHeader(bytes).leader_epoch == LeaderEpoch(2));
  CHECK(log->LeaderEpochAt(Offset(2)) == LeaderEpoch(0));
  CHECK(log->LeaderEpochAt(Offset(3)) == LeaderEpoch(2));
  // A clean stop begins none, and one without records leaves none behind.
  REQUIRE(log->Close().ok());
  log = fixture.Open({}, {.clean = true});
  CHECK(log->leader_epoch() == LeaderEpoch(2));
  for (int i = 3; i < 20; ++i) {
    log = fixture.Open();
    CHECK(log->leader_epoch() == LeaderEpoch(i));
  }
  CHECK(fixture.disk.Get(kEpochFile) == "0\n3\n0 0\n2 3\n19 7\n");
  // What the file says is on disk before anything is written under it.
  fixture.disk.CrashPower(0);
  CHECK(fixture.Open()->leader_epoch() == LeaderEpoch(20));
}

TEST_CASE("a repair that takes a loss begins an epoch, however clean the stop was") {
  LogFixture fixture(std::chrono::hours(1));
  auto log = fixture.Open();
  for (int i = 0; i < 3; ++i) MustAppend(*log, MakeBatch({"x"}));
  REQUIRE(log->Close().ok());
  std::string bytes = fixture.disk.Get(kFirstLog);
  bytes.pop_back();
  fixture.disk.Set(kFirstLog, bytes);
  log = fixture.Open({}, {.clean = true, .recovery_point = Offset(3), .repair = true});
  CHECK(log->log_end() == Offset(2));
  CHECK(log->leader_epoch() == LeaderEpoch(1));
  CHECK(log->FindEpochEnd(LeaderEpoch(0))->end == Offset(2));
}

TEST_CASE("leader epochs that are lost are read from the batches") {
  LogFixture fixture(std::chrono::hours(1));
  LogOptions options;
  options.segment_bytes = 200;
  for (int epoch = 0; epoch < 4; ++epoch) {
    const auto log = fixture.Open(options);
    for (int i = 0; i < 3; ++i) MustAppend(*log, MakeBatch({"x"}));
    REQUIRE(log->Sync().ok());
  }
  const std::string before = fixture.disk.Get(kEpochFile);
  CHECK(before == "0\n4\n0 0\n1 3\n2 6\n3 9\n");
  SECTION("missing") { REQUIRE(fixture.disk.Remove(kEpochFile).ok()); }
  SECTION("damaged") { fixture.disk.Set(kEpochFile, "0\n1\nnonsense\n"); }
  SECTION("emptied") { fixture.disk.Set(kEpochFile, ""); }
  const auto log = fixture.Open(options, {.clean = true, .recovery_point = Offset(12)});
  CHECK(log->FindEpochEnd(LeaderEpoch(1))->end == Offset(6));
  CHECK(fixture.disk.Get(kEpochFile) == before);
}

TEST_CASE("the list of leader epochs is bounded, and follows the log's start") {
  LeaderEpochs epochs;
  for (int i = 0; i < 3'000; ++i) BeginLeaderEpoch(epochs, LeaderEpoch(i), Offset(2 * i));
  CHECK(epochs.size() == kLeaderEpochsMax);
  CHECK(LeaderEpochAt(epochs, Offset(0)) == LeaderEpoch(2'000));
  CHECK(LeaderEpochAt(epochs, Offset(5'999)) == LeaderEpoch(2'999));
  CHECK(ParseLeaderEpochs(PrintLeaderEpochs(epochs)).value() == epochs);
  TrimLeaderEpochs(epochs, Offset(5'001), Offset(5'004));
  CHECK(epochs == LeaderEpochs{{LeaderEpoch(2'500), Offset(5'000)},
                               {LeaderEpoch(2'501), Offset(5'002)},
                               {LeaderEpoch(2'502), Offset(5'004)}});
  BeginLeaderEpoch(epochs, LeaderEpoch(3'000), Offset(5'002));
  CHECK(epochs.size() == 2);
}

TEST_CASE("whoever waits on a log that goes away is told") {
  LogFixture fixture;
  fixture.disk.SetSyncDelay(std::chrono::milliseconds(50));
  const auto log = fixture.Open();
  MustAppend(*log, MakeBatch({"x"}));
  Status told = Done{};
  log->WhenCommitted(Offset(100), [&told](const Status& status) { told = status; });
  log->Abandon();
  CHECK(told.error().fault == Fault::kClosed);
  CHECK(log->WaitCommitted(Offset(100)).error().fault == Fault::kClosed);
}

}  // namespace gamevents::log

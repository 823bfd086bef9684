// Goal: what groups committed is there after a restart, a crash and a compaction, and what they
// dropped is not. Method: a simulated disk that fails or loses power; the map before and after.
#include "core/broker/groups/offset_store.h"

#include "tests/unit/catch.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <memory>

namespace gamevents::broker {
namespace {

using log::SimulatedDisk;
using Op = SimulatedDisk::Op;

std::unique_ptr<log::LogManager> OpenLogs(SimulatedDisk& disk, const Clock& clock,
                                          int32_t partitions = 4) {
  log::LogManager::Options options;
  options.directory = "/data";
  options.files = &disk;
  options.clock = &clock;
  auto logs = log::MustOpen(options);
  // What is committed for a topic that is not there is forgotten at the next start.
  for (const char* topic : {"t", "u"}) {
    if (!logs->Find(topic)) REQUIRE(logs->CreateTopic(topic, partitions).ok());
  }
  return logs;
}

OffsetStore MustOpen(log::LogManager& logs, const Clock& clock) {
  auto store = OffsetStore::Open(logs, clock);
  if (!store) FAIL(store.error().context);
  return *std::move(store);
}

using OffsetMap = std::map<TopicPartition, OffsetStore::Offset>;

OffsetStore::Offset At(int64_t offset, std::string metadata = "") {
  return {offset, 3, std::move(metadata), TimestampMs(-1)};
}

// Waits until the change is on disk.
void MustBeDurable(const log::LogManager& logs, const OffsetStore::Written& written) {
  if (!written) FAIL(written.error().context);
  REQUIRE(logs.Partition(kOffsetsTopic, 0)->WaitCommitted(*written).ok());
}

// Everything in the map, as text that can be compared.
std::string Dump(OffsetStore store) {
  store.Settle();
  std::string out;
  for (const auto& [name, group] : store.groups()) {
    if (!group.has_metadata && group.offsets.empty()) continue;
    out += name + " " + group.protocol_type + " " + std::to_string(group.generation) + "\n";
    for (const auto& [key, offset] : group.offsets) {
      out += "  " + key.topic + "/" + std::to_string(key.partition) + " " +
             std::to_string(offset.offset) + " " + std::to_string(offset.leader_epoch) + " " +
             offset.metadata + " " + std::to_string(offset.committed_at.value) + "\n";
    }
  }
  return out;
}

}  // namespace

TEST_CASE("offsets and generations are read back, with all that was said of them") {
  SimulatedDisk disk;
  FixedClock clock(kTestNow);
  std::string before;
  {
    const auto logs = OpenLogs(disk, clock);
    OffsetStore store = MustOpen(*logs, clock);
    REQUIRE(logs->Find(kOffsetsTopic));
    MustBeDurable(*logs, store.Commit("g", {{{"t", 0}, At(5)}, {{"t", 1}, At(7, "note")}}));
    clock.Set(kTestNow + 1000);
    MustBeDurable(*logs, store.Commit("g", {{{"t", 0}, At(6)}}));
    MustBeDurable(*logs, store.Commit("h", {{{"u", 2}, At(1)}}));
    store.PutGeneration("g", "consumer", 4, false);
    const std::vector<TopicPartition> gone{{"u", 2}, {"unknown", 0}};
    MustBeDurable(*logs, store.Commit("h", {{{"u", 3}, At(9)}}));
    MustBeDurable(*logs, store.Remove("h", gone));
    MustBeDurable(*logs, store.Commit("dropped", {{{"u", 3}, At(9)}}));
    MustBeDurable(*logs, store.RemoveGroup("dropped"));
    CHECK(store.offset_count() == 3);
    CHECK(store.Find("dropped") == nullptr);
    before = Dump(store);
    SECTION("after a clean stop") { REQUIRE(logs->Close().ok()); }
    SECTION("after a crash of the process") {}
    SECTION("after a crash of the machine") { disk.CrashPower(0); }
  }
  const auto logs = OpenLogs(disk, clock);
  const OffsetStore store = MustOpen(*logs, clock);
  CHECK(Dump(store) == before);
  CHECK(store.offset_count() == 3);
  CHECK(store.Find("g")->offsets.at({"t", 1}).metadata == "note");
  CHECK(store.Find("g")->offsets.at({"t", 0}).committed_at.value == kTestNow + 1000);
}

TEST_CASE("what could not be written is not in the map") {
  SimulatedDisk disk;
  const FixedClock clock(kTestNow);
  const auto logs = OpenLogs(disk, clock);
  OffsetStore store = MustOpen(*logs, clock);
  MustBeDurable(*logs, store.Commit("g", {{{"t", 0}, At(5)}}));
  SECTION("a full disk") { disk.SetRoom(0); }
  SECTION("a failing disk") { disk.FailNth(Op::kWrite, 1); }
  const std::string before = Dump(store);
  const auto written = store.Commit("g", {{{"t", 0}, At(6)}, {{"t", 1}, At(6)}});
  CHECK_FALSE(written.ok());
  CHECK(Dump(store) == before);
  CHECK(store.offset_count() == 1);
  bool told = false;
  store.WhenDurable(written, [&](const Status& status) { told = !status.ok(); });
  CHECK(told);
}

TEST_CASE("a commit larger than a batch is refused whole; removing as much is not") {
  SimulatedDisk disk;
  const FixedClock clock(kTestNow);
  {
    const auto logs = OpenLogs(disk, clock, 400);
    OffsetStore store = MustOpen(*logs, clock);
    OffsetMap half;
    for (int32_t i = 0; i < 200; ++i) half[{"t", i}] = At(i, std::string(4096, 'm'));
    MustBeDurable(*logs, store.Commit("g", half));
    OffsetMap other;
    for (int32_t i = 200; i < 400; ++i) other[{"t", i}] = At(i, std::string(4096, 'm'));
    MustBeDurable(*logs, store.Commit("g", other));
    OffsetMap whole = half;
    whole.merge(other);
    const auto refused = store.Commit("h", whole);
    CHECK(refused.error().fault == Fault::kBadInput);
    CHECK(store.Find("h") == nullptr);
    REQUIRE(store.Compact().ok());  // In as many batches as it takes.
    CHECK(store.offset_count() == 400);
    OffsetMap many;
    for (int32_t i = 0; i < 5000; ++i) many[{std::string(100, 'n'), i}] = At(i);
    const std::string long_name(1000, 'l');
    for (auto from = many.begin(); from != many.end();) {
      OffsetMap some;
      while (from != many.end() && some.size() < 500) some.insert(*from++);
      MustBeDurable(*logs, store.Commit(long_name, some));
    }
    MustBeDurable(*logs, store.RemoveGroup(long_name));
  }
  const auto logs = OpenLogs(disk, clock, 400);
  const OffsetStore store = MustOpen(*logs, clock);
  CHECK(store.groups().size() == 1);
  CHECK(store.offset_count() == 400);
}

TEST_CASE("compaction keeps the map, wherever it is interrupted") {
  const FixedClock clock(kTestNow);
  int turns = 0;
  for (const Op op : {Op::kWrite, Op::kSync, Op::kCreate, Op::kRename, Op::kRemove, Op::kTruncate,
                      Op::kSyncDirectory}) {
    for (uint64_t n = 1;; ++n, ++turns) {
      SimulatedDisk disk;
      auto logs = OpenLogs(disk, clock);
      REQUIRE(
          logs->CreateTopic(kOffsetsTopic, 1, {{"segment.bytes", "2000"}, {"retention.ms", "-1"}})
              .ok());
      std::optional<OffsetStore> store = MustOpen(*logs, clock);
      for (int i = 0; i < 30; ++i) {
        MustBeDurable(*logs, store->Commit("g", {{{"t", i % 3}, At(i)}}));
        MustBeDurable(*logs, store->Commit("gone", {{{"t", i % 3}, At(i)}}));
      }
      MustBeDurable(*logs, store->RemoveGroup("gone"));
      store->PutGeneration("g", "consumer", 2, false);
      REQUIRE(logs->Partition(kOffsetsTopic, 0)->Sync().ok());
      const std::string before = Dump(*store);
      disk.FailNth(op, n);
      const bool worked = store->Compact().ok();
      const bool failed = disk.Failed();
      disk.CrashPower(turns % 2 == 0 ? 0 : 100);
      store.reset();
      logs.reset();
      logs = OpenLogs(disk, clock);
      store = MustOpen(*logs, clock);
      CHECK(Dump(*store) == before);
      if (failed) continue;
      CHECK(worked);
      CHECK(logs->Partition(kOffsetsTopic, 0)->log_start() > log::Offset(60));
      break;
    }
  }
  CHECK(turns >= 5);
}

TEST_CASE("compaction is wanted when the topic is mostly outdated, and not again after it") {
  SimulatedDisk disk;
  const FixedClock clock(kTestNow);
  const auto logs = OpenLogs(disk, clock);
  OffsetStore store = MustOpen(*logs, clock);
  CHECK_FALSE(store.WantsCompaction());
  OffsetMap offsets;
  for (int32_t i = 0; i < 100; ++i) offsets[{"t", i}] = At(0, std::string(4096, 'm'));
  int commits = 0;
  while (!store.WantsCompaction() && commits < 100) {
    MustBeDurable(*logs, store.Commit("g", offsets));
    ++commits;
  }
  // 100 offsets with 4 KiB each are alive: ten times that is too much, twice that is not.
  CHECK(commits > 8);
  CHECK(commits < 20);
  const uint64_t before = logs->Partition(kOffsetsTopic, 0)->size_bytes();
  REQUIRE(store.Compact().ok());
  CHECK(logs->Partition(kOffsetsTopic, 0)->size_bytes() < before);
  CHECK_FALSE(store.WantsCompaction());
}

TEST_CASE("a group that had members at the stop has none at the start, from then on") {
  SimulatedDisk disk;
  FixedClock clock(kTestNow);
  {
    const auto logs = OpenLogs(disk, clock);
    OffsetStore store = MustOpen(*logs, clock);
    store.PutGeneration("had", "consumer", 3, true);
    store.PutGeneration("empty", "consumer", 4, false);
    REQUIRE(logs->Partition(kOffsetsTopic, 0)->Sync().ok());
  }
  for (const int64_t later : {1'000'000, 2'000'000}) {
    clock.Set(kTestNow + later);
    const auto logs = OpenLogs(disk, clock);
    const OffsetStore store = MustOpen(*logs, clock);
    CHECK(store.Find("had")->generation == 3);
    CHECK(store.Find("had")->changed_at.value == kTestNow + 1'000'000);
    CHECK(store.Find("empty")->changed_at.value == kTestNow);
    REQUIRE(logs->Partition(kOffsetsTopic, 0)->Sync().ok());
  }
}

TEST_CASE("offsets of topics and partitions that are not there any more are forgotten for good") {
  SimulatedDisk disk;
  const FixedClock clock(kTestNow);
  {
    const auto logs = OpenLogs(disk, clock);
    OffsetStore store = MustOpen(*logs, clock);
    OffsetStore::Offset old = At(4);
    old.topic_id = Uuid{1, 2, 3};
    MustBeDurable(
        *logs,
        store.Commit(
            "g", {{{"t", 0}, At(1)}, {{"t", 4}, At(2)}, {{"gone", 0}, At(3)}, {{"u", 0}, old}}));
  }
  auto logs = OpenLogs(disk, clock);
  CHECK(Dump(MustOpen(*logs, clock)) == Dump(MustOpen(*logs, clock)));
  CHECK(MustOpen(*logs, clock).offset_count() == 1);
  // Durable before anyone could make the topic again.
  disk.CrashPower(0);
  logs.reset();
  logs = OpenLogs(disk, clock, 5);
  REQUIRE(logs->CreatePartitions("t", 5).ok());
  REQUIRE(logs->CreateTopic("gone", 1).ok());
  const OffsetStore store = MustOpen(*logs, clock);
  CHECK(store.offset_count() == 1);
  CHECK(store.Find("g")->offsets.at({"t", 0}).topic_id == logs->Find("t")->id);
}

TEST_CASE("what Kafka spread over the topic's partitions is brought together, once") {
  SimulatedDisk disk;
  const FixedClock clock(kTestNow);
  // Stores over topics of their own write what Kafka would have in each partition.
  std::vector<std::vector<std::byte>> batches;
  for (int64_t offset = 1; offset <= 3; ++offset) {
    SimulatedDisk other;
    const auto logs = OpenLogs(other, clock);
    OffsetStore store = MustOpen(*logs, clock);
    MustBeDurable(*logs, store.Commit("g" + std::to_string(offset), {{{"t", 0}, At(offset)}}));
    const auto read = logs->Partition(kOffsetsTopic, 0)->Read(log::Offset(0), 1 << 20).value();
    batches.push_back(log::ReadSlice(read.slice));
  }
  for (const Op op : {Op::kWrite, Op::kSync, Op::kCreate, Op::kRename, Op::kSyncDirectory}) {
    for (uint64_t n = 1; n < 200; ++n) {
      SimulatedDisk kafkas;
      auto logs = OpenLogs(kafkas, clock);
      REQUIRE(logs->CreateTopic(kOffsetsTopic, 3).ok());
      for (int32_t i = 0; i < 3; ++i) {
        const auto partition = logs->Partition(kOffsetsTopic, i);
        log::MustAppend(*partition, batches[static_cast<size_t>(i)]);
        REQUIRE(partition->Sync().ok());
      }
      kafkas.FailNth(op, n);
      const bool opened = OffsetStore::Open(*logs, clock).ok();
      const bool failed = kafkas.Failed();
      if (opened) {
        CHECK(logs->Find(kOffsetsTopic)->configs.at("retention.ms") == "-1");
        CHECK(logs->Partition(kOffsetsTopic, 2)->log_start() == log::Offset(1));
      }
      logs.reset();
      kafkas.CrashPower(0);
      logs = OpenLogs(kafkas, clock);
      OffsetStore store = MustOpen(*logs, clock);
      REQUIRE(store.offset_count() == 3);
      for (int64_t offset = 1; offset <= 3; ++offset) {
        const auto* group = store.Find("g" + std::to_string(offset));
        REQUIRE(group != nullptr);
        CHECK(group->offsets.at({"t", 0}).offset == offset);
      }
      // What is forgotten from now on is not remembered by the other partitions.
      MustBeDurable(*logs, store.RemoveGroup("g3"));
      REQUIRE(store.Compact().ok());
      CHECK(MustOpen(*logs, clock).Find("g3") == nullptr);
      if (!failed) break;
    }
  }
}

}  // namespace gamevents::broker

// Goal: topics and their settings survive restarts and crashes whole, or not at all; a folder that
// is not ours is refused. Method: a simulated disk that fails at each operation, and a real one.
#include "core/log/log_manager.h"

#include "tests/support/temp_folder.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/simulated_disk.h"

#include <filesystem>

namespace gamevents::log {
namespace {

using Op = SimulatedDisk::Op;

LogManager::Options On(SimulatedDisk& disk, const FixedClock& clock) {
  LogManager::Options options;
  options.directory = "/state/gamevents";
  options.files = &disk;
  options.clock = &clock;
  options.defaults.segment_bytes = 500;
  return options;
}

}  // namespace

TEST_CASE("topics, records, settings and ids survive a clean stop and a crash") {
  SimulatedDisk disk;
  const FixedClock clock(kTestNow);
  const auto options = On(disk, clock);
  std::string cluster;
  Uuid id;
  {
    const auto manager = MustOpen(options);
    cluster = manager->cluster_id();
    CHECK(cluster.size() == 22);
    id = manager->CreateTopic("events", 3, {{"retention.ms", "1000"}}).value().id;
    CHECK(manager->CreateTopic("events", 1).error().fault == Fault::kExists);
    REQUIRE(manager->SetConfigs("events", {{"retention.ms", "-1"}}).ok());
    REQUIRE(manager->CreatePartitions("events", 5).ok());
    for (int i = 0; i < 10; ++i) MustAppend(*manager->Partition("events", 4), MakeBatch({"x"}));
    REQUIRE(manager->Partition("events", 4)->WaitCommitted(Offset(10)).ok());
    REQUIRE(manager->Partition("events", 4)->DeleteRecordsBefore(Offset(6)).value() == Offset(6));
    SECTION("clean") { REQUIRE(manager->Close().ok()); }
    SECTION("crash of the process") { REQUIRE(manager->Checkpoint().ok()); }
    SECTION("crash of the machine") {
      REQUIRE(manager->Checkpoint().ok());
      disk.CrashPower(0);
    }
  }
  const auto manager = MustOpen(options);
  CHECK(manager->cluster_id() == cluster);
  CHECK(manager->summary().topics == 1);
  CHECK(manager->summary().partitions == 5);
  CHECK(manager->summary().messages == 4);
  CHECK(manager->FindById(id)->name == "events");
  CHECK(manager->Find("events")->configs.at("retention.ms") == "-1");
  const auto log = manager->Partition("events", 4);
  CHECK_FALSE(log->options().retention_age.has_value());
  CHECK(log->log_start() == Offset(6));
  CHECK(log->log_end() == Offset(10));
  CHECK(ReadAll(*log, Offset(6)).size() == 4);
  CHECK(manager->Partition("events", 5) == nullptr);
  CHECK(manager->Partition("event", 0) == nullptr);
}

TEST_CASE("a topic is created whole or not at all, wherever the disk fails") {
  const FixedClock clock(kTestNow);
  int turns = 0;
  for (const Op op : {Op::kWrite, Op::kSync, Op::kRename, Op::kCreate, Op::kSyncDirectory}) {
    for (uint64_t n = 1;; ++n, ++turns) {
      SimulatedDisk disk;
      const auto options = On(disk, clock);
      auto manager = MustOpen(options);
      disk.FailNth(op, n);
      const bool made = manager->CreateTopic("events", 3).ok();
      const bool failed = disk.Failed();
      CHECK(made != failed);
      CHECK(manager->Find("events").has_value() == made);
      manager.reset();
      disk.CrashPower(0);
      manager = MustOpen(options);
      CHECK(manager->summary().partitions == (made ? 3 : 0));
      // Nothing in the way of another try.
      if (!made) CHECK(manager->CreateTopic("events", 3).ok());
      if (!failed) break;
    }
  }
  CHECK(turns > 20);
}

TEST_CASE("a deleted topic stays deleted, wherever the disk fails") {
  const FixedClock clock(kTestNow);
  int turns = 0;
  for (const Op op : {Op::kCreate, Op::kRename, Op::kRemove, Op::kSyncDirectory}) {
    for (uint64_t n = 1;; ++n, ++turns) {
      SimulatedDisk disk;
      const auto options = On(disk, clock);
      auto manager = MustOpen(options);
      REQUIRE(manager->CreateTopic("events", 3).ok());
      REQUIRE(manager->CreateTopic("other", 1).ok());
      for (int32_t p = 0; p < 3; ++p)
        MustAppend(*manager->Partition("events", p), MakeBatch({"x"}));
      disk.FailNth(op, n);
      const bool deleted = manager->DeleteTopic("events").ok();
      const bool failed = disk.Failed();
      CHECK(deleted != failed);
      const bool gone = !manager->Find("events").has_value();
      if (deleted) CHECK(gone);
      manager.reset();
      disk.CrashPower(UINT64_MAX);
      manager = MustOpen(options);
      const auto found = manager->Find("events");
      if (deleted) CHECK_FALSE(found.has_value());
      if (found) CHECK(found->partitions.size() == 3);
      CHECK(manager->Find("other").has_value());
      if (!found) CHECK(manager->CreateTopic("events", 1).ok());
      if (!failed) break;
    }
  }
  CHECK(turns > 10);
}

TEST_CASE("someone else's folder, a newer format and a hole in a topic are refused") {
  SimulatedDisk disk;
  const FixedClock clock(kTestNow);
  const auto options = On(disk, clock);
  REQUIRE(disk.CreateDirectory("/state").ok());
  REQUIRE(disk.CreateDirectory(options.directory).ok());
  disk.Set(options.directory + "/LOCK", "");
  SECTION("files of others") {
    disk.Set(options.directory + "/holiday.jpg", "");
    const auto opened = LogManager::Open(options);
    CHECK(opened.error().fault == Fault::kBadInput);
    CHECK(opened.error().context.find("holiday.jpg") != std::string::npos);
  }
  SECTION("the broker's users, who may be there first, are not files of others") {
    disk.Set(options.directory + "/users", "role=read ann\n");
    CHECK(LogManager::Open(options).ok());
    CHECK(disk.Get(options.directory + "/users") == "role=read ann\n");
  }
  SECTION("a newer format") {
    disk.Set(options.directory + "/meta.properties", "version=2\ncluster.id=abc\n");
    CHECK(LogManager::Open(options).error().fault == Fault::kUnsupported);
  }
  SECTION("a checkpoint that is none") {
    MustOpen(options);
    disk.Set(options.directory + "/recovery-point-offset-checkpoint", "");  // as a killed Kafka's
    CHECK(LogManager::Open(options).ok());
    for (const char* bad : {"0\n", "1\n0\n", "0\n2\nevents 0 5\n", "0\n1\nevents 0 x\n"}) {
      disk.Set(options.directory + "/recovery-point-offset-checkpoint", bad);
      CHECK_FALSE(LogManager::Open(options).ok());
    }
  }
  SECTION("a partition is missing") {
    {
      const auto manager = MustOpen(options);
      REQUIRE(manager->CreateTopic("events", 2).ok());
      MustAppend(*manager->Partition("events", 1), MakeBatch({"x"}));
      REQUIRE(manager->Close().ok());
    }
    REQUIRE(disk.Rename(options.directory + "/events-0", "/elsewhere").ok());
    CHECK(LogManager::Open(options).error().fault == Fault::kCorrupt);
    REQUIRE(disk.Rename("/elsewhere", options.directory + "/events-0").ok());
    const auto manager = MustOpen(options);
    CHECK(manager->summary().clean);
    CHECK(manager->summary().messages == 1);
  }
}

TEST_CASE("names, counts, settings and limits are checked") {
  SimulatedDisk disk;
  const FixedClock clock(kTestNow);
  auto options = On(disk, clock);
  options.topics_max = 2;
  options.partitions_max = 5;
  const auto manager = MustOpen(options);
  for (const char* bad : {"", ".", "..", "a/b", "a b", "\xC3\xAB", "__cluster_metadata"}) {
    CHECK(manager->CreateTopic(bad, 1).error().fault == Fault::kBadInput);
  }
  CHECK(manager->CreateTopic(std::string(250, 'x'), 1).error().fault == Fault::kBadInput);
  CHECK(manager->CreateTopic("t", 0).error().fault == Fault::kBadInput);
  CHECK(manager->CreateTopic("t", 6).error().fault == Fault::kFull);
  const auto slip = manager->CreateTopic("t", 1, {{"retention.msec", "1"}});
  CHECK(slip.error().context.find("did you mean retention.ms?") != std::string::npos);
  for (const auto& [key, value] : TopicConfigs{{"retention.ms", "-2"},
                                               {"retention.bytes", "much"},
                                               {"segment.bytes", "1"},
                                               {"cleanup.policy", "compact"},
                                               {"flush.ms", "-1"},
                                               {"message.timestamp.type", "Never"}}) {
    CHECK(manager->CreateTopic("t", 1, {{key, value}}).error().fault == Fault::kBadInput);
  }
  CHECK(manager->Topics().empty());
  CHECK(manager->CreateTopic("t-1", 2).ok());
  CHECK(manager->CreateTopic("t", 2).ok());
  CHECK(manager->CreateTopic("u", 1).error().fault == Fault::kFull);
  CHECK(manager->CreatePartitions("t", 2).error().fault == Fault::kBadInput);
  CHECK(manager->CreatePartitions("t", 4).error().fault == Fault::kFull);
  CHECK(manager->DeleteTopic("u").error().fault == Fault::kNotFound);
}

TEST_CASE("every known setting prints what it takes") {
  LogOptions defaults;
  for (const TopicConfigKey& key : TopicConfigKeys()) {
    INFO(key.name);
    LogOptions options = defaults;
    REQUIRE(key.apply(key.print(defaults), options).ok());
    CHECK(key.print(options) == key.print(defaults));
    CHECK_FALSE(key.help.empty());
  }
  CHECK(TopicConfigKeys().size() == 33);
}

TEST_CASE("ids are printed as Kafka does, and folder names read back") {
  for (int i = 0; i < 200; ++i) {
    const Uuid id = MakeTopicId();
    const std::string text = FormatTopicId(id);
    CHECK(text.size() == 22);
    CHECK(text.front() != '-');
    CHECK(ParseTopicId(text).value() == id);
  }
  CHECK_FALSE(ParseTopicId("short").ok());
  CHECK(ParsePartitionFolder("my-topic-12") == PartitionFolder{"my-topic", 12});
  CHECK(ParsePartitionFolder("topic--1") == PartitionFolder{"topic-", 1});
  for (const char* bad : {"topic", "topic-", "topic-01", "-1", "topic-1x", "LOCK"}) {
    CHECK_FALSE(ParsePartitionFolder(bad).has_value());
  }
}

TEST_CASE("a partition is found by its topic's id, until that topic is deleted") {
  SimulatedDisk disk;
  const FixedClock clock(kTestNow);
  const auto options = On(disk, clock);
  Uuid old{};
  {
    const auto manager = MustOpen(options);
    REQUIRE(manager->CreateTopic("t", 2).ok());
    old = manager->IdOf("t").value();
    CHECK(manager->Partition(old, 1) == manager->Partition("t", 1));
    CHECK(manager->Partition(old, 2) == nullptr);
    CHECK(manager->Partition(old, -1) == nullptr);
    CHECK(manager->Has(old));
    CHECK_FALSE(manager->Has(Uuid{}));
  }
  const auto manager = MustOpen(options);
  CHECK(manager->Partition(old, 1) == manager->Partition("t", 1));
  REQUIRE(manager->DeleteTopic("t").ok());
  REQUIRE(manager->CreateTopic("t", 1).ok());
  CHECK_FALSE(manager->Has(old));
  CHECK(manager->Partition(old, 0) == nullptr);
  CHECK_FALSE(manager->FindById(old));
  CHECK(manager->Partition(manager->IdOf("t").value(), 0) != nullptr);
}

TEST_CASE("each deletion is told, by whoever's wish, with its offsets and bytes") {
  SimulatedDisk disk;
  FixedClock clock(kTestNow);
  auto options = On(disk, clock);
  std::vector<std::string> said;
  uint64_t bytes = 0;
  options.on_deletion = [&](const Deletion& deletion) {
    said.push_back(Describe(deletion));
    bytes += deletion.bytes;
  };
  const auto manager = MustOpen(options);
  REQUIRE(manager->CreateTopic("t", 2, {{"segment.bytes", "1024"}}).ok());
  const auto log = manager->Partition("t", 0);
  for (int i = 0; i < 40; ++i) MustAppend(*log, MakeBatch({std::string(100, 'x')}));
  REQUIRE(log->Sync().ok());
  const uint64_t whole = log->size_bytes();

  REQUIRE(manager->DeleteRecords(*log, Offset(20)).value() == Offset(20));
  REQUIRE(said.size() == 1);
  CHECK(said[0].starts_with("t-0: deleted offsets 0 to 19, "));
  CHECK(said[0].ends_with(": asked for by DeleteRecords"));
  CHECK(bytes == whole - log->size_bytes());
  CHECK(bytes > 0);
  REQUIRE(manager->DeleteRecords(*log, Offset(20)).ok());
  CHECK_FALSE(manager->DeleteRecords(*log, Offset(100)).ok());
  CHECK(said.size() == 1);  // there was nothing more

  REQUIRE(manager->DeleteTopic("t").ok());
  REQUIRE(said.size() == 2);  // the other partition had no records
  CHECK(said[1].starts_with("t-0: deleted offsets 20 to 39, "));
  CHECK(said[1].ends_with(": its topic was deleted"));
  CHECK(bytes == whole);
}

TEST_CASE("retention goes over all topics and remembers where they start") {
  SimulatedDisk disk;
  FixedClock clock(kTestNow);
  auto options = On(disk, clock);
  std::vector<std::string> said;
  options.on_deletion = [&](const Deletion& deletion) { said.push_back(Describe(deletion)); };
  {
    const auto manager = MustOpen(options);
    REQUIRE(manager->CreateTopic("old", 1, {{"retention.ms", "1000"}}).ok());
    REQUIRE(manager->CreateTopic("kept", 1).ok());
    for (const char* topic : {"old", "kept"}) {
      const auto log = manager->Partition(topic, 0);
      REQUIRE(log->WaitCommitted(MustAppend(*log, MakeBatch({"x"})).next_offset).ok());
    }
    REQUIRE(manager->ApplyRetention(TimestampMs(kTestNow + 2'000)));
    REQUIRE(said.size() == 1);
    CHECK(said[0].starts_with("old-0: deleted offsets 0 to 0, "));
    CHECK(said[0].ends_with(": older than retention.ms"));
    CHECK(manager->Partition("old", 0)->log_start() == Offset(1));
  }
  disk.CrashPower(0);
  const auto manager = MustOpen(options);
  CHECK(manager->Partition("old", 0)->log_start() == Offset(1));
  CHECK(manager->Partition("old", 0)->log_end() == Offset(1));
  CHECK(manager->summary().messages == 1);
}

TEST_CASE("a topic that is copied elsewhere is kept from the start until it is said what may go") {
  SimulatedDisk disk;
  FixedClock clock(kTestNow);
  auto options = On(disk, clock);
  options.defaults.retention_age = std::chrono::seconds(1);
  const TimestampMs later(kTestNow + 2'000);
  {
    const auto manager = MustOpen(options);
    for (const char* topic : {"copied", "other"}) {
      REQUIRE(manager->CreateTopic(topic, 2).ok());
      const auto log = manager->Partition(topic, 1);
      REQUIRE(log->WaitCommitted(MustAppend(*log, MakeBatch({"x", "y"})).next_offset).ok());
    }
  }
  options.kept_topics = {"copied", "late"};
  const auto manager = MustOpen(options);
  const auto log = manager->Partition("copied", 1);
  REQUIRE(manager->ApplyRetention(later).ok());
  CHECK(manager->Partition("other", 1)->log_start() == Offset(2));
  CHECK(log->log_start() == Offset(0));
  CHECK(manager->DeleteRecords(*log, Offset(1)).error().fault == Fault::kUnavailable);
  const Status kept = manager->DeleteTopic("copied");
  REQUIRE_FALSE(kept.ok());
  CHECK(kept.error().fault == Fault::kUnavailable);
  CHECK(kept.error().context ==
        "topic 'copied' is not deleted: 2 records of partition 1 have not been forwarded, from "
        "offset 0 on");

  log->KeepFrom(Offset(2));
  REQUIRE(manager->ApplyRetention(later).ok());
  CHECK(log->log_start() == Offset(2));
  const Status still = manager->DeleteTopic("copied");
  REQUIRE_FALSE(still.ok());
  CHECK(still.error().context.starts_with("topic 'copied' is not deleted: it is forwarded; "));
  CHECK(manager->DeleteTopic("other").ok());

  REQUIRE(manager->CreateTopic("late", 1).ok());
  REQUIRE(manager->CreatePartitions("late", 2).ok());
  for (const int32_t partition : {0, 1}) {
    const auto made = manager->Partition("late", partition);
    REQUIRE(made->WaitCommitted(MustAppend(*made, MakeBatch({"x"})).next_offset).ok());
    REQUIRE(manager->ApplyRetention(later).ok());
    CHECK(made->log_start() == Offset(0));
  }
}

TEST_CASE("on a real disk the same files come and go") {
  const TempFolder folder;
  LogManager::Options options;
  options.directory = folder.path() + "/a/b";
  options.defaults.segment_bytes = 2'000;
  const int64_t now = Clock::System().Now().value;
  for (int round = 0; round < 3; ++round) {
    const auto manager = MustOpen(options);
    if (round == 0) REQUIRE(manager->CreateTopic("events", 2).ok());
    const auto log = manager->Partition("events", 1);
    CHECK(log->log_end() == Offset(50 * round));
    for (int i = 0; i < 50; ++i) MustAppend(*log, MakeBatch({std::string(100, 'x')}, now));
    REQUIRE(log->WaitCommitted(log->log_end()).ok());
    CHECK(ReadAll(*log, Offset(0)).size() == static_cast<size_t>(50 * (round + 1)));
    CHECK(log->Read(Offset(0), 100).value().slice.file->descriptor() >= 0);
    if (round == 1) REQUIRE(manager->Close().ok());
    if (round == 2) REQUIRE(manager->DeleteTopic("events").ok());
  }
  CHECK_FALSE(std::filesystem::exists(options.directory + "/events-1"));
  CHECK(MustOpen(options)->Topics().empty());
}

}  // namespace gamevents::log

// Goal: what is backed up while a log is written to, cut, deleted from and made again is a log that
// opens, with everything that was stored before; a damaged log is not backed up; the backup before
// stays until the new one stands. Method: real folders; other threads' doings happen in the
// callback that tells of progress.
#include "core/backup/backup.h"

#include "core/backup/restore.h"
#include "core/database/database.h"
#include "core/log/data_directory.h"
#include "core/log/format.h"
#include "core/log/segment.h"
#include "tests/unit/backup/data_directory.h"

#include <filesystem>
#include <functional>
#include <utility>

namespace gamevents::backup {
namespace {

BackupSummary MustBackUp(const BackupOptions& options) {
  auto made = MakeBackup(options);
  if (!made) FAIL(made.error().context);
  return *std::move(made);
}

// Restores into `name`, and opens what was restored.
std::unique_ptr<log::LogManager> OpenRestored(const DataDirectory& data, const std::string& name) {
  RestoreOptions options;
  options.directory = data.backup();
  options.data_dir = data.folder().path() + "/" + name;
  const auto restored = Restore(options);
  if (!restored) FAIL(restored.error().context);
  REQUIRE(restored->flaws.empty());
  return log::MustOpen(data.Options(options.data_dir));
}

// Calls `act` once, when the backup has read something.
BackupOptions Meanwhile(BackupOptions options, std::function<void()> act) {
  options.on_progress = [act = std::move(act), done = false](uint64_t, uint64_t) mutable {
    if (!std::exchange(done, true)) act();
    return true;
  };
  return options;
}

std::string LogPath(int64_t base) {
  return "events-0/" + log::OffsetFileName(log::Offset(base)) + log::kLogSuffix;
}

std::string Flipped(std::string bytes, size_t at) {
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  return bytes;
}

}  // namespace

TEST_CASE("topics, settings, ids and records are restored from a log that goes on") {
  const DataDirectory data;
  const auto logs = data.Open();
  const Uuid id = logs->CreateTopic("events", 2, {{"retention.ms", "-1"}}).value().id;
  REQUIRE(logs->CreateTopic("empty", 1).ok());
  log::Log& log = *logs->Partition("events", 0);
  Fill(log, 0, 40);
  REQUIRE(logs->DeleteRecords(log, log::Offset(12)).ok());
  REQUIRE(logs->Checkpoint().ok());
  const BackupSummary made = MustBackUp(data.ToBackup());
  CHECK(made.manifest.cluster_id == logs->cluster_id());
  CHECK(made.counts.cloned + made.counts.linked > 3);
  CHECK(MessagesOf(made.manifest) == 28);
  Fill(log, 40, 60);

  const auto restored = OpenRestored(data, "restored");
  CHECK(restored->cluster_id() == logs->cluster_id());
  CHECK(restored->Find("events")->id == id);
  CHECK(restored->Find("events")->configs.at("retention.ms") == "-1");
  CHECK(restored->CountPartitions("events") == 2);
  CHECK(restored->CountPartitions("empty") == 1);
  const auto copy = restored->Partition("events", 0);
  CHECK(NumbersIn(*copy) == Range(12, 40));
  CHECK(copy->recovery().bytes_truncated == 0);
  // Who read further than this learns by the epoch that those records may be gone.
  CHECK(copy->leader_epoch() > log.leader_epoch());
  Fill(*copy, 40, 41);
  CHECK(NumbersIn(log) == Range(12, 60));
}

TEST_CASE("a producer's repeated batch is known after a restore") {
  const DataDirectory data;
  const auto logs = data.Open();
  REQUIRE(logs->CreateTopic("events", 1).ok());
  log::Log& log = *logs->Partition("events", 0);
  const auto batch = log::MakeNumbered(7, 0, 0, {"0"});
  log::MustAppend(log, batch);
  Fill(log, 1, 30);
  REQUIRE(logs->DeleteRecords(log, log::Offset(25)).ok());  // the batch itself is gone
  MustBackUp(data.ToBackup());
  const auto restored = OpenRestored(data, "restored");
  const auto again = log::MustAppend(*restored->Partition("events", 0), batch);
  CHECK(again.duplicate);
  CHECK(again.base_offset == log::Offset(0));
}

TEST_CASE("a batch that is being written is left out, and one below the durable end is damage") {
  const DataDirectory data;
  {
    const auto logs = data.Open();
    REQUIRE(logs->CreateTopic("events", 1).ok());
    Fill(*logs->Partition("events", 0), 0, 3);
  }
  const std::string path = "data/" + LogPath(0);
  const std::string whole = data.folder().Read(path);
  const auto next = log::MakeBatch({"torn"});
  const std::string torn(reinterpret_cast<const char*>(next.data()), next.size() / 2);
  for (const std::string& tail : {torn, std::string(500, '\0'), std::string("x")}) {
    data.folder().Write(path, whole + tail);
    MustBackUp(data.ToBackup());
    const auto restored = OpenRestored(data, "with " + std::to_string(tail.size()));
    CHECK(NumbersIn(*restored->Partition("events", 0)) == Range(0, 3));
  }
  const std::string manifest = data.folder().Read("backup/manifest.json");
  for (const std::string& damaged : {Flipped(whole, whole.size() - 1), Flipped(whole, 9),
                                     whole.substr(0, whole.size() - 1), std::string()}) {
    data.folder().Write(path, damaged);
    const auto refused = MakeBackup(data.ToBackup());
    REQUIRE(!refused.ok());
    CHECK(refused.error().fault == Fault::kCorrupt);
    CHECK(refused.error().context.find(LogPath(0)) != std::string::npos);
    CHECK(data.folder().Read("backup/manifest.json") == manifest);
  }
  CHECK(NumbersIn(*OpenRestored(data, "last")->Partition("events", 0)) == Range(0, 3));
}

TEST_CASE("damage in a closed segment and a missing one are refused by name") {
  const DataDirectory data;
  {
    const auto logs = data.Open();
    REQUIRE(logs->CreateTopic("events", 1).ok());
    Fill(*logs->Partition("events", 0), 0, 30);
  }
  const auto refused_for = [&](const std::string& name) {
    const auto refused = MakeBackup(data.ToBackup());
    REQUIRE(!refused.ok());
    CHECK(refused.error().fault == Fault::kCorrupt);
    CHECK(refused.error().context.find(name) != std::string::npos);
  };
  const std::string second = LogPath(5);
  REQUIRE(data.folder().Has("data/" + second));
  const std::string whole = data.folder().Read("data/" + second);
  data.folder().Write("data/" + second, Flipped(whole, whole.size() / 2));
  refused_for(second);
  std::filesystem::remove(data.path() + "/" + second);
  refused_for(LogPath(10));
  CHECK_FALSE(data.folder().Has("backup/data-1"));
}

TEST_CASE("a second backup takes over what has not changed, and then the first one goes") {
  const DataDirectory data;
  const auto logs = data.Open();
  REQUIRE(logs->CreateTopic("events", 1).ok());
  log::Log& log = *logs->Partition("events", 0);
  Fill(log, 0, 32);
  MustBackUp(data.ToBackup());
  data.folder().Write("backup/data-77/left", "of a killed backup");
  Fill(log, 32, 60);
  const BackupSummary second = MustBackUp(data.ToBackup());
  CHECK(second.counts.taken_over >= 5);
  CHECK(second.manifest.folder == "data-2");
  CHECK_FALSE(data.folder().Has("backup/data-1"));
  CHECK_FALSE(data.folder().Has("backup/data-77"));
  CHECK(NumbersIn(*OpenRestored(data, "restored")->Partition("events", 0)) == Range(0, 60));

  // One that is damaged in the backup, as a file of its own, is copied again.
  const std::string name = "backup/data-2/" + LogPath(5);
  const std::string whole = data.folder().Read(name);
  std::filesystem::remove(data.folder().path() + "/" + name);
  data.folder().Write(name, Flipped(whole, 70));
  const BackupSummary third = MustBackUp(data.ToBackup());
  REQUIRE(third.notes.size() == 1);
  CHECK(third.notes[0].find(LogPath(5)) != std::string::npos);
  CHECK(NumbersIn(*OpenRestored(data, "again")->Partition("events", 0)) == Range(0, 60));
}

TEST_CASE("a topic of the same name that was made again is not mixed with the one before") {
  const DataDirectory data;
  const auto logs = data.Open();
  REQUIRE(logs->CreateTopic("events", 1).ok());
  Fill(*logs->Partition("events", 0), 0, 30);
  MustBackUp(data.ToBackup());
  REQUIRE(logs->DeleteTopic("events").ok());
  REQUIRE(logs->CreateTopic("events", 1).ok());
  log::Log& log = *logs->Partition("events", 0);
  for (int i = 0; i < 30; ++i) {
    log::MustAppend(log, log::MakeBatch({fmt::format("{:0>100}", i + 100)}));
  }
  CHECK(MustBackUp(data.ToBackup()).counts.taken_over == 0);
  CHECK(NumbersIn(*OpenRestored(data, "restored")->Partition("events", 0)) == Range(100, 130));
}

TEST_CASE("segments that are deleted while they are copied move the start") {
  const DataDirectory data;
  const auto logs = data.Open();
  REQUIRE(logs->CreateTopic("events", 1).ok());
  log::Log& log = *logs->Partition("events", 0);
  Fill(log, 0, 50);
  const BackupSummary made = MustBackUp(
      Meanwhile(data.ToBackup(), [&] { REQUIRE(logs->DeleteRecords(log, log::Offset(23)).ok()); }));
  REQUIRE(made.notes.size() == 1);
  CHECK(made.notes[0].find("begins at offset 20") != std::string::npos);
  CHECK(made.manifest.topics.at(0).partitions.at(0) == ManifestPartition{20, 50});
  CHECK(NumbersIn(*OpenRestored(data, "restored")->Partition("events", 0)) == Range(20, 50));
}

TEST_CASE("a topic that is deleted while it is copied is left out, or copied as it is now") {
  const DataDirectory data;
  const auto logs = data.Open();
  REQUIRE(logs->CreateTopic("events", 2).ok());
  REQUIRE(logs->CreateTopic("other", 1).ok());
  Fill(*logs->Partition("events", 0), 0, 50);
  Fill(*logs->Partition("other", 0), 0, 3);
  bool again = false;
  REQUIRE(logs->DeleteRecords(*logs->Partition("events", 0), log::Offset(3)).ok());
  REQUIRE(logs->Checkpoint().ok());
  SECTION("deleted") {}
  SECTION("made again") { again = true; }
  const BackupSummary made = MustBackUp(Meanwhile(data.ToBackup(), [&] {
    REQUIRE(logs->DeleteTopic("events").ok());
    if (!again) return;
    REQUIRE(logs->CreateTopic("events", 1).ok());
    Fill(*logs->Partition("events", 0), 0, 7);
  }));
  CHECK(made.notes.size() == 1);
  const auto restored = OpenRestored(data, "restored");
  CHECK(NumbersIn(*restored->Partition("other", 0)) == Range(0, 3));
  CHECK(restored->CountPartitions("events") == (again ? 1 : 0));
  if (again) CHECK(NumbersIn(*restored->Partition("events", 0)) == Range(0, 7));
}

TEST_CASE("a log that ends before its recovery point is damaged") {
  const DataDirectory data;
  {
    const auto logs = data.Open();
    REQUIRE(logs->CreateTopic("events", 1).ok());
    Fill(*logs->Partition("events", 0), 0, 3);
    REQUIRE(logs->Checkpoint().ok());
  }
  std::filesystem::remove(data.path() + "/events-0/" + log::kDurableEndFile);
  const std::string whole = data.folder().Read("data/" + LogPath(0));
  data.folder().Write("data/" + LogPath(0), whole.substr(0, whole.size() - 1));
  CHECK(MakeBackup(data.ToBackup()).error().fault == Fault::kCorrupt);
}

TEST_CASE("a restored log gives producers' ids that the original does not come to") {
  const DataDirectory data;
  {
    data.Open();
  }
  MustBackUp(data.ToBackup());
  CHECK(data.folder().Read("backup/data-1/producer-ids") == "4294967296\n");
  data.folder().Write("data/producer-ids", "5000\n");
  MustBackUp(data.ToBackup());
  CHECK(data.folder().Read("backup/data-2/producer-ids") == "4294972296\n");
}

TEST_CASE("a partition that is not finished is left out, and a lost one is refused") {
  const DataDirectory data;
  const auto logs = data.Open();
  REQUIRE(logs->CreateTopic("events", 3).ok());
  data.folder().Write("data/events-3/partition.metadata", "version: 0\n");
  data.folder().Write("data/half-1/partition.metadata", "version: 0\n");
  const BackupSummary made = MustBackUp(data.ToBackup());
  REQUIRE(made.manifest.topics.size() == 1);
  CHECK(made.manifest.topics[0].partitions.size() == 3);
  Fill(*logs->Partition("events", 2), 0, 1);
  std::filesystem::remove_all(data.path() + "/events-1");
  const auto refused = MakeBackup(data.ToBackup());
  REQUIRE(!refused.ok());
  CHECK(refused.error().fault == Fault::kCorrupt);
  CHECK(refused.error().context.find("partition") != std::string::npos);
}

TEST_CASE("a repair of the log leaves the linked segments of a backup as they are") {
  const DataDirectory data;
  {
    const auto logs = data.Open();
    REQUIRE(logs->CreateTopic("events", 1).ok());
    Fill(*logs->Partition("events", 0), 0, 30);
  }
  MustBackUp(data.ToBackup());
  const std::string copy = "backup/data-1/" + LogPath(10);
  const std::string damaged = Flipped(data.folder().Read("data/" + LogPath(10)), 400);
  data.folder().Write("data/" + LogPath(10), damaged);  // in place: of the backup's, too, if linked
  const std::string before = data.folder().Read(copy);
  const auto logs = log::MustOpen(data.Options(data.path(), /*repair=*/true));
  log::Log& log = *logs->Partition("events", 0);
  CHECK(log.log_end().value < 15);
  Fill(log, static_cast<int>(log.log_end().value), 40);
  CHECK(data.folder().Read(copy) == before);
}

TEST_CASE("the state's snapshots come along as of one moment, and a broken one is left out") {
  const DataDirectory data;
  const auto logs = data.Open();
  data.folder().Write("data/.state/broken.sqlite", "not a database, but some bytes");
  data.folder().Write("data/.state/events.sqlite.lock", "");
  const std::string path = data.path() + "/.state/events.sqlite";
  auto database = database::Database::Open(path, database::Database::Mode::kCreate);
  REQUIRE(database.ok());
  REQUIRE(database
              ->Execute("PRAGMA journal_mode = WAL; CREATE TABLE a (b); INSERT INTO a VALUES "
                        "(7); BEGIN; INSERT INTO a VALUES (8)")
              .ok());
  const BackupSummary made = MustBackUp(data.ToBackup());
  REQUIRE(made.notes.size() == 1);
  CHECK(made.notes[0].find("broken") != std::string::npos);
  OpenRestored(data, "restored");
  CHECK_FALSE(data.folder().Has("restored/.state/broken.sqlite"));
  auto copy = database::Database::Open(data.folder().path() + "/restored/.state/events.sqlite",
                                       database::Database::Mode::kExisting);
  REQUIRE(copy.ok());
  auto rows = copy->Prepare("SELECT sum(b) FROM a");
  REQUIRE(rows.ok());
  REQUIRE(*rows->Step());
  CHECK(rows->Integer(0) == 7);
}

TEST_CASE("what is not a place for this backup is refused, and left as it is") {
  const DataDirectory data;
  const auto refused = [&](BackupOptions options, Fault fault, const std::string& part) {
    const auto made = MakeBackup(options);
    REQUIRE(!made.ok());
    CAPTURE(made.error().context);
    CHECK(made.error().fault == fault);
    CHECK(made.error().context.find(part) != std::string::npos);
  };
  BackupOptions options = data.ToBackup();
  refused(options, Fault::kNotFound, "no log to back up");
  CHECK_FALSE(data.folder().Has("backup"));
  {
    data.Open();
  }
  options.directory = data.path() + "/backup";
  refused(options, Fault::kBadInput, "within the data directory");
  options.directory = data.path() + "/../data";
  refused(options, Fault::kBadInput, "within the data directory");
  data.folder().Write("mine/letter.txt", "dear");
  options.directory = data.folder().path() + "/mine";
  refused(options, Fault::kBadInput, "letter.txt");
  MustBackUp(data.ToBackup());
  const std::string manifest = data.folder().Read("backup/manifest.json");
  data.folder().Write("backup/manifest.json", manifest + " ");
  refused(data.ToBackup(), Fault::kCorrupt, "manifest.json");
  data.folder().Write("backup/manifest.json", manifest);
  std::filesystem::remove_all(data.path());
  {
    data.Open();
  }
  refused(data.ToBackup(), Fault::kBadInput, "another data directory");
  CHECK(data.folder().Read("backup/manifest.json") == manifest);
}

TEST_CASE("a backup that is stopped leaves the one before") {
  const DataDirectory data;
  const auto logs = data.Open();
  REQUIRE(logs->CreateTopic("events", 1).ok());
  Fill(*logs->Partition("events", 0), 0, 30);
  MustBackUp(data.ToBackup());
  BackupOptions options = data.ToBackup();
  options.on_progress = [](uint64_t, uint64_t) { return false; };
  const auto stopped = MakeBackup(options);
  REQUIRE(!stopped.ok());
  CHECK(stopped.error().fault == Fault::kClosed);
  CHECK_FALSE(data.folder().Has("backup/data-2"));
  CHECK(NumbersIn(*OpenRestored(data, "restored")->Partition("events", 0)) == Range(0, 30));
}

}  // namespace gamevents::backup

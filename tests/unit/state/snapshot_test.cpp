// Goal: a snapshot gives back what was put in, and one that is damaged, old or another topic's is
// told, never believed. Method: replicas saved and loaded; files broken on purpose, byte by byte.

#include "core/state/snapshot.h"

#include "core/base/file.h"
#include "core/database/database.h"
#include "core/state/views.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"
#include "tests/unit/state/events.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace gamevents::state {
namespace {

using database::Database;

constexpr char kSnapshotTopic[] = "events";

void Play(Replica& replica, const Made& made) {
  Fold fold;
  REQUIRE(replica.Take(RecordOf(made, replica.positions[0].next), fold));
}

void PlayMany(Replica& replica, int users) {
  for (int i = 0; i < users; ++i) {
    const std::string user = "user" + std::to_string(i);
    Play(replica, Event(user, "purchase_sword",
                        {{"user", user}, {"type", "katana"}, {"event_id", user + "-1"}}));
    Play(replica,
         ItemEvent(user, "add_to_cart", "crown", {{"unique", true}, {"price", int64_t{7}}}));
    Play(replica, Event(user, "join_a_guild",
                        {{"user_name", user}, {"joined_guild", "g" + std::to_string(i % 3)}}));
  }
}

std::unique_ptr<SnapshotFile> MustOpen(const std::string& path) {
  auto file = SnapshotFile::Open(path, kSnapshotTopic);
  REQUIRE(file);
  return std::move(*file);
}

Fault FaultOf(const std::string& path, const std::string& topic = kSnapshotTopic) {
  const auto loaded = LoadSnapshot(path, topic);
  REQUIRE_FALSE(loaded);
  INFO(loaded.error().context);
  CHECK(loaded.error().context.find(path) != std::string::npos);
  return loaded.error().fault;
}

TEST_CASE("what is saved is loaded, and so is what changed since") {
  const TempFolder folder;
  const std::string path = folder.path() + "/deep/er/state.sqlite";
  const auto file = MustOpen(path);
  Replica replica;
  PlayMany(replica, 50);
  REQUIRE(file->Save(file->TakeChanges(replica)));
  Play(replica, Event("user7", "checkout", {{"user", "user7"}}));
  Play(replica, ItemEvent("new", "add_to_cart", "rope"));
  const SnapshotChanges changes = file->TakeChanges(replica);
  CHECK_FALSE(changes.whole);
  CHECK(changes.users.size() == 2);
  REQUIRE(file->Save(changes));
  const auto loaded = LoadSnapshot(path, kSnapshotTopic);
  REQUIRE(loaded);
  CHECK(Differences(replica.state, (*loaded)->state, 5).empty());
  CHECK((*loaded)->positions.at(0).next == 152);
  CHECK((*loaded)->positions.at(0).last_crc == replica.positions.at(0).last_crc);
  CHECK((*loaded)->state.counts.done == replica.state.counts.done);
  CHECK(GuildJson((*loaded)->state, "g1", "", 100) == GuildJson(replica.state, "g1", "", 100));
  // The one that was loaded goes on where the other was.
  Replica& second = **loaded;
  Play(second, Event("user8", "leave_a_guild", {{"user_name", "user8"}}));
  Play(replica, Event("user8", "leave_a_guild", {{"user_name", "user8"}}));
  CHECK(Differences(replica.state, second.state, 5).empty());
}

TEST_CASE("who is forgotten leaves the file, and is forgotten at the same offset after it") {
  const TempFolder folder;
  const std::string path = folder.path() + "/state.sqlite";
  const auto file = MustOpen(path);
  Replica replica;
  PlayMany(replica, 3);
  Play(replica, Event("idle", "purchase_rope", {{"user", "idle"}}));
  Play(replica, ItemEvent("idle", "use_item", "rope", {{"event_id", "x"}}));
  const int64_t idle_at = replica.positions[0].last_offset;
  REQUIRE(file->Save(file->TakeChanges(replica)));
  auto loaded = LoadSnapshot(path, kSnapshotTopic);
  REQUIRE(loaded);
  CHECK((*loaded)->state.PartitionBytes(0) == replica.state.PartitionBytes(0));
  for (Replica* each : {&replica, loaded->get()}) {
    each->positions[0].next = idle_at + StateLimits().idle_offsets_max;
    Play(*each, Event("user1", "checkout", {{"user", "user1"}}));
    REQUIRE(each->state.Find("idle") != nullptr);
    Play(*each, Event("user2", "checkout", {{"user", "user2"}}));
    REQUIRE(each->state.Find("idle") == nullptr);
    CHECK(each->state.user_count() == 3);
  }
  const SnapshotChanges changes = file->TakeChanges(replica);
  CHECK_FALSE(changes.whole);
  CHECK(changes.forgotten == std::vector<std::string>{"idle"});
  REQUIRE(file->Save(changes));
  loaded = LoadSnapshot(path, kSnapshotTopic);
  REQUIRE(loaded);
  CHECK(Differences(replica.state, (*loaded)->state, 5).empty());
  CHECK((*loaded)->state.user_count() == 3);
}

TEST_CASE("one process writes a snapshot") {
  const TempFolder folder;
  const std::string path = folder.path() + "/state.sqlite";
  const auto file = MustOpen(path);
  const auto second = SnapshotFile::Open(path, kSnapshotTopic);
  REQUIRE_FALSE(second);
  CHECK(second.error().fault == Fault::kExists);
}

TEST_CASE("what is no snapshot of this topic says so") {
  const TempFolder folder;
  const std::string path = folder.path() + "/state.sqlite";
  CHECK(FaultOf(path) == Fault::kNotFound);
  folder.Write("state.sqlite", std::string(10'000, 'x'));
  CHECK(FaultOf(path) == Fault::kCorrupt);
  const auto file = MustOpen(path);
  REQUIRE(file->SetAside());
  CHECK(std::filesystem::exists(path + ".set-aside"));
  Replica replica;
  PlayMany(replica, 3);
  REQUIRE(file->Save(file->TakeChanges(replica)));
  CHECK(FaultOf(path, "other") == Fault::kBadInput);
  const auto run = [&](const char* sql) {
    auto database = Database::Open(path, Database::Mode::kExisting);
    REQUIRE(database);
    REQUIRE(database->Execute(sql));
  };
  run("DELETE FROM users WHERE name = CAST('user2' AS BLOB)");
  CHECK(FaultOf(path) == Fault::kCorrupt);
  run("UPDATE about SET value = 999 WHERE name = CAST('format' AS BLOB)");
  CHECK(FaultOf(path) == Fault::kUnsupported);
  run("DELETE FROM about");
  CHECK(FaultOf(path) == Fault::kCorrupt);
  run("DROP TABLE about");
  CHECK(FaultOf(path) == Fault::kCorrupt);
  // After a failure everything is written again.
  folder.Write("state.sqlite", "no database at all");
  CHECK_FALSE(file->Save(file->TakeChanges(replica)));
  REQUIRE(file->SetAside());
  const SnapshotChanges whole = file->TakeChanges(replica);
  CHECK(whole.whole);
  REQUIRE(file->Save(whole));
  CHECK(LoadSnapshot(path, kSnapshotTopic));
}

mode_t ModeOf(const std::string& path) {
  struct stat found{};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  return found.st_mode & 07777;
}

TEST_CASE("nobody else can read who owns what") {
  const TempFolder folder;
  const std::string path = folder.path() + "/deep/er/state.sqlite";
  const mode_t before = ::umask(0);
  const auto file = MustOpen(path);
  Replica replica;
  PlayMany(replica, 3);
  // The one of a version before was for everybody.
  std::ofstream(path).flush();
  std::filesystem::permissions(path, std::filesystem::perms(0644));
  REQUIRE(file->Save(file->TakeChanges(replica)));
  ::umask(before);
  CHECK(ModeOf(folder.path() + "/deep") == 0700);
  CHECK(ModeOf(folder.path() + "/deep/er") == 0700);
  for (const auto& each : std::filesystem::directory_iterator(folder.path() + "/deep/er")) {
    INFO(each.path().string());
    CHECK(ModeOf(each.path().string()) == 0600);
  }
}

TEST_CASE("a snapshot that cannot be opened now is not taken for missing or worthless") {
  const TempFolder folder;
  const std::string path = folder.path() + "/state.sqlite";
  const auto file = MustOpen(path);
  Replica replica;
  PlayMany(replica, 3);
  REQUIRE(file->Save(file->TakeChanges(replica)));
  // SQLite says so, too, when no descriptor is left.
  std::filesystem::create_directory(path + "-wal");
  CHECK(FaultOf(path) == Fault::kIo);
  CHECK_FALSE(IsWorthless(Fault::kIo));
  std::filesystem::remove(path + "-wal");
  CHECK(LoadSnapshot(path, kSnapshotTopic));
  // A process that was killed before its first snapshot leaves nothing worth setting aside.
  std::ofstream(path, std::ios::trunc).flush();
  CHECK(FaultOf(path) == Fault::kNotFound);
}

TEST_CASE("a snapshot moves along when its place changes") {
  const TempFolder folder;
  const std::string was = folder.path() + "/data-state/events.sqlite";
  const std::string path = folder.path() + "/data/.state/events.sqlite";
  Replica replica;
  PlayMany(replica, 3);
  {
    const auto before = MustOpen(was);
    REQUIRE(before->Save(before->TakeChanges(replica)));
    const auto file = MustOpen(path);
    const Status in_use = file->Adopt(was);
    REQUIRE_FALSE(in_use);
    CHECK(in_use.error().fault == Fault::kExists);
    CHECK(std::filesystem::exists(was));
  }
  folder.Write("data-state/events.sqlite.set-aside", "an older one");
  const auto file = MustOpen(path);
  REQUIRE(file->Adopt(was));
  CHECK(LoadSnapshot(path, kSnapshotTopic));
  CHECK(std::filesystem::exists(path + ".set-aside"));
  CHECK_FALSE(std::filesystem::exists(folder.path() + "/data-state"));
  // One that is here already counts, and where there is none there is nothing to do.
  REQUIRE(file->Adopt(was));
  {
    REQUIRE(MustOpen(was)->Save(SnapshotChanges{}));
  }
  REQUIRE(file->Adopt(was));
  CHECK(std::filesystem::exists(was));
  CHECK(LoadSnapshot(path, kSnapshotTopic));
}

TEST_CASE("no flipped byte is believed") {
  const TempFolder folder;
  const std::string path = folder.path() + "/state.sqlite";
  Replica replica;
  PlayMany(replica, 40);
  {
    const auto file = MustOpen(path);
    REQUIRE(file->Save(file->TakeChanges(replica)));
  }
  const auto sound = ReadFile(path, 1 << 22);
  REQUIRE(sound);
  size_t refused = 0;
  size_t turns = 0;
  for (size_t at = 0; at < sound->size(); at += 97, ++turns) {
    std::string broken = *sound;
    broken[at] = static_cast<char>(broken[at] ^ 0x20);
    std::ofstream(path, std::ios::binary) << broken;
    const auto loaded = LoadSnapshot(path, kSnapshotTopic);
    if (!loaded) {
      ++refused;
      continue;
    }
    // Then the byte was one that says nothing: the users are as they were.
    INFO("byte " << at);
    CHECK(Differences(replica.state, (*loaded)->state, 3).empty());
  }
  CHECK(turns == (sound->size() + 96) / 97);
  CHECK(refused > turns / 10);
}

}  // namespace
}  // namespace gamevents::state

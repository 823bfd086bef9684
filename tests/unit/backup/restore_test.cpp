// Goal: whatever has changed in a backup is found and named, and then nothing is restored; a data
// directory that holds something or is in use is left alone. Method: each file of a real backup is
// damaged in each way.
#include "core/backup/restore.h"

#include "core/backup/verify.h"
#include "core/embedded/lock.h"
#include "tests/unit/backup/data_directory.h"

#include <algorithm>
#include <filesystem>
#include <random>
#include <set>

namespace gamevents::backup {
namespace {

// A backup of two topics.
class ABackup {
 public:
  ABackup() {
    const auto logs = data_.Open();
    REQUIRE(logs->CreateTopic("events", 2, {{"retention.ms", "-1"}}).ok());
    REQUIRE(logs->CreateTopic("game", 1).ok());
    Fill(*logs->Partition("events", 1), 0, 30);
    data_.folder().Write("data/users", "# nobody\n");
    data_.folder().Write("data/producer-ids", "1000\n");
    const auto made = MakeBackup(data_.ToBackup());
    if (!made) FAIL(made.error().context);
    // Its files are to be damaged, and the originals are not.
    std::filesystem::remove_all(data_.path());
    for (const ManifestFile& file : made->manifest.files) paths_.push_back("data-1/" + file.path);
    options_.directory = data_.backup();
    options_.data_dir = data_.folder().path() + "/restored";
  }

  const std::vector<std::string>& paths() const { return paths_; }
  const TempFolder& folder() const { return data_.folder(); }
  const DataDirectory& data() const { return data_; }
  RestoreOptions& options() { return options_; }

  // What is found, after which nothing is restored.
  std::vector<std::string> Flaws() {
    const auto done = Restore(options_);
    if (!done) FAIL(done.error().context);
    CHECK_FALSE(folder().Has("restored"));
    return done->flaws;
  }

  void OnlyFlawIs(const std::string& path) {
    CAPTURE(path);
    const auto flaws = Flaws();
    REQUIRE(flaws.size() == 1);
    CHECK(flaws[0].starts_with(data_.backup() + "/" + path + ": "));
  }

 private:
  DataDirectory data_;
  RestoreOptions options_;
  std::vector<std::string> paths_;
};

std::set<std::string> NamesIn(const std::string& directory) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

}  // namespace

TEST_CASE("each file of a backup that is changed, cut, missing or longer is named") {
  ABackup backup;
  REQUIRE(backup.paths().size() > 15);
  std::mt19937 random(7);
  for (const std::string& path : backup.paths()) {
    const std::string name = "backup/" + path;
    const std::string whole = backup.folder().Read(name);
    for (int i = 0; i < 3 && !whole.empty(); ++i) {
      std::string damaged = whole;
      const size_t at = random() % whole.size();
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << random() % 8));
      backup.folder().Write(name, damaged);
      backup.OnlyFlawIs(path);
    }
    if (!whole.empty()) {
      backup.folder().Write(name, whole.substr(0, whole.size() - 1));
      backup.OnlyFlawIs(path);
    }
    backup.folder().Write(name, whole + "x");
    backup.OnlyFlawIs(path);
    std::filesystem::remove(backup.folder().path() + "/" + name);
    backup.OnlyFlawIs(path);
    std::filesystem::create_directory(backup.folder().path() + "/" + name);
    backup.OnlyFlawIs(path);
    std::filesystem::remove(backup.folder().path() + "/" + name);
    backup.folder().Write(name, whole);
  }
  CHECK(Restore(backup.options()).value().flaws.empty());
}

TEST_CASE("a file too many is named, and what a killed backup left is not a flaw") {
  ABackup backup;
  for (const char* path : {"data-1/events-0/more", "data-1/more", "letter.txt"}) {
    backup.folder().Write(std::string("backup/") + path, "more");
    backup.OnlyFlawIs(path);
    std::filesystem::remove(backup.data().backup() + "/" + path);
  }
  backup.folder().Write("backup/data-1/more-0/more", "more");
  CHECK(backup.Flaws().size() == 2);
  std::filesystem::remove_all(backup.data().backup() + "/data-1/more-0");
  std::filesystem::create_symlink("/etc", backup.data().backup() + "/data-1/events-9");
  backup.OnlyFlawIs("data-1/events-9");
  std::filesystem::remove(backup.data().backup() + "/data-1/events-9");
  backup.folder().Write("backup/data-2/events-0/half", "half");
  const auto done = Restore(backup.options());
  REQUIRE(done.ok());
  CHECK(done->flaws.empty());
  CHECK(done->notes.size() == 1);
}

TEST_CASE("a backup without a manifest is not finished") {
  ABackup backup;
  std::filesystem::remove(backup.data().backup() + "/manifest.json");
  const auto refused = Restore(backup.options());
  REQUIRE(!refused.ok());
  CHECK(refused.error().fault == Fault::kNotFound);
  CHECK(refused.error().context.find("not finished") != std::string::npos);
  CHECK_FALSE(backup.folder().Has("restored"));
}

TEST_CASE("only an empty data directory that nobody uses is restored to") {
  ABackup backup;
  const auto refused = [&](Fault fault, const std::string& part) {
    const auto done = Restore(backup.options());
    REQUIRE(!done.ok());
    CAPTURE(done.error().context);
    CHECK(done.error().fault == fault);
    CHECK(done.error().context.find(part) != std::string::npos);
  };
  for (const char* name : {"meta.properties", "users", "events-0/x", ".state/x"}) {
    backup.folder().Write(std::string("restored/") + name, "x");
    refused(Fault::kBadInput, "not empty");
    CHECK(NamesIn(backup.options().data_dir).size() == 1);
    std::filesystem::remove_all(backup.options().data_dir);
  }
  {
    const auto lock = embedded::DirectoryLock::TryTake(backup.options().data_dir);
    REQUIRE(lock.ok());
    refused(Fault::kExists, "in use");
  }
  // What is left of a restore that was killed while it copied.
  backup.folder().Write("restored/.restoring/events-0/half", "half");
  const auto done = Restore(backup.options());
  REQUIRE(done.ok());
  CHECK(NamesIn(backup.options().data_dir) ==
        std::set<std::string>{"LOCK", "events-0", "events-1", "game-0",
                              "log-start-offset-checkpoint", "meta.properties", "producer-ids",
                              "recovery-point-offset-checkpoint", "users"});
  const auto logs = log::MustOpen(backup.data().Options(backup.options().data_dir));
  CHECK(NumbersIn(*logs->Partition("events", 1)) == Range(0, 30));
}

TEST_CASE("a check restores nothing, and a restore that is stopped leaves an empty directory") {
  ABackup backup;
  backup.options().only_check = true;
  const auto checked = Restore(backup.options());
  REQUIRE(checked.ok());
  CHECK(checked->flaws.empty());
  CHECK_FALSE(backup.folder().Has("restored"));
  backup.options().only_check = false;
  uint64_t last = 0;
  bool copying = false;
  backup.options().on_progress = [&](uint64_t done, uint64_t) {
    copying = copying || done < last;  // it counts from the beginning again
    last = done;
    return !copying;
  };
  const auto stopped = Restore(backup.options());
  REQUIRE(!stopped.ok());
  CHECK(stopped.error().fault == Fault::kClosed);
  CHECK(NamesIn(backup.options().data_dir) == std::set<std::string>{"LOCK"});
  backup.options().on_progress = [](uint64_t, uint64_t) { return true; };
  CHECK(Restore(backup.options()).ok());
}

TEST_CASE("a file that changes between the two readings is not restored") {
  ABackup backup;
  uint64_t last = 0;
  bool changed = false;
  backup.options().on_progress = [&](uint64_t done, uint64_t) {
    if (done < last && !changed) {
      changed = true;
      backup.folder().Write("backup/data-1/producer-ids", "2000\n");
    }
    last = done;
    return true;
  };
  const auto refused = Restore(backup.options());
  REQUIRE(!refused.ok());
  CHECK(refused.error().fault == Fault::kCorrupt);
  CHECK(refused.error().context.find("producer-ids") != std::string::npos);
  CHECK(NamesIn(backup.options().data_dir) == std::set<std::string>{"LOCK"});
}

}  // namespace gamevents::backup

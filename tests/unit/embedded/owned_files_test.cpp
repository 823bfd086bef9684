// Goal: whoever lost its data directory acknowledges nothing more and touches nothing in the one
// that stands in its place. Method: real folders that are removed, moved away and replaced under a
// log, a broker and a lock; what the other one has is compared.
#include "core/embedded/owned_files.h"

#include "core/log/log_manager.h"
#include "tests/unit/catch.h"
#include "tests/unit/embedded/fixture.h"
#include "tests/unit/log/log_fixture.h"

#include <functional>
#include <thread>

namespace gamevents::embedded {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

// Every file below `path` with its content, to be compared.
std::string ContentOf(const fs::path& path) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files.push_back(entry.path().string() + "=" +
                    (entry.is_regular_file() ? std::string(std::istreambuf_iterator<char>(file), {})
                                             : std::string("folder")));
  }
  std::sort(files.begin(), files.end());
  std::string all;
  for (const std::string& file : files) all += file + "\n";
  return all;
}

struct OwnedWorld {
  explicit OwnedWorld(milliseconds interval) : lock(MustLock(data())) {
    log::LogManager::Options options;
    options.directory = data();
    options.files = &files;
    options.commit.interval = interval;
    logs = log::MustOpen(options);
    REQUIRE(logs->CreateTopic("t", 1).ok());
    REQUIRE(Put().ok());
  }
  std::string data() const { return folder.path() + "/data"; }
  Status Put() {
    const auto log = logs->Partition("t", 0);
    auto outcome = log->Append(log::MakeBatch({"x"}, Clock::System().Now().value));
    if (!outcome) return std::move(outcome).error();
    return log->WaitCommitted(std::get<log::Appended>(*outcome).next_offset);
  }

  TempFolder folder;
  DirectoryLock lock;
  OwnedFiles files{lock, log::FileSystem::Posix()};
  std::unique_ptr<log::LogManager> logs;
};

// Ways in which a directory goes.
const std::vector<std::function<void(const std::string&)>> kLosses{
    [](const std::string& data) { fs::remove_all(data); },
    [](const std::string& data) { fs::rename(data, data + "-away"); },
    [](const std::string& data) { fs::remove(data + "/LOCK"); },
};

}  // namespace

TEST_CASE("after the directory went there is no acknowledgement, whoever has its place") {
  for (const milliseconds interval : {milliseconds(0), milliseconds(60'000)}) {
    for (const auto& lose : kLosses) {
      OwnedWorld world(interval);
      const auto log = world.logs->Partition("t", 0);
      const auto read = log->Read(log::Offset(0), 1 << 20).value();
      lose(world.data());
      // With an interval what was looked at a moment ago may count for a moment.
      std::this_thread::sleep_for(2 * OwnedFiles::kLookEvery);
      fs::create_directory(world.data());
      const DirectoryLock other = MustLock(world.data());
      std::ofstream(world.data() + "/meta.properties") << "another's";
      const std::string before = ContentOf(world.data());

      const Status put = world.Put();
      REQUIRE_FALSE(put.ok());
      CHECK(put.error().context.find(world.data()) != std::string::npos);
      CHECK(world.Put().error().fault == Fault::kIo);
      CHECK_FALSE(world.logs->CreateTopic("u", 1).ok());
      CHECK_FALSE(world.logs->Checkpoint().ok());
      CHECK_FALSE(world.logs->SetConfigs("t", {{"retention.ms", "1"}}).ok());
      CHECK_FALSE(world.logs->DeleteTopic("t").ok());
      CHECK_FALSE(world.logs->Close().ok());
      CHECK(ContentOf(world.data()) == before);
      // Readers of what they have open go on.
      CHECK_FALSE(log::ReadSlice(read.slice).empty());
    }
  }
}

TEST_CASE("a directory that is there stays one's own, under any name for it") {
  OwnedWorld world(milliseconds(0));
  fs::create_symlink(world.data(), world.folder.path() + "/link");
  CHECK(world.files.Check().ok());
  CHECK(world.Put().ok());
  CHECK(world.logs->Close().ok());
}

TEST_CASE("a loss is final, also when the directory comes back") {
  OwnedWorld world(milliseconds(0));
  fs::rename(world.data(), world.data() + "-away");
  const Status lost = world.files.Check();
  REQUIRE_FALSE(lost.ok());
  fs::rename(world.data() + "-away", world.data());
  REQUIRE_FALSE(world.files.Check().ok());
  CHECK(world.files.Check().error().context == lost.error().context);
  CHECK_FALSE(world.files.CheckRecent().ok());
}

TEST_CASE("a broker that lost its directory leaves the next one's alone when it stops") {
  const TempFolder folder;
  const std::string data = folder.path() + "/data";
  auto broker = EmbeddedBroker::Start(OptionsFor(data), MustLock(data));
  REQUIRE(broker.ok());
  fs::remove_all(data);
  auto next = EmbeddedBroker::Start(OptionsFor(data), MustLock(data));
  REQUIRE(next.ok());
  const std::string before = ContentOf(data);
  const Status stopped = (*broker)->Stop(milliseconds(1000));
  REQUIRE_FALSE(stopped.ok());
  CHECK(stopped.error().context.find(data) != std::string::npos);
  CHECK(stopped.error().context.find("what was acknowledged is on disk") == std::string::npos);
  CHECK(ContentOf(data) == before);
  CHECK((*next)->Stop(milliseconds(1000)).ok());
}

}  // namespace gamevents::embedded

// Goal: the users are those of the file, whoever changed it; a damaged file leaves the ones that
// there were; nothing is lost when many change it. Method: a file written over, removed and
// damaged, with a look a second later, and changed by several threads.
#include "core/access/users.h"
#include "core/base/check.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <sys/stat.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::access {
namespace {

User Reader(const std::string& name) { return {name, {{Role::kRead, ""}}, {}, {}}; }

Status AddReader(UserFile& file, const std::string& name) {
  return file.Change([&](std::vector<User>& users) {
    users.push_back(Reader(name));
    return Status(Done{});
  });
}

// Until the file is looked at again.
void WaitForLook() { std::this_thread::sleep_for(std::chrono::milliseconds(1'050)); }

}  // namespace

TEST_CASE("a file that is not there has no users, and is made for its owner alone") {
  const TempFolder folder;
  const std::string path = folder.path() + "/users";
  const auto file = UserFile::Open(path).value();
  CHECK(file->path() == path);
  CHECK(file->All().empty());
  CHECK(file->Find("ann") == nullptr);
  REQUIRE(AddReader(*file, "ann").ok());
  CHECK(folder.Read("users") == "role=read ann\n");
  struct stat now = {};
  REQUIRE(::stat(path.c_str(), &now) == 0);
  CHECK((now.st_mode & 07777) == 0600);
  REQUIRE(file->Find("ann"));
  CHECK(*file->Find("ann") == Reader("ann"));
  REQUIRE(AddReader(*file, "abe").ok());
  REQUIRE(file->All().size() == 2);
  CHECK(file->All().front()->name == "abe");
  CHECK(UserFile::Open(path).value()->All().size() == 2);
}

TEST_CASE("a file that another has changed is read again, and a damaged one is not") {
  const TempFolder folder;
  const std::string path = folder.Write("users", "role=read ann\n");
  const auto file = UserFile::Open(path).value();
  const auto ann = file->Find("ann");
  folder.Write("users", "role=admin bob\n");
  WaitForLook();
  CHECK(file->Find("ann") == nullptr);
  CHECK(file->Find("bob"));
  CHECK(ann->name == "ann");
  folder.Write("users", "broken\n");
  WaitForLook();
  CHECK(file->Find("bob"));
  CHECK(AddReader(*file, "eve").error().context.starts_with(path + ":1: "));
  CHECK(folder.Read("users") == "broken\n");
  CHECK(UserFile::Open(path).error().context.starts_with(path + ":1: "));
  std::filesystem::remove(path);
  WaitForLook();
  CHECK(file->Find("bob"));
  folder.Write("users", "");
  WaitForLook();
  CHECK(file->All().empty());
}

TEST_CASE("a change that fails changes nothing") {
  const TempFolder folder;
  const std::string path = folder.Write("users", "# ours\nrole=read ann\n");
  const auto file = UserFile::Open(path).value();
  const auto failed = file->Change([](std::vector<User>& users) {
    users.clear();
    return Status(Error{Fault::kNotFound, "no"});
  });
  CHECK(failed.error().context == "no");
  const auto refused = file->Change([](std::vector<User>& users) {
    users.front().grants.clear();
    return Status(Done{});
  });
  CHECK(refused.error().context.starts_with("ann: "));
  CHECK(folder.Read("users") == "# ours\nrole=read ann\n");
  CHECK(file->Find("ann"));
}

TEST_CASE("whoever changes the file at once with others loses nothing") {
  const TempFolder folder;
  const std::string path = folder.path() + "/users";
  const auto shared = UserFile::Open(path).value();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, name = "user " + std::to_string(i)] {
      // Half of them as another process would.
      const auto own = name.back() % 2 == 0 ? shared : UserFile::Open(path).value();
      const Status added = AddReader(*own, name);
      INVARIANT(added.ok());
      INVARIANT(own->Find(name) != nullptr);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(UserFile::Open(path).value()->All().size() == 8);
}

}  // namespace gamevents::access

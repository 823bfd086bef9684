// Goal: commands of the machine log in with a password that nobody else can read, and that stays.
// Method: made, read, made again and removed in a folder.
#include "core/embedded/own_user.h"

#include "core/access/scram_keys.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <sys/stat.h>

namespace gamevents::embedded {

TEST_CASE("the own user's password is this user's alone, and stays") {
  const TempFolder folder;
  const std::string directory = folder.path();
  CHECK(ReadOwnPassword(directory).error().fault == Fault::kNotFound);
  const auto first = MakeOwnUser(directory);
  REQUIRE(first.ok());
  struct stat found = {};
  REQUIRE(::stat((directory + "/.endpoint-password").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  const auto second = MakeOwnUser(directory);
  REQUIRE(second.ok());
  CHECK(second->password == first->password);
  CHECK(ReadOwnPassword(directory).value() == first->password);
  const auto user = second->users->Find(kOwnUserName);
  REQUIRE(user != nullptr);
  CHECK(access::MayUseCluster(*user));
  CHECK(access::IsPasswordOf(*user->sha256, access::ScramHash::kSha256, first->password));
  CHECK(second->users->All().size() == 1);
  CHECK(RemoveOwnUser(directory).ok());
  CHECK(RemoveOwnUser(directory).ok());
  CHECK(ReadOwnPassword(directory).error().fault == Fault::kNotFound);
}

}  // namespace gamevents::embedded

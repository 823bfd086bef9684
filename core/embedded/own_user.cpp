#include "core/embedded/own_user.h"

#include "core/access/scram_keys.h"
#include "core/base/file.h"
#include "core/base/random.h"

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <utility>
#include <vector>

namespace gamevents::embedded {
namespace {

// Hidden, as all that is no topic's folder and none of Kafka's files.
constexpr char kPasswordFile[] = "/.endpoint-password";
constexpr char kOwnUsersFile[] = "/.endpoint-users";
constexpr size_t kPasswordFileMax = 128;

}  // namespace

Result<OwnUser> MakeOwnUser(const std::string& directory) {
  auto password = ReadOwnPassword(directory);
  if (!password) {
    password = MakeSecret();
    if (!password) return std::move(password).error();
    const Status written = ReplaceFile(directory + kPasswordFile, *password);
    if (!written) return Error(written.error());
  }
  auto users = access::UserFile::Open(directory + kOwnUsersFile);
  if (!users) return std::move(users).error();
  auto credential =
      access::MakeCredential(access::ScramHash::kSha256, *password, access::kIterationsDefault);
  if (!credential) return std::move(credential).error();
  const Status changed = (*users)->Change([&](std::vector<access::User>& all) -> Status {
    all.clear();
    access::User& own = all.emplace_back();
    own.name = kOwnUserName;
    own.grants = {{access::Role::kAdmin, ""}};
    own.sha256 = std::move(*credential);
    return Done{};
  });
  if (!changed) return Error(changed.error());
  return OwnUser{std::move(*users), std::move(*password)};
}

Result<std::string> ReadOwnPassword(const std::string& directory) {
  return ReadFile(directory + kPasswordFile, kPasswordFileMax);
}

Status RemoveOwnUser(const std::string& directory) {
  for (const char* name : {kPasswordFile, kOwnUsersFile}) {
    const std::string path = directory + name;
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return SystemError("remove " + path, errno);
  }
  return Done{};
}

}  // namespace gamevents::embedded

#pragma once

#include "core/access/users.h"
#include "core/base/result.h"

#include <memory>
#include <string>

// Where a broker asks its clients for passwords, other users of the machine are not to get round
// that by the listener for the machine's own commands. It asks, too: for a user whose password is
// in a file of the data directory, which nobody else can read.

namespace gamevents::embedded {

/// What a command logs in with.
inline constexpr char kOwnUserName[] = "gamevents";
inline constexpr char kOwnUserMechanism[] = "SCRAM-SHA-256";

/// The listener's one user, and its password.
struct OwnUser {
  std::shared_ptr<access::UserFile> users;
  std::string password;
};

/// The own user of a data directory, which this process must have locked. Its password is made when
/// there is none, and stays: commands that know it go on when another process has the broker.
/// Errors: kIo; kFull; as access::UserFile.
Result<OwnUser> MakeOwnUser(const std::string& directory);

/// Its password as another process finds it. Errors: kNotFound when the listener asks for none;
/// kIo, when the file is another user's.
Result<std::string> ReadOwnPassword(const std::string& directory);

/// Removes it: the listener asks for none. None there is no error. Errors: kIo.
Status RemoveOwnUser(const std::string& directory);

}  // namespace gamevents::embedded

#pragma once

#include "core/access/users.h"
#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What a line of the file embedded.users_file says. A line is
//
//   [role=ROLE[:PREFIX]]... [sha256=VERIFIER] [sha512=VERIFIER] NAME
//
// with blanks between the words; the settings may stand in any order, and there is at least one.
// NAME is the rest of the line. VERIFIER is ITERATIONS:SALT:STORED_KEY:SERVER_KEY, the last three
// in base64 (RFC 5802, section 3). Empty lines and lines that begin with '#' are passed over.

namespace gamevents::access {

/// The largest file that is read.
inline constexpr size_t kUserFileBytesMax = size_t{4} << 20;

/// Whether `word` begins as a setting does, and so cannot begin a name.
bool IsUserSetting(std::string_view word);

/// The users in `text`, in its order. Errors: kBadInput with the line's number; kFull for more than
/// kUsersMax. No error repeats what stands in the line.
Result<std::vector<User>> ParseUsers(std::string_view text);

/// The line of `user`, which ParseUsers takes back, with its line break. Requires:
/// CheckUser(user).
std::string FormatUser(const User& user);

/// `text` with these users: lines of others go, lines of users that changed are replaced, and new
/// ones stand at the end. All else stays as it is. Errors: as CheckUser, with the user's name;
/// kExists for two of one name; kFull; as ParseUsers.
Result<std::string> ReplaceUsers(std::string_view text, const std::vector<User>& users);

}  // namespace gamevents::access

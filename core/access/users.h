#pragma once

#include "core/base/file_mark.h"
#include "core/base/result.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// core/access knows who may use the broker: its users with their passwords' verifiers and roles,
// and the exchanges that prove a password. It knows nothing of Kafka's frames, topics or sockets.

namespace gamevents::access {

/// Users in a file.
inline constexpr size_t kUsersMax = 1'000;
/// Grants of one user.
inline constexpr size_t kGrantsMax = 64;
/// The iterations of a verifier, as Kafka 4.3.1 bounds them (ScramMechanism).
inline constexpr int32_t kIterationsMin = 4'096;
inline constexpr int32_t kIterationsMax = 16'384;
/// The longest salt; Kafka's tools make salts of 26 bytes, librdkafka's of 64.
inline constexpr size_t kSaltBytesMax = 256;

/// What a user may do with topics: the roles do not contain each other, but kAdmin contains both.
enum class Role : uint8_t {
  kRead,   ///< read records, and use groups
  kWrite,  ///< write records
  kAdmin,  ///< both, and make, change and delete
};

/// "read", "write", "admin".
std::string_view RoleName(Role role);
std::optional<Role> ParseRole(std::string_view name);

/// A role for the topics whose names begin with `topic_prefix`; empty: all of them, and the
/// cluster.
struct Grant {
  Role role = Role::kRead;
  std::string topic_prefix;

  friend bool operator==(const Grant&, const Grant&) = default;
};

/// "write:game-", "admin". A colon without a prefix is refused, so that a script whose variable is
/// empty does not grant everything. Errors: kBadInput, with what to write.
Result<Grant> ParseGrant(std::string_view text);

/// The text that ParseGrant takes back.
std::string FormatGrant(const Grant& grant);

/// The hash function of a SCRAM mechanism.
enum class ScramHash : uint8_t { kSha256, kSha512 };

/// How many bytes it gives: 32 or 64.
size_t HashBytes(ScramHash hash);

/// What is kept of a password for one SCRAM mechanism (RFC 5802, section 3): nobody can log in
/// with it. Bytes, not text.
struct ScramCredential {
  int32_t iterations = 0;
  std::string salt;
  std::string stored_key;
  std::string server_key;

  friend bool operator==(const ScramCredential&, const ScramCredential&) = default;
};

/// One user of the broker. A password that was set by AlterUserScramCredentials may have one
/// mechanism only.
struct User {
  std::string name;
  std::vector<Grant> grants;
  std::optional<ScramCredential> sha256;
  std::optional<ScramCredential> sha512;

  /// The verifier for `hash`, if there is one.
  const std::optional<ScramCredential>& credential(ScramHash hash) const {
    return hash == ScramHash::kSha256 ? sha256 : sha512;
  }

  friend bool operator==(const User&, const User&) = default;
};

/// Whether it can be a user's name: as CheckName (core/base/text.h), and it does not begin as a
/// setting of its line does ("role="). Errors: kBadInput.
Status CheckUserName(std::string_view name);

/// Whether the user can be a line of the file: name, limits, and at least a grant or a verifier.
/// Errors: kBadInput; kFull for more than kGrantsMax grants.
Status CheckUser(const User& user);

/// Whether one of the user's grants has `role`, or kAdmin, for the topic.
bool MayUseTopic(const User& user, Role role, std::string_view topic);

/// Whether one of the user's grants has `role`, or kAdmin, for any topic at all.
bool HasRole(const User& user, Role role);

/// Whether the user may do what concerns the whole cluster: kAdmin for every topic.
bool MayUseCluster(const User& user);

/// The users of the file embedded.users_file: read when it is opened and when the file has changed,
/// replaced as a whole by Change, so that a `kill -9` leaves the old one or the new one. Another
/// process (`gamevents users`) may change it at the same time. Thread-safe. What a line says is in
/// core/access/user_lines.h.
class UserFile {
 public:
  /// A file that is not there has no users. Errors: kBadInput with "PATH:LINE"; kIo; kFull (too
  /// many users).
  static Result<std::shared_ptr<UserFile>> Open(const std::string& path);

  /// The user, or null. Looks at most once a second whether the file has changed; a file that
  /// cannot be read any more leaves the users that there were, and a warning.
  std::shared_ptr<const User> Find(std::string_view name);

  /// All of them, by name; looks as Find does.
  std::vector<std::shared_ptr<const User>> All();

  /// Has `edit` change the list of users, and writes it, durable when this returns. Comments and
  /// the lines of users that stay as they are stay, too. May wait for the disk, and for another
  /// process's lock. Errors: those of `edit`, as they are; as CheckUser, with the user's name; as
  /// Open; kUnavailable when another process keeps the file's lock for ten seconds.
  Status Change(const std::function<Status(std::vector<User>& users)>& edit);

  /// What a made-up verifier for `name` is derived from: a secret of this process, so that an
  /// unknown user's salt stays the same without being known to anybody.
  std::string_view secret() const { return secret_; }

  const std::string& path() const { return path_; }

 private:
  using Users = std::map<std::string, std::shared_ptr<const User>, std::less<>>;

  UserFile(std::string path, std::string secret)
      : path_(std::move(path)), secret_(std::move(secret)) {}

  // With the lock held.
  Status Read();
  void LookAgain();

  const std::string path_;
  const std::string secret_;
  std::mutex mutex_;
  Users users_;
  FileMark mark_;
  std::chrono::steady_clock::time_point looked_at_;
};

}  // namespace gamevents::access

#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// core/access knows who may use the broker: its users with their passwords' verifiers and roles,
// and the exchanges that prove a password. It knows nothing of Kafka's frames, topics or sockets.

namespace gamevents::access {

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

/// "write:game-", "admin". Errors: kBadInput, with what to write.
Result<Grant> ParseGrant(std::string_view text);

/// The hash function of a SCRAM mechanism.
enum class ScramHash : uint8_t { kSha256, kSha512 };

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

  friend bool operator==(const User&, const User&) = default;
};

/// Whether one of the user's grants has `role`, or kAdmin, for the topic.
bool MayUseTopic(const User& user, Role role, std::string_view topic);

/// Whether one of the user's grants has `role`, or kAdmin, for any topic at all.
bool HasRole(const User& user, Role role);

/// Whether the user may do what concerns the whole cluster: kAdmin for every topic.
bool MayUseCluster(const User& user);

/// The users of the file embedded.users_file: read when it is opened and when the file has changed,
/// replaced as a whole by Change, so that a `kill -9` leaves the old one or the new one. Another
/// process (`gamevents users`) may change it at the same time. Thread-safe.
class UserFile {
 public:
  /// A file that is not there has no users. Errors: kBadInput with "PATH:LINE"; kIo; kFull (too
  /// many users).
  static Result<std::shared_ptr<UserFile>> Open(const std::string& path);

  /// The user, or null. Looks at most once a second whether the file has changed; a file that
  /// cannot be read any more leaves the users that there were, and a warning.
  std::shared_ptr<const User> Find(std::string_view name);

  /// All of them, by name.
  std::vector<std::shared_ptr<const User>> All();

  /// Has `edit` change the list of users, and writes it, durable when this returns. Errors: those
  /// of `edit`; as Open; kUnavailable when another process keeps the file's lock for ten seconds.
  Status Change(const std::function<Status(std::vector<User>& users)>& edit);

  const std::string& path() const { return path_; }

 private:
  explicit UserFile(std::string path) : path_(std::move(path)) {}

  const std::string path_;
  std::mutex mutex_;
};

}  // namespace gamevents::access

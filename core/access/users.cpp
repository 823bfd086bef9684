#include "core/access/users.h"

#include "core/access/user_lines.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>

namespace gamevents::access {
namespace {

constexpr std::string_view kPrefixCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
// As of a topic's name in Kafka.
constexpr size_t kPrefixMax = 249;

struct NamedRole {
  std::string_view name;
  Role role;
};
constexpr auto kRoles = std::to_array<NamedRole>(
    {{"read", Role::kRead}, {"write", Role::kWrite}, {"admin", Role::kAdmin}});

bool Gives(const Grant& grant, Role role) {
  return grant.role == role || grant.role == Role::kAdmin;
}

Status CheckCredential(const ScramCredential& credential, ScramHash hash) {
  if (credential.iterations < kIterationsMin || credential.iterations > kIterationsMax) {
    return Error{Fault::kBadInput, "the iterations are not 4096 to 16384"};
  }
  if (credential.salt.empty() || credential.salt.size() > kSaltBytesMax) {
    return Error{Fault::kBadInput, "the salt is not of 1 to 256 bytes"};
  }
  const size_t size = HashBytes(hash);
  if (credential.stored_key.size() == size && credential.server_key.size() == size) return Done{};
  return Error{Fault::kBadInput, "a key is not as long as the hash"};
}

}  // namespace

std::string_view RoleName(Role role) {
  return std::ranges::find(kRoles, role, &NamedRole::role)->name;
}

std::optional<Role> ParseRole(std::string_view name) {
  const auto found = std::ranges::find(kRoles, name, &NamedRole::name);
  return found == kRoles.end() ? std::nullopt : std::optional(found->role);
}

Result<Grant> ParseGrant(std::string_view text) {
  const size_t colon = text.find(':');
  const auto role = ParseRole(text.substr(0, colon));
  if (!role) {
    return Error{Fault::kBadInput,
                 "write a role as read, write or admin, for every topic, or with a prefix of "
                 "topics' names: write:game-"};
  }
  if (colon == text.npos) return Grant{*role, ""};
  const std::string_view prefix = text.substr(colon + 1);
  const bool allowed = prefix.find_first_not_of(kPrefixCharacters) == prefix.npos;
  if (!prefix.empty() && prefix.size() <= kPrefixMax && allowed) {
    return Grant{*role, std::string(prefix)};
  }
  return Error{Fault::kBadInput,
               "a prefix of topics' names has 1 to 249 ASCII letters, digits, '.', '_' and '-'; "
               "for every topic, leave out the colon"};
}

std::string FormatGrant(const Grant& grant) {
  std::string text(RoleName(grant.role));
  return grant.topic_prefix.empty() ? text : text + ":" + grant.topic_prefix;
}

size_t HashBytes(ScramHash hash) { return hash == ScramHash::kSha256 ? 32 : 64; }

Status CheckUserName(std::string_view name) {
  if (IsUserSetting(name)) {
    return Error{Fault::kBadInput, "the name begins with role=, sha256= or sha512="};
  }
  return CheckName(name);
}

Status CheckUser(const User& user) {
  if (Status named = CheckUserName(user.name); !named) return named;
  if (user.grants.size() > kGrantsMax) {
    return Error{Fault::kFull, "more than " + std::to_string(kGrantsMax) + " roles"};
  }
  for (const Grant& grant : user.grants) {
    if (const auto parsed = ParseGrant(FormatGrant(grant)); !parsed) return Error(parsed.error());
    if (std::ranges::count(user.grants, grant) > 1) {
      return Error{Fault::kBadInput, "duplicate role"};
    }
  }
  for (const ScramHash hash : {ScramHash::kSha256, ScramHash::kSha512}) {
    if (!user.credential(hash)) continue;
    if (Status sound = CheckCredential(*user.credential(hash), hash); !sound) return sound;
  }
  if (!user.grants.empty() || user.sha256 || user.sha512) return Done{};
  return Error{Fault::kBadInput, "the user has neither a role nor a password"};
}

bool MayUseTopic(const User& user, Role role, std::string_view topic) {
  return std::ranges::any_of(user.grants, [&](const Grant& grant) {
    return Gives(grant, role) && topic.starts_with(grant.topic_prefix);
  });
}

bool HasRole(const User& user, Role role) {
  return std::ranges::any_of(user.grants, [&](const Grant& grant) { return Gives(grant, role); });
}

bool MayUseCluster(const User& user) {
  return std::ranges::find(user.grants, Grant{Role::kAdmin, ""}) != user.grants.end();
}

}  // namespace gamevents::access

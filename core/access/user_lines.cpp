#include "core/access/user_lines.h"

#include "core/base/ascii.h"
#include "core/base/number.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace gamevents::access {
namespace {

constexpr std::string_view kLineBlanks = " \t\r";

// Takes the text before the first of `ends` off `rest`, and that character.
std::string_view TakeUntil(std::string_view& rest, std::string_view ends) {
  const size_t end = std::min(rest.find_first_of(ends), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

Status AddGrant(User& user, std::string_view value) {
  auto grant = ParseGrant(value);
  if (!grant) return std::move(grant).error();
  user.grants.push_back(std::move(grant).value());
  return Done{};
}

Status AddVerifier(std::optional<ScramCredential>& credential, std::string_view value) {
  if (credential) return Error{Fault::kBadInput, "duplicate verifier"};
  const auto iterations = ParseWholeNumber<int32_t>(TakeUntil(value, ":"));
  auto salt = Base64Decode(TakeUntil(value, ":"));
  auto stored_key = Base64Decode(TakeUntil(value, ":"));
  auto server_key = Base64Decode(value);
  if (!iterations || !salt || !stored_key || !server_key) {
    return Error{Fault::kBadInput,
                 "a verifier is a number and three texts in base64, with colons between them"};
  }
  credential = ScramCredential{*iterations, std::move(salt).value(), std::move(stored_key).value(),
                               std::move(server_key).value()};
  return Done{};
}

// What may stand before the name.
struct UserSetting {
  std::string_view name;  // with its "="
  Status (*add)(User& user, std::string_view value);
};
constexpr auto kUserSettings = std::to_array<UserSetting>({
    {"role=", AddGrant},
    {"sha256=", [](User& user, std::string_view value) { return AddVerifier(user.sha256, value); }},
    {"sha512=", [](User& user, std::string_view value) { return AddVerifier(user.sha512, value); }},
});

const UserSetting* SettingOf(std::string_view word) {
  const auto found = std::ranges::find_if(
      kUserSettings, [&](const UserSetting& each) { return word.starts_with(each.name); });
  return found == kUserSettings.end() ? nullptr : &*found;
}

Result<User> ParseUserLine(std::string_view rest) {
  User user;
  while (const UserSetting* setting = SettingOf(rest)) {
    const std::string_view word = TakeUntil(rest, kLineBlanks);
    rest = Trim(rest, kLineBlanks);
    if (Status added = setting->add(user, word.substr(setting->name.size())); !added) {
      return std::move(added).error();
    }
  }
  if (rest.empty()) return Error{Fault::kBadInput, "no name at the line's end"};
  user.name = rest;
  if (user.grants.empty() && !user.sha256 && !user.sha512) {
    return Error{Fault::kBadInput,
                 "a line is role=, sha256= and sha512=, at least one of them, then a name"};
  }
  if (Status sound = CheckUser(user); !sound) return std::move(sound).error();
  return user;
}

bool IsLineOfUser(std::string_view line) {
  line = Trim(line, kLineBlanks);
  return !line.empty() && !line.starts_with('#');
}

std::string FormatVerifier(const ScramCredential& credential) {
  return std::to_string(credential.iterations) + ":" + Base64Encode(credential.salt) + ":" +
         Base64Encode(credential.stored_key) + ":" + Base64Encode(credential.server_key);
}

Error TooManyUsers() {
  return Error{Fault::kFull, "more than " + std::to_string(kUsersMax) + " users"};
}

}  // namespace

bool IsUserSetting(std::string_view word) { return SettingOf(word) != nullptr; }

Result<std::vector<User>> ParseUsers(std::string_view text) {
  std::vector<User> users;
  std::set<std::string, std::less<>> names;
  size_t number = 0;
  for (const std::string_view line : SplitLines(text)) {
    ++number;
    if (!IsLineOfUser(line)) continue;
    const auto in_line = [&](Error error) { return std::move(error).In(std::to_string(number)); };
    auto user = ParseUserLine(Trim(line, kLineBlanks));
    if (!user) return in_line(std::move(user).error());
    if (!names.insert(user->name).second) {
      return in_line(Error{Fault::kBadInput, "duplicate user"});
    }
    if (users.size() == kUsersMax) return in_line(TooManyUsers());
    users.push_back(std::move(user).value());
  }
  return users;
}

std::string FormatUser(const User& user) {
  std::string line;
  for (const Grant& grant : user.grants) line += "role=" + FormatGrant(grant) + " ";
  if (user.sha256) line += "sha256=" + FormatVerifier(*user.sha256) + " ";
  if (user.sha512) line += "sha512=" + FormatVerifier(*user.sha512) + " ";
  return line + user.name + "\n";
}

Result<std::string> ReplaceUsers(std::string_view text, const std::vector<User>& users) {
  const auto old = ParseUsers(text);
  if (!old) return Error(old.error());
  std::map<std::string_view, const User*> wanted;
  for (const User& user : users) {
    if (Status sound = CheckUser(user); !sound) return std::move(sound).error().In(user.name);
    if (!wanted.emplace(user.name, &user).second) {
      return Error{Fault::kExists, "there is a user called " + user.name + " already"};
    }
  }
  if (users.size() > kUsersMax) return TooManyUsers();
  std::string left;
  auto was = old->begin();
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    const std::string_view line = text.substr(begin, end - begin);
    begin = end;
    if (!IsLineOfUser(Trim(line, "\n"))) {
      left += line;
      continue;
    }
    const auto found = wanted.find(was->name);
    if (found != wanted.end()) {
      left += *found->second == *was ? std::string(line) : FormatUser(*found->second);
      wanted.erase(found);
    }
    ++was;
  }
  for (const User& user : users) {
    if (!wanted.contains(user.name)) continue;
    if (!left.empty() && !left.ends_with('\n')) left += '\n';
    left += FormatUser(user);
  }
  if (left.size() <= kUserFileBytesMax) return left;
  return Error{Fault::kFull, "the file would be longer than 4 MiB"};
}

}  // namespace gamevents::access

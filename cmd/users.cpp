// users: who may use the embedded broker, in the file of embedded.users_file.

#include "core/access/users.h"

#include "cmd/cluster.h"
#include "cmd/columns.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "core/access/sasl.h"
#include "core/base/check.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/log/data_directory.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

using access::User;

constexpr char kSeenSoon[] = "; a broker that runs sees it within a second";

struct UsersOptions {
  std::optional<std::string> name;
  std::vector<std::string> roles;
  std::optional<std::string> password_file;
  bool replace = false;
  std::string format = "table";
};

/// The user as asked for, without a password. Errors: kBadInput.
Result<User> AskedUser(const UsersOptions& options) {
  User user;
  if (!options.name) return Error{Fault::kBadInput, "users add: which user? Give it a NAME"};
  user.name = *options.name;
  if (Status named = access::CheckUserName(user.name); !named) {
    return std::move(named).error().In("NAME");
  }
  if (options.roles.empty()) {
    return Error{Fault::kBadInput,
                 "users add: say what the user may do: --role read, --role write or --role admin, "
                 "for topics of a prefix --role write:game-"};
  }
  for (const std::string& role : options.roles) {
    auto grant = access::ParseGrant(role);
    if (!grant) return std::move(grant).error().In("--role: '" + role + "'");
    user.grants.push_back(std::move(grant).value());
  }
  if (Status sound = access::CheckUser(user); !sound) return std::move(sound).error().In("--role");
  return user;
}

/// The password in the file at `path`; a newline at its end is no part of it. Errors: kBadInput; as
/// ReadFile.
Result<std::string> PasswordIn(const std::string& path) {
  constexpr size_t kNewlineBytesMax = 2;
  auto text = ReadFile(path, access::kPasswordBytesMax + kNewlineBytesMax);
  if (!text) return text;
  if (text->ends_with('\n')) text->pop_back();
  if (text->ends_with('\r')) text->pop_back();
  Status sound = access::CheckPassword(*text);
  return sound ? std::move(text) : Result<std::string>(std::move(sound).error().In(path));
}

Status SetPassword(User& user, std::string_view password) {
  using access::ScramHash;
  for (const ScramHash hash : {ScramHash::kSha256, ScramHash::kSha512}) {
    auto made = access::MakeCredential(hash, password, access::kIterationsDefault);
    if (!made) return std::move(made).error();
    (hash == ScramHash::kSha256 ? user.sha256 : user.sha512) = std::move(made).value();
  }
  return Done{};
}

/// Adds `user` to the file, or puts it in the place of the one of its name. Errors: kExists.
Status Store(const User& user, bool replace, access::UserFile& file) {
  return file.Change([&](std::vector<User>& users) -> Status {
    const auto found = std::ranges::find(users, user.name, &User::name);
    if (found == users.end()) {
      users.push_back(user);
      return Done{};
    }
    if (!replace) {
      return Error{Fault::kExists, file.path() + ": there is a user called " + user.name +
                                       " already; take another name, or give the user new roles "
                                       "and a new password with --replace"};
    }
    *found = user;
    return Done{};
  });
}

Result<Exit> AddUser(const UsersOptions& options, const Context& context) {
  auto user = AskedUser(options);
  if (!user) return FailUsage(user.error().context);
  const bool is_made = !options.password_file;
  auto password = is_made ? MakeSecret() : PasswordIn(*options.password_file);
  if (!password && is_made) return std::move(password).error();
  if (!password) return FailUsage("--password-file: " + password.error().context);
  if (Status set = SetPassword(*user, *password); !set) return std::move(set).error();
  const config::Settings& settings = context.config.settings;
  const auto path = UsersFileOf(settings);
  if (!path) return Error(path.error());
  if (settings.embedded.users_file.empty()) {
    // A user may be there before the broker has run for the first time.
    Status made =
        log::MakeDataDirectory(log::FileSystem::Posix(), path->substr(0, path->find_last_of('/')));
    if (!made) return std::move(made).error().In("embedded.data_dir");
  }
  const auto file = access::UserFile::Open(*path);
  if (!file) return Error(file.error());
  if (Status stored = Store(*user, options.replace, **file); !stored) {
    return std::move(stored).error();
  }
  if (is_made) {
    if (Status shown = WriteAll(STDOUT_FILENO, *password + "\n"); !shown) {
      shown.error().context +=
          "; nobody has seen the password: add " + user->name + " again, with --replace";
      return std::move(shown).error().In("stdout");
    }
  }
  Note(NoteLevel::kInfo, "added " + user->name + " to " + *path + kSeenSoon +
                             (is_made ? "; the password is shown this once" : ""));
  return Exit::kOk;
}

std::vector<std::string> RolesOf(const User& user) {
  std::vector<std::string> roles;
  for (const access::Grant& grant : user.grants) roles.push_back(FormatGrant(grant));
  return roles;
}

/// The mechanisms by which the user can prove its password.
std::vector<std::string> MechanismsOf(const User& user) {
  using access::Mechanism;
  std::vector<std::string> names;
  if (user.sha256) names.emplace_back(MechanismName(Mechanism::kScramSha256));
  if (user.sha512) names.emplace_back(MechanismName(Mechanism::kScramSha512));
  return names;
}

std::string WithBlanks(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line.append(line.empty() ? "" : " ").append(word);
  return line.empty() ? "-" : line;
}

std::string AsJsonList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    list.append(list.ends_with('[') ? "" : ",").append(JsonString(text));
  }
  return list + "]";
}

using Users = std::vector<std::shared_ptr<const User>>;

std::string UsersAsTable(const Users& users) {
  std::vector<std::vector<std::string>> rows = {{"NAME", "ROLES", "MECHANISMS"}};
  for (const auto& user : users) {
    rows.push_back({user->name, WithBlanks(RolesOf(*user)), WithBlanks(MechanismsOf(*user))});
  }
  return InColumns(rows);
}

std::string UsersAsJson(const Users& users) {
  std::string json = "[";
  for (const auto& user : users) {
    json.append(json.size() > 1 ? ",\n " : "").append("{\"name\":").append(JsonString(user->name));
    json.append(",\"roles\":").append(AsJsonList(RolesOf(*user)));
    json.append(",\"mechanisms\":").append(AsJsonList(MechanismsOf(*user))).append("}");
  }
  return json + "]\n";
}

Result<Exit> ListUsers(const UsersOptions& options, const Context& context) {
  const auto path = UsersFileOf(context.config.settings);
  if (!path) return Error(path.error());
  const auto file = access::UserFile::Open(*path);
  if (!file) return Error(file.error());
  const Users users = (*file)->All();
  if (users.empty()) Note(NoteLevel::kInfo, "there is no user in " + *path);
  return PrintAnswer(options.format == "json" ? UsersAsJson(users) : UsersAsTable(users));
}

Result<Exit> RemoveUser(const UsersOptions& options, const Context& context) {
  if (!options.name) return FailUsage("users remove: which user? Give its NAME");
  const auto path = UsersFileOf(context.config.settings);
  if (!path) return Error(path.error());
  const auto file = access::UserFile::Open(*path);
  if (!file) return Error(file.error());
  Status removed = (*file)->Change([&](std::vector<User>& users) -> Status {
    const auto found = std::ranges::find(users, *options.name, &User::name);
    if (found == users.end()) {
      std::vector<std::string_view> names;
      for (const User& user : users) names.push_back(user.name);
      return Error{Fault::kNotFound, *path + ": there is no user called " + *options.name +
                                         DidYouMean(*options.name, names)};
    }
    users.erase(found);
    return Done{};
  });
  if (!removed) return std::move(removed).error();
  Note(NoteLevel::kInfo, "removed " + *options.name + " from " + *path + kSeenSoon);
  return Exit::kOk;
}

Flags DeclareOneOfUsers(Flags& users, std::string_view name, std::string_view summary) {
  Flags flags = users.Subcommand(name, summary);
  flags.Key("--file", "embedded.users_file", "The file of users");
  return flags;
}

}  // namespace

Run DeclareUsers(Flags& flags) {
  auto options = std::make_shared<UsersOptions>();
  Flags add = DeclareOneOfUsers(flags, "add", "add a user; without a password, make and print one");
  add.Text("NAME", "TEXT", "The name that clients give (sasl.username)", &options->name);
  add.Text("--role", "read|write|admin[:PREFIX]",
           "What the user may do with topics whose names begin with PREFIX, or with all; may be "
           "repeated",
           &options->roles);
  add.Text("--password-file", "FILE", "The password; without it one is made and printed once",
           &options->password_file);
  add.Switch("--replace", "Give a user that is there already these roles and a new password",
             &options->replace);
  Flags list = DeclareOneOfUsers(flags, "list", "print the users' names, roles and mechanisms");
  list.Choice("--format,--output", "table|json", "How the list is written (table)",
              {"table", "json"}, &options->format);
  Flags remove = DeclareOneOfUsers(flags, "remove", "remove a user");
  remove.Text("NAME", "TEXT", "The name it was added under", &options->name);
  return [=](const Context& context) -> Result<Exit> {
    if (add.Given()) return AddUser(*options, context);
    if (list.Given()) return ListUsers(*options, context);
    INVARIANT(remove.Given());
    return RemoveUser(*options, context);
  };
}

}  // namespace gamevents::cmd

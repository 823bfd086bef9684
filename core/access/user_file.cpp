#include "core/access/user_lines.h"
#include "core/access/users.h"
#include "core/base/edit_file.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/random.h"

namespace gamevents::access {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr size_t kProcessSecretBytes = 32;

// An error of ParseUsers begins with the line's number.
Error InUserFile(Error error, const std::string& path) {
  error.context.insert(0, path + ":");
  return error;
}

}  // namespace

Result<std::shared_ptr<UserFile>> UserFile::Open(const std::string& path) {
  auto secret = TakeRandomBytes(kProcessSecretBytes);
  if (!secret) return std::move(secret).error();
  std::shared_ptr<UserFile> file(new UserFile(path, std::move(secret).value()));
  if (Status read = file->Read(); !read) return std::move(read).error();
  return file;
}

Status UserFile::Read() {
  // Before the text is read: what changes meanwhile is seen the next time.
  looked_at_ = std::chrono::steady_clock::now();
  mark_ = FileMarkOf(path_);
  const auto text = ReadFile(path_, kUserFileBytesMax);
  if (!text && text.error().fault != Fault::kNotFound) return Error(text.error());
  auto users = ParseUsers(text ? std::string_view(*text) : std::string_view());
  if (!users) return InUserFile(std::move(users).error(), path_);
  users_.clear();
  for (User& user : *users) {
    std::string name = user.name;
    users_.emplace(std::move(name), std::make_shared<const User>(std::move(user)));
  }
  return Done{};
}

void UserFile::LookAgain() {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_at_ < kLookEvery) return;
  looked_at_ = now;
  const FileMark mark = FileMarkOf(path_);
  if (mark == mark_) return;
  Status read = Done{};
  if (mark.error != 0) {
    mark_ = mark;
    read = SystemError("open " + path_, mark.error);
  } else {
    read = Read();
  }
  if (!read) {
    Note(NoteLevel::kWarning,
         "embedded.users_file: not read again, the users that there were stay: " +
             read.error().context);
  } else {
    Note(NoteLevel::kInfo, "embedded.users_file: read again");
  }
}

std::shared_ptr<const User> UserFile::Find(std::string_view name) {
  const std::lock_guard lock(mutex_);
  LookAgain();
  const auto found = users_.find(name);
  return found == users_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const User>> UserFile::All() {
  const std::lock_guard lock(mutex_);
  LookAgain();
  std::vector<std::shared_ptr<const User>> all;
  for (const auto& [name, user] : users_) all.push_back(user);
  return all;
}

Status UserFile::Change(const std::function<Status(std::vector<User>& users)>& edit) {
  Status changed =
      EditFile(path_, kUserFileBytesMax, [&](std::string_view text) -> Result<std::string> {
        auto users = ParseUsers(text);
        if (!users) return InUserFile(std::move(users).error(), path_);
        if (Status edited = edit(*users); !edited) return std::move(edited).error();
        return ReplaceUsers(text, *users);
      });
  if (!changed) return changed;
  const std::lock_guard lock(mutex_);
  return Read();
}

}  // namespace gamevents::access

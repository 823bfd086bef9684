#include "core/state/snapshot.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"
#include "core/database/database.h"
#include "core/state/user_codec.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <type_traits>
#include <utility>

namespace gamevents::state {
namespace {

using database::Database;
using database::Statement;

// The journal is written ahead, so that readers and a crash see whole snapshots. It is not synced
// to disk each time: what a crash of the machine takes away is folded again.
constexpr char kCreate[] = R"sql(
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS about (name BLOB PRIMARY KEY, value BLOB NOT NULL, crc INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL,
                                      last_offset INTEGER NOT NULL, last_crc INTEGER NOT NULL,
                                      crc INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS users (name BLOB PRIMARY KEY, row BLOB NOT NULL) WITHOUT ROWID;
)sql";

constexpr char kDropAll[] = "DELETE FROM about; DELETE FROM positions; DELETE FROM users;";

/// How many rows the tables must have, or they were lost.
struct RowCounts {
  int64_t users = -1;
  int64_t positions = -1;
};

/// The numbers of `about`, by name.
struct CountName {
  const char* name;
  int64_t Counts::* member;
};
constexpr auto kCountNames = std::to_array<CountName>({
    {"done", &Counts::done},
    {"refused", &Counts::refused},
    {"duplicates", &Counts::duplicates},
    {"other", &Counts::other},
    {"malformed", &Counts::malformed},
    {"misplaced", &Counts::misplaced},
});

/// The checksum of a row's other columns: SQLite does not notice a flipped bit.
template <class... Columns>
int64_t RowCrc(const Columns&... columns) {
  uint32_t crc = 0;
  const auto add = [&](const auto& column) {
    if constexpr (std::is_integral_v<std::decay_t<decltype(column)>>) {
      const std::string digits = std::to_string(column) + ";";
      crc = Crc32c(crc, AsBytes(digits));
    } else {
      crc = Crc32c(crc, AsBytes(std::string_view(column)));
      crc = Crc32c(crc, AsBytes(";"));
    }
  };
  (add(columns), ...);
  return crc;
}

Error Damaged(std::string_view table) {
  return {Fault::kCorrupt, "a row of its " + std::string(table) + " is damaged"};
}

/// Prepares `sql` and calls `each(statement)` for each row of its answer.
template <class Each>
Status ForEachRow(Database& database, const char* sql, Each each) {
  auto statement = database.Prepare(sql);
  if (!statement) return std::move(statement).error();
  while (true) {
    auto row = statement->Step();
    if (!row) return std::move(row).error();
    if (!*row) return Done{};
    if (Status done = each(*statement); !done) return done;
  }
}

/// Runs `sql` once for each of `items`, after `bind(statement, item)`.
template <class Items, class Bind>
Status RunForEach(Database& database, const char* sql, const Items& items, Bind bind) {
  auto statement = database.Prepare(sql);
  if (!statement) return std::move(statement).error();
  for (const auto& item : items) {
    bind(*statement, item);
    if (Status run = statement->Run(); !run) return run;
  }
  return Done{};
}

Status WriteAbout(Database& database, const std::string& topic, const SnapshotChanges& changes) {
  auto statement = database.Prepare("INSERT OR REPLACE INTO about VALUES (?, ?, ?)");
  if (!statement) return std::move(statement).error();
  const auto put = [&](std::string_view name, auto value) {
    statement->Bind(1, name);
    statement->Bind(2, value);
    statement->Bind(3, RowCrc(name, value));
    return statement->Run();
  };
  if (Status put_topic = put("topic", std::string_view(topic)); !put_topic) return put_topic;
  if (Status put_format = put("format", kSnapshotFormat); !put_format) return put_format;
  for (const CountName& each : kCountNames) {
    const Status put_count = put(each.name, changes.counts.*each.member);
    if (!put_count) return put_count;
  }
  const Status put_users = put("users", static_cast<int64_t>(changes.user_count));
  if (!put_users) return put_users;
  return put("positions", static_cast<int64_t>(changes.positions.size()));
}

Status WriteAll(Database& database, const std::string& topic, const SnapshotChanges& changes) {
  if (changes.whole) {
    if (Status dropped = database.Execute(kDropAll); !dropped) return dropped;
  }
  Status done = WriteAbout(database, topic, changes);
  if (!done) return done;
  done = RunForEach(database, "INSERT OR REPLACE INTO positions VALUES (?, ?, ?, ?, ?)",
                    changes.positions, [](Statement& to, const auto& each) {
                      to.Bind(1, int64_t{each.first});
                      to.Bind(2, each.second.next);
                      to.Bind(3, each.second.last_offset);
                      to.Bind(4, int64_t{each.second.last_crc});
                      to.Bind(5, RowCrc(each.first, each.second.next, each.second.last_offset,
                                        each.second.last_crc));
                    });
  if (!done) return done;
  done = RunForEach(database, "DELETE FROM users WHERE name = ?", changes.forgotten,
                    [](Statement& to, const std::string& name) { to.Bind(1, name); });
  if (!done) return done;
  return RunForEach(database, "INSERT OR REPLACE INTO users VALUES (?, ?)", changes.users,
                    [](Statement& to, const SnapshotChanges::UserRow& user) {
                      to.Bind(1, user.name);
                      to.Bind(2, user.row);
                    });
}

/// Whether the snapshot is in the format that is read here. Errors: kUnsupported, kCorrupt.
Status CheckFormat(Database& database) {
  int64_t format = -1;
  Status read = ForEachRow(database, "SELECT value FROM about WHERE name = CAST('format' AS BLOB)",
                           [&](Statement& row) -> Status {
                             format = row.Integer(0);
                             return Done{};
                           });
  if (!read || format == kSnapshotFormat) return read;
  if (format == -1) return Error{Fault::kCorrupt, "it says nothing about itself"};
  return Error{Fault::kUnsupported, "its format is " + std::to_string(format) + ", not " +
                                        std::to_string(kSnapshotFormat)};
}

/// What the snapshot says about itself: how many rows it has. Errors: kBadInput, kCorrupt.
Result<RowCounts> ReadAbout(Database& database, const std::string& topic, Counts& counts) {
  std::string found_topic;
  RowCounts rows;
  Status read =
      ForEachRow(database, "SELECT name, value, crc FROM about", [&](Statement& row) -> Status {
        const std::string_view name = row.Bytes(0);
        const int64_t crc =
            name == "topic" ? RowCrc(name, row.Bytes(1)) : RowCrc(name, row.Integer(1));
        if (crc != row.Integer(2)) return Damaged("about");
        if (name == "topic") found_topic = row.Bytes(1);
        if (name == "users") rows.users = row.Integer(1);
        if (name == "positions") rows.positions = row.Integer(1);
        for (const CountName& each : kCountNames) {
          if (name == each.name) counts.*each.member = row.Integer(1);
        }
        return Done{};
      });
  if (!read) return std::move(read).error();
  if (found_topic == topic) return rows;
  return Error{Fault::kBadInput, "it is of topic " + found_topic + ", not " + topic};
}

Status ReadUsers(Database& database, State& state) {
  std::vector<User*> idle;
  Status read = ForEachRow(database, "SELECT name, row FROM users ORDER BY name",
                           [&](Statement& row) -> Status {
                             auto user = DecodeUser(row.Bytes(0), row.Bytes(1), state);
                             if (!user) return std::move(user).error();
                             if ((*user)->OwnsNothing() && (*user)->last_offset >= 0)
                               idle.push_back(*user);
                             return Done{};
                           });
  if (!read) return read;
  // They are forgotten in the order of their last events.
  std::ranges::sort(idle, {}, &User::last_offset);
  for (User* user : idle) state.NoteEvent(*user, user->shard->partition, user->last_offset);
  (void)state.TakeChanges();  // All that is there is in the file.
  return Done{};
}

Status ReadAll(Database& database, const std::string& topic, Replica& replica) {
  // One transaction, so that a snapshot that is written meanwhile is not read in part.
  if (Status begun = database.Execute("BEGIN"); !begun) return begun;
  if (Status format = CheckFormat(database); !format) return format;
  const auto rows = ReadAbout(database, topic, replica.state.counts);
  if (!rows) return Error(rows.error());
  Status read = ForEachRow(
      database, "SELECT partition, next, last_offset, last_crc, crc FROM positions",
      [&](Statement& row) -> Status {
        const int64_t crc = RowCrc(row.Integer(0), row.Integer(1), row.Integer(2), row.Integer(3));
        if (crc != row.Integer(4)) return Damaged("positions");
        replica.positions[static_cast<int32_t>(row.Integer(0))] = {
            row.Integer(1), row.Integer(2), static_cast<uint32_t>(row.Integer(3))};
        return Done{};
      });
  if (!read) return read;
  if (Status users = ReadUsers(database, replica.state); !users) return users;
  const bool whole = std::cmp_equal(replica.state.user_count(), rows->users) &&
                     std::cmp_equal(replica.positions.size(), rows->positions);
  if (!whole) return Error{Fault::kCorrupt, "rows of it are lost"};
  return database.Execute("COMMIT");
}

/// What belongs to a snapshot beside its file.
constexpr auto kSuffixes = std::to_array<const char*>({"-wal", "-shm"});
constexpr char kAsideSuffix[] = ".set-aside";
constexpr char kLockSuffix[] = ".lock";
constexpr mode_t kFolderMode = 0700;
constexpr mode_t kFileMode = 0600;

Status MakeFolder(const std::string& path) {
  if (::mkdir(path.c_str(), kFolderMode) == 0 || errno == EEXIST) return Done{};
  const std::string above = std::filesystem::path(path).parent_path().string();
  if (errno != ENOENT || above.empty() || above == path) return SystemError("make " + path, errno);
  if (Status made = MakeFolder(above); !made) return made;
  if (::mkdir(path.c_str(), kFolderMode) == 0 || errno == EEXIST) return Done{};
  return SystemError("make " + path, errno);
}

Result<FileDescriptor> TakeLock(const std::string& path) {
  const std::string lock_path = path + kLockSuffix;
  FileDescriptor lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode));
  if (!lock) return SystemError("open " + lock_path, errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return SystemError("lock " + lock_path, errno);
    return Error{Fault::kExists, path + " is in use by another process"};
  }
  return lock;
}

/// Makes the file, if there is none, for this user alone; SQLite gives its other files the same
/// mode. One that a version before has made for everybody is taken back, if it is ours.
Status MakePrivateFile(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode));
  if (!file) return SystemError("open " + path, errno);
  ::fchmod(file.get(), kFileMode);
  for (const char* suffix : kSuffixes) ::chmod((path + suffix).c_str(), kFileMode);
  return Done{};
}

/// For a move from one file system to another: what is at `to` is whole, or not there.
Status CopyAndRemove(const std::string& from, const std::string& to) {
  const std::string part = to + ".part";
  std::error_code failed;
  std::filesystem::copy_file(from, part, std::filesystem::copy_options::overwrite_existing, failed);
  if (failed) return SystemError("copy " + from + " to " + part, failed.value());
  {
    const FileDescriptor file(::open(part.c_str(), O_RDWR | O_CLOEXEC));
    if (!file || ::fsync(file.get()) != 0) return SystemError("sync " + part, errno);
  }
  if (std::rename(part.c_str(), to.c_str()) != 0) return SystemError("rename " + part, errno);
  const FileDescriptor folder(
      ::open(std::filesystem::path(to).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder || ::fsync(folder.get()) != 0) return SystemError("sync the folder of " + to, errno);
  if (::unlink(from.c_str()) != 0) return SystemError("remove " + from, errno);
  return Done{};
}

Status MoveIfThere(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT) return Done{};
  if (errno == EXDEV) return CopyAndRemove(from, to);
  return SystemError("move " + from + " to " + to, errno);
}

Status RemoveIfThere(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return Done{};
  return SystemError("remove " + path, errno);
}

}  // namespace

Result<std::unique_ptr<SnapshotFile>> SnapshotFile::Open(const std::string& path,
                                                         const std::string& topic) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (!folder.empty()) {
    if (Status made = MakeFolder(folder); !made) return std::move(made).error();
  }
  auto lock = TakeLock(path);
  if (!lock) return std::move(lock).error();
  return std::unique_ptr<SnapshotFile>(new SnapshotFile(path, topic, std::move(*lock)));
}

Status SnapshotFile::Adopt(const std::string& from) {
  if (::access(path_.c_str(), F_OK) == 0 || ::access(from.c_str(), F_OK) != 0) return Done{};
  const auto lock = TakeLock(from);
  if (!lock) return Error(lock.error());
  if (Status moved = MoveIfThere(from + kAsideSuffix, path_ + kAsideSuffix); !moved) return moved;
  // The file itself is moved last: while it is still at `from`, the next call begins again.
  if (Status moved = MoveIfThere(from + "-wal", path_ + "-wal"); !moved) return moved;
  if (Status moved = MoveIfThere(from, path_); !moved) return moved;
  (void)RemoveIfThere(from + "-shm");  // SQLite recreates it
  (void)RemoveIfThere(from + kLockSuffix);
  ::rmdir(std::filesystem::path(from).parent_path().c_str());  // if nothing else is in it
  return Done{};
}

SnapshotChanges SnapshotFile::TakeChanges(Replica& replica) {
  State& state = replica.state;
  StateChanges taken = state.TakeChanges();
  SnapshotChanges changes;
  changes.whole = whole_next_ || taken.whole;
  const auto add = [&](const User& user) {
    changes.users.push_back({user.name, EncodeUser(state, user)});
  };
  if (changes.whole) {
    changes.users.reserve(state.user_count());
    for (const User& user : state.users()) add(user);
  } else {
    changes.forgotten = std::move(taken.forgotten);
    changes.users.reserve(taken.changed.size());
    for (const uint32_t id : taken.changed) add(state.UserAt(id));
  }
  changes.user_count = state.user_count();
  changes.positions = replica.positions;
  changes.counts = state.counts;
  whole_next_ = false;
  return changes;
}

Status SnapshotFile::Save(SnapshotChanges changes) {
  // In the order of the table, so that a whole snapshot is written from its front to its end.
  std::ranges::sort(changes.users, {}, &SnapshotChanges::UserRow::name);
  const auto save = [&]() -> Status {
    if (Status ours = MakePrivateFile(path_); !ours) return ours;
    auto database = Database::Open(path_, Database::Mode::kCreate);
    if (!database) return std::move(database).error();
    if (Status made = database->Execute(kCreate); !made) return made;
    if (Status begun = database->Execute("BEGIN IMMEDIATE"); !begun) return begun;
    if (Status written = WriteAll(*database, topic_, changes); !written) return written;
    return database->Execute("COMMIT");
  };
  Status saved = save();
  if (saved) return saved;
  whole_next_ = true;
  return std::move(saved).error().In(path_);
}

Result<std::unique_ptr<Replica>> SnapshotFile::Load() {
  auto replica = LoadSnapshot(path_, topic_);
  if (!replica) return replica;
  whole_next_ = false;
  return replica;
}

Status SnapshotFile::SetAside() {
  whole_next_ = true;
  for (const char* suffix : kSuffixes) {
    if (Status removed = RemoveIfThere(path_ + suffix); !removed) return removed;
  }
  return MoveIfThere(path_, path_ + kAsideSuffix);
}

Result<std::unique_ptr<Replica>> LoadSnapshot(const std::string& path, const std::string& topic) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return SystemError("open " + path, errno);
  struct stat log{};
  const bool has_log = ::stat((path + "-wal").c_str(), &log) == 0 && log.st_size > 0;
  // A process that ended before its first snapshot.
  if (found.st_size == 0 && !has_log) return Error{Fault::kNotFound, path + " is empty"};
  auto replica = std::make_unique<Replica>();
  const auto read = [&]() -> Status {
    auto database = Database::Open(path, Database::Mode::kExisting);
    if (!database) return std::move(database).error();
    return ReadAll(*database, topic, *replica);
  };
  Status done = read();
  if (done) return replica;
  // It is there: that SQLite cannot open it, for want of descriptors say, is no reason to take it
  // for missing and write over it.
  if (done.error().fault == Fault::kNotFound) done.error().fault = Fault::kIo;
  return std::move(done).error().In(path);
}

bool IsWorthless(Fault fault) {
  return fault == Fault::kCorrupt || fault == Fault::kUnsupported || fault == Fault::kBadInput;
}

}  // namespace gamevents::state

#include "core/ledger/ledger.h"

#include "core/base/number.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

namespace gamevents::ledger {
namespace {

constexpr std::string_view kFirstLine = "# gamevents ledger: event_id, user, number\n";
constexpr mode_t kMode = 0644;
constexpr size_t kReadBytes = size_t{256} << 10;

std::optional<Entry> ParseLine(std::string_view line) {
  const size_t first = line.find('\t');
  const size_t last = line.rfind('\t');
  if (first == std::string_view::npos || first == last) return std::nullopt;
  const auto id = ParseUuid(line.substr(0, first));
  Entry entry;
  entry.user = line.substr(first + 1, last - first - 1);
  const auto number = ParseWholeNumber<int64_t>(line.substr(last + 1));
  if (!id || !number || *number < 0 || entry.user.size() > kUserBytesMax) return std::nullopt;
  if (entry.user.find('\t') != std::string_view::npos) return std::nullopt;
  entry.event_id = *id;
  entry.number = *number;
  return entry;
}

// Cuts what is read into lines and gives each to `visit`.
class LineWalk {
 public:
  LineWalk(const std::string& path, const std::function<Status(const Entry&)>& visit)
      : path_(path), visit_(visit) {}

  Status Take(std::string_view bytes) {
    while (true) {
      const size_t end = bytes.find('\n');
      if (end == std::string_view::npos) break;
      Status taken = Done{};
      if (rest_.empty()) {
        taken = OnLine(bytes.substr(0, end));
      } else {
        rest_.append(bytes.substr(0, end));
        taken = OnLine(rest_);
        rest_.clear();
      }
      if (!taken) return taken;
      bytes.remove_prefix(end + 1);
    }
    rest_.append(bytes);
    if (rest_.size() <= kLineBytesMax) return Done{};
    ++number_;
    return NoEntry();
  }

 private:
  Status OnLine(std::string_view line) {
    ++number_;
    if (line.starts_with('#')) return Done{};
    const auto entry = ParseLine(line);
    if (!entry) return NoEntry();
    auto visited = visit_(*entry);
    if (!visited) return std::move(visited).error().In(Place());
    return Done{};
  }

  Error NoEntry() const {
    return Error{Fault::kBadInput, Place() +
                                       ": is no line of a ledger: event_id (a UUID), user and "
                                       "number with tabs between them"};
  }

  std::string Place() const { return path_ + ":" + std::to_string(number_); }

  const std::string& path_;
  const std::function<Status(const Entry&)>& visit_;
  std::string rest_;  // of a line whose end has not been read
  int64_t number_ = 0;
};

}  // namespace

Result<std::unique_ptr<Writer>> Writer::Create(const std::string& path) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode));
  if (!file) return SystemError("open " + path, errno);
  struct stat status = {};
  if (::fstat(file.get(), &status) != 0) return SystemError("stat " + path, errno);
  if (status.st_size > 0) {
    return Error{Fault::kExists, path +
                                     ": is not empty; a ledger is of one run: name another file, "
                                     "or remove this one"};
  }
  return std::unique_ptr<Writer>(new Writer(path, std::move(file)));
}

Writer::~Writer() { static_cast<void>(Flush().ok()); }

Status Writer::Add(const Entry& entry) {
  INVARIANT(entry.user.size() <= kUserBytesMax);
  INVARIANT(entry.user.find_first_of("\t\n") == std::string_view::npos);
  INVARIANT(entry.number >= 0);
  const std::string id = FormatUuid(entry.event_id);
  const std::string number = std::to_string(entry.number);
  const std::lock_guard lock(mutex_);
  if (!begun_) buffer_ = kFirstLine;
  begun_ = true;
  buffer_.append(id).append("\t").append(entry.user).append("\t").append(number).append("\n");
  const bool due = std::chrono::steady_clock::now() - flushed_ >= kBufferedMax;
  if (due || buffer_.size() >= kBufferBytes) return FlushLocked();
  return state_;
}

Status Writer::Flush() {
  const std::lock_guard lock(mutex_);
  return FlushLocked();
}

Status Writer::FlushLocked() {
  // After a failed write nobody knows where the file ends: nothing more goes into it.
  if (state_) {
    state_ = WriteAll(file_.get(), buffer_);
    if (!state_) state_ = std::move(state_).error().In(path_);
  }
  buffer_.clear();
  flushed_ = std::chrono::steady_clock::now();
  return state_;
}

Status Read(const std::string& path, const std::function<Status(const Entry&)>& visit) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return SystemError("open " + path, errno);
  LineWalk walk(path, visit);
  std::string buffer(kReadBytes, '\0');
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read " + path, errno);
    if (got == 0) return Done{};
    const std::string_view bytes(buffer.data(), static_cast<size_t>(got));
    if (auto taken = walk.Take(bytes); !taken) return taken;
  }
}

}  // namespace gamevents::ledger

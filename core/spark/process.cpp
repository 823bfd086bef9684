#include "core/spark/process.h"

#include "core/base/file.h"
#include "core/base/stop.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace gamevents::spark {
namespace {

using Steady = std::chrono::steady_clock;

/// How often the child's end and the stop signal are looked for.
constexpr std::chrono::milliseconds kTick{50};

/// A started program. Its destructor ends what is left of its process group.
class Child {
 public:
  Child(pid_t pid, FileDescriptor output) : pid_(pid), output_(std::move(output)) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (!status_) End();
    ::kill(-pid_, SIGKILL);  // Its children that outlived it; none, as a rule.
  }

  /// Reads what there is within `kTick`. Whether the program has ended.
  bool Ended() {
    pollfd ready{output_.get(), POLLIN, 0};
    if (output_) {
      ::poll(&ready, 1, static_cast<int>(kTick.count()));
    } else {
      ::poll(nullptr, 0, static_cast<int>(kTick.count()));
    }
    const bool ended = Reap(WNOHANG);
    Drain();
    return ended;
  }

  int code() const {
    return WIFEXITED(*status_) ? WEXITSTATUS(*status_) : 128 + WTERMSIG(*status_);
  }
  std::string& said() { return said_; }

 private:
  bool Reap(int flags) {
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, flags) == pid_) status_ = status;
    return status_.has_value();
  }

  /// Reads until there is nothing more for now. The pipe does not block.
  void Drain() {
    char bytes[4096];
    while (output_) {
      const ssize_t count = ::read(output_.get(), bytes, sizeof bytes);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      if (count <= 0) return output_.Close();
      said_.append(bytes, static_cast<size_t>(count));
      if (said_.size() > 2 * kSaidBytesMax) said_.erase(0, said_.size() - kSaidBytesMax);
    }
  }

  void End() {
    ::kill(-pid_, SIGTERM);
    const auto deadline = Steady::now() + kTermTimeout;
    while (!Ended()) {
      if (Steady::now() < deadline) continue;
      ::kill(-pid_, SIGKILL);
      Reap(0);
    }
  }

  pid_t pid_;
  FileDescriptor output_;
  std::optional<int> status_;
  std::string said_;
};

/// posix_spawn's two sets of wishes, freed together.
struct Wishes {
  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};
  Wishes() {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
  }
  Wishes(const Wishes&) = delete;
  Wishes& operator=(const Wishes&) = delete;
  ~Wishes() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
};

/// Starts the program with `output` as its stdout and stderr. Errors: kNotFound, kIo.
Result<pid_t> Start(const Command& command, int output) {
  Wishes wishes;
  ::posix_spawn_file_actions_addopen(&wishes.files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&wishes.files, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&wishes.files, output, STDERR_FILENO);
  // Ctrl-C is ours to answer; what we ignore, SIGPIPE and SIGXFSZ, the program may not.
  sigset_t defaults;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigemptyset(&defaults);
  ::sigaddset(&defaults, SIGPIPE);
  ::sigaddset(&defaults, SIGXFSZ);
  ::posix_spawnattr_setsigdefault(&wishes.attributes, &defaults);
  ::posix_spawnattr_setsigmask(&wishes.attributes, &none);
  ::posix_spawnattr_setpgroup(&wishes.attributes, 0);
  ::posix_spawnattr_setflags(
      &wishes.attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  std::vector<std::string> words = command.words;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, arguments[0], &wishes.files, &wishes.attributes,
                                   arguments.data(), environ);
  if (error != 0) return SystemError("run " + command.words.front(), error);
  return pid;
}

/// The end of `said`, from the start of a line.
std::string LastOf(std::string said) {
  if (said.size() <= kSaidBytesMax) return said;
  const size_t line = said.find('\n', said.size() - kSaidBytesMax);
  return said.substr(line == std::string::npos ? said.size() - kSaidBytesMax : line + 1);
}

}  // namespace

Result<Ended> Run(const Command& command) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return SystemError("pipe", errno);
  FileDescriptor read_end(ends[0]);
  FileDescriptor write_end(ends[1]);
  ::fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  const auto pid = Start(command, write_end.get());
  if (!pid) return Error(pid.error());
  write_end.Close();
  Child child(*pid, std::move(read_end));
  const auto deadline = Steady::now() + command.timeout;
  while (!child.Ended()) {
    if (StopSignal::Requested()) {
      return Error{Fault::kClosed, command.words.front() + ": interrupted"};
    }
    if (Steady::now() >= deadline) {
      return Error{Fault::kUnavailable,
                   fmt::format("{}: not done after {} s: {}", command.words.front(),
                               std::chrono::ceil<std::chrono::seconds>(command.timeout).count(),
                               LastOf(child.said()))};
    }
  }
  return spark::Ended{child.code(), LastOf(std::move(child.said()))};
}

}  // namespace gamevents::spark

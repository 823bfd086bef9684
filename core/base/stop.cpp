#include "core/base/stop.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace gamevents {
namespace {

std::atomic<bool> stop_requested{false};
std::atomic<bool> is_interrupt{false};  ///< SIGINT, and nothing else
int wake_pipe[2] = {-1, -1};

// Runs as a signal handler: only what is async-signal-safe.
extern "C" void OnSignal(int number) {
  const int saved_errno = errno;
  if (stop_requested.exchange(true)) _exit(128 + number);
  is_interrupt = number == SIGINT;
  [[maybe_unused]] const ssize_t written = ::write(wake_pipe[1], "", 1);
  errno = saved_errno;
}

}  // namespace

Status StopSignal::Install() {
  if (::pipe2(wake_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return SystemError("pipe", errno);
  struct sigaction action = {};
  action.sa_handler = OnSignal;
  for (const int number : {SIGINT, SIGTERM}) {
    if (::sigaction(number, &action, nullptr) != 0) return SystemError("sigaction", errno);
  }
  action.sa_handler = SIG_IGN;
  for (const int number : {SIGPIPE, SIGXFSZ}) {
    if (::sigaction(number, &action, nullptr) != 0) return SystemError("sigaction", errno);
  }
  return Done{};
}

bool StopSignal::Requested() { return stop_requested.load(); }

bool StopSignal::WaitFor(std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!Requested()) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd wait{wake_pipe[0], POLLIN, 0};
    ::poll(&wait, 1, static_cast<int>(left.count()));  // EINTR: the loop looks again
  }
  return true;
}

int StopSignal::Descriptor() { return wake_pipe[0]; }

bool StopSignal::TakeBack() {
  if (!is_interrupt.exchange(false)) return !Requested();
  char byte = 0;
  [[maybe_unused]] const ssize_t taken = ::read(wake_pipe[0], &byte, 1);
  stop_requested = false;
  return true;
}

void StopSignal::Request() {
  if (stop_requested.exchange(true)) return;
  [[maybe_unused]] const ssize_t written = ::write(wake_pipe[1], "", 1);
}

}  // namespace gamevents

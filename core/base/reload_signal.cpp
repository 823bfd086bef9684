#include "core/base/reload_signal.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

namespace gamevents {
namespace {

int reload_pipe[2] = {-1, -1};

// Runs as a signal handler: only what is async-signal-safe. A full pipe says enough already.
extern "C" void OnReload(int) {
  const int saved_errno = errno;
  [[maybe_unused]] const ssize_t written = ::write(reload_pipe[1], "", 1);
  errno = saved_errno;
}

}  // namespace

Status ReloadSignal::Install() {
  if (::pipe2(reload_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return SystemError("pipe", errno);
  struct sigaction action = {};
  action.sa_handler = OnReload;
  action.sa_flags = SA_RESTART;
  if (::sigaction(SIGHUP, &action, nullptr) != 0) return SystemError("sigaction", errno);
  return Done{};
}

bool ReloadSignal::Take() {
  bool taken = false;
  char bytes[64];
  while (::read(reload_pipe[0], bytes, sizeof(bytes)) > 0) taken = true;
  return taken;
}

int ReloadSignal::Descriptor() { return reload_pipe[0]; }

}  // namespace gamevents

#include "cmd/serve/service_manager.h"

#include "core/base/notes.h"
#include "core/base/reload_signal.h"
#include "core/base/stop.h"

#include <fmt/format.h>
#include <poll.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace gamevents::cmd {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// How long to wait for a signal when there is no watchdog.
constexpr milliseconds kLongest{3'600'000};

void Notify(const std::string& state) {
  if (const int result = ::sd_notify(/*unset_environment=*/0, state.c_str()); result < 0) {
    Note(NoteLevel::kWarning,
         SystemError("tell the service manager '" + state + "'", -result).context);
  }
}

milliseconds WatchdogPeriod() {
  uint64_t interval = 0;
  if (::sd_watchdog_enabled(0, &interval) <= 0) return kLongest;
  const auto half = std::chrono::duration_cast<milliseconds>(microseconds(interval / 2));
  return std::clamp(half, milliseconds(1), kLongest);
}

// RELOADING=1 wants the moment, on the clock that systemd compares it with.
std::string Reloading() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return fmt::format("RELOADING=1\nMONOTONIC_USEC={}",
                     std::chrono::duration_cast<microseconds>(now).count());
}

}  // namespace

Result<std::optional<int>> ServiceManager::InheritedSocket() {
  const int count = ::sd_listen_fds(/*unset_environment=*/1);
  if (count < 0) return SystemError("take over the service manager's sockets", -count);
  if (count == 0) return std::optional<int>();
  if (count == 1) return std::optional<int>(SD_LISTEN_FDS_START);
  return Error{Fault::kBadInput, fmt::format("the service manager hands over {} sockets: one "
                                             "ListenStream= is what is served",
                                             count)};
}

void ServiceManager::NoteReady() { Notify("READY=1"); }

void ServiceManager::NoteStopping() { Notify("STOPPING=1"); }

void ServiceManager::WaitForStop(const Reloads& reloads) {
  const milliseconds watchdog = WatchdogPeriod();
  const milliseconds period =
      reloads.watches() ? std::min(watchdog, Reloads::kWatchEvery) : watchdog;
  while (!StopSignal::Requested()) {
    auto waits = std::to_array<pollfd>(
        {{StopSignal::Descriptor(), POLLIN, 0}, {ReloadSignal::Descriptor(), POLLIN, 0}});
    ::poll(waits.data(), waits.size(), static_cast<int>(period.count()));
    if (watchdog < kLongest) Notify("WATCHDOG=1");
    if (!ReloadSignal::Take()) {
      reloads.RunChanged();
      continue;
    }
    Notify(Reloading());
    reloads.Run();
    Notify("READY=1");
  }
}

}  // namespace gamevents::cmd

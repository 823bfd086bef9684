#include "cmd/serve/service_manager.h"

#include "core/base/notes.h"
#include "core/base/reload_signal.h"
#include "core/base/stop.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How long to wait for a signal when there is no watchdog.
constexpr milliseconds kLongest{3'600'000};

void Notify(const std::string& state) {
  if (const int result = ::sd_notify(/*unset_environment=*/0, state.c_str()); result < 0) {
    Note(NoteLevel::kWarning,
         SystemError("tell the service manager '" + state + "'", -result).context);
  }
}

// Half of the interval is what sd_watchdog_enabled(3) asks for. A quarter, because who answers late
// once is passed over once.
milliseconds WatchdogPeriod() {
  uint64_t interval = 0;
  if (::sd_watchdog_enabled(0, &interval) <= 0) return kLongest;
  const auto quarter = std::chrono::duration_cast<milliseconds>(microseconds(interval / 4));
  return std::clamp(quarter, milliseconds(1), kLongest);
}

/// Tells the watchdog that all is well, for as long as it is.
class Watchdog {
 public:
  explicit Watchdog(Watch watch) : watch_(std::move(watch)), period_(WatchdogPeriod()) {}

  milliseconds period() const { return period_; }

  void Tell() {
    const auto now = steady_clock::now();
    if (period_ == kLongest || now < due_) return;
    due_ = now + period_;
    std::vector<std::string> silent = watch_.Ask();
    if (silent.empty()) Notify("WATCHDOG=1");
    if (silent != silent_) Explain(silent);
    silent_ = std::move(silent);
  }

 private:
  static void Explain(const std::vector<std::string>& silent) {
    if (silent.empty()) return Note(NoteLevel::kInfo, "watchdog: all answer again");
    Note(NoteLevel::kWarning,
         fmt::format("watchdog: no answer from {}: the service manager is told nothing until there "
                     "is one, and starts this process again after WatchdogSec=",
                     fmt::join(silent, ", ")));
  }

  Watch watch_;
  const milliseconds period_;
  steady_clock::time_point due_;
  std::vector<std::string> silent_;
};

// RELOADING=1 wants the moment, on the clock that systemd compares it with.
std::string Reloading() {
  const auto now = steady_clock::now().time_since_epoch();
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

void ServiceManager::WaitForStop(const Reloads& reloads, Watch watch) {
  Notify("READY=1");
  Watchdog watchdog(std::move(watch));
  const milliseconds period =
      reloads.watches() ? std::min(watchdog.period(), Reloads::kWatchEvery) : watchdog.period();
  while (!StopSignal::Requested()) {
    auto waits = std::to_array<pollfd>(
        {{StopSignal::Descriptor(), POLLIN, 0}, {ReloadSignal::Descriptor(), POLLIN, 0}});
    ::poll(waits.data(), waits.size(), static_cast<int>(period.count()));
    watchdog.Tell();
    if (!ReloadSignal::Take()) {
      reloads.RunChanged();
      continue;
    }
    Notify(Reloading());
    reloads.Run();
    Notify("READY=1");
  }
  Notify("STOPPING=1");
}

}  // namespace gamevents::cmd

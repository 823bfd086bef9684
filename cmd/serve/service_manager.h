#pragma once

#include "cmd/serve/reloads.h"
#include "core/base/result.h"
#include "core/base/watch.h"

#include <optional>

namespace gamevents::cmd {

/// What systemd, or another service manager that speaks its protocol (sd_notify(3),
/// sd_listen_fds(3)), is told and hands over. Without one all of this does nothing.
class ServiceManager {
 public:
  /// The listening socket that this process was started with; nullopt when there is none. Call
  /// once, before threads are started. Errors: kBadInput for more than one.
  static Result<std::optional<int>> InheritedSocket();

  /// Tells the manager that requests are answered from now on, and returns when StopSignal says so,
  /// having told it that the end has begun. Meanwhile runs `reloads` at each SIGHUP, telling the
  /// manager when that begins and ends, and looks at the files that it watches. Tells the watchdog,
  /// four times in the interval that it asks for, while all that `watch` has answer within such a
  /// quarter; a warning names those that do not.
  static void WaitForStop(const Reloads& reloads, Watch watch);
};

}  // namespace gamevents::cmd

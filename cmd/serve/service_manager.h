#pragma once

#include "cmd/serve/reloads.h"
#include "core/base/result.h"

#include <optional>

namespace gamevents::cmd {

/// What systemd, or another service manager that speaks its protocol (sd_notify(3),
/// sd_listen_fds(3)), is told and hands over. Without one all of this does nothing.
class ServiceManager {
 public:
  /// The listening socket that this process was started with; nullopt when there is none. Call
  /// once, before threads are started. Errors: kBadInput for more than one.
  static Result<std::optional<int>> InheritedSocket();

  /// Requests are answered from now on.
  static void NoteReady();
  /// The drain has begun.
  static void NoteStopping();

  /// Returns when StopSignal says so. Meanwhile runs `reloads` at each SIGHUP, telling the manager
  /// when that begins and ends, looks at the files that it watches, and tells the watchdog at half
  /// the interval that it asks for, or more often.
  static void WaitForStop(const Reloads& reloads);
};

}  // namespace gamevents::cmd

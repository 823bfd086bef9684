#pragma once

#include "core/base/result.h"

#include <chrono>

namespace gamevents {

/// SIGINT and SIGTERM turned into a flag that any thread can ask for or wait on. The one mutable
/// global of the program. A second signal ends the process at once, so that nobody is trapped.
class StopSignal {
 public:
  /// Installs the handlers and ignores SIGPIPE and SIGXFSZ: a closed pipe and a file that is too
  /// large are errors of write instead. Call once, at the start of main. Errors: kIo.
  static Status Install();

  /// Whether a signal has come, or Request() was called.
  static bool Requested();

  /// Waits until then, or for `timeout`; true when stopped.
  static bool WaitFor(std::chrono::milliseconds timeout);

  /// A descriptor that becomes readable at the stop and stays so, for poll(2) and Asio. Not to be
  /// read from or closed.
  static int Descriptor();

  /// Takes an interrupt back, once what it was to stop has stopped: the next one is a first one
  /// again. False, and nothing is changed, where the process is to end: SIGTERM, or Request().
  static bool TakeBack();

  /// The same as a signal, from within.
  static void Request();
};

}  // namespace gamevents

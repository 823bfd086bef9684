#pragma once

#include "core/base/result.h"

namespace gamevents {

/// SIGHUP turned into something to wait for: read your files again. Until Install is called, the
/// signal ends the process, as a terminal that goes away wants it to.
class ReloadSignal {
 public:
  /// Installs the handler. Call once. Errors: kIo.
  static Status Install();

  /// Whether a signal has come since the last call; several that came together count as one.
  static bool Take();

  /// A descriptor that is readable while Take would give true, for poll(2). Not to be read from or
  /// closed.
  static int Descriptor();
};

}  // namespace gamevents

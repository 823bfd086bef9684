#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

// What /proc tells of the processes of this machine, for messages: it may be of a moment ago.

namespace gamevents {

/// The process that listens on the TCP port, of those that this user may look at.
std::optional<pid_t> ListenerOn(uint16_t port);

/// The arguments of the process, the program's name without its folder, with spaces between them:
/// "gamevents serve". Empty where they cannot be read.
std::string CommandLineOf(pid_t process);

}  // namespace gamevents

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What /proc tells of the processes of this machine, for messages: it may be of a moment ago.

namespace gamevents {

/// The process that listens on the TCP port, of those that this user may look at.
std::optional<pid_t> ListenerOn(uint16_t port);

/// The arguments of the process, the program's name without its folder, with spaces between them:
/// "gamevents serve". Empty where they cannot be read.
std::string CommandLineOf(pid_t process);

/// Whether the process is of the program `name` and has `argument` among its arguments.
bool RunsWith(pid_t process, std::string_view name, std::string_view argument);

}  // namespace gamevents

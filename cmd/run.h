#pragma once

#include "cmd/command.h"

#include <span>

namespace gamevents::cmd {

/// Reads the global flags and the subcommand's, loads the configuration, and runs the subcommand.
/// Prints every error to stderr. Gives the process's exit code.
Exit RunProgram(std::span<const Command> commands, int argc, char** argv);

}  // namespace gamevents::cmd

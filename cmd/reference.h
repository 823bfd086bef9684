#pragma once

#include "cmd/command_tree.h"

#include <string>

namespace gamevents::cmd {

/// All commands and flags as the parts of docs/commands.md that are not written by hand: one for
/// the program, "gamevents", and one for each command below it with those below that one. Each
/// stands between two comments with its name, where tests/scripts/commands finds it.
std::string CommandReference(const CommandTree& program);

}  // namespace gamevents::cmd

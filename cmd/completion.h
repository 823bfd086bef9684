#pragma once

#include "cmd/command_tree.h"

#include <string>

namespace gamevents::cmd {

/// A script for bash 4 and later that completes commands, flags, the values that a flag suggests,
/// and files where a flag takes one. It needs nothing of the package bash-completion, and splits
/// words itself, because bash takes `--flag=value` for three.
std::string BashCompletion(const CommandTree& program);

/// The same for zsh, as a file `_gamevents` in a folder of $fpath; flags show their help.
std::string ZshCompletion(const CommandTree& program);

/// The same for fish, as a file of its folder `completions`; flags show their help.
std::string FishCompletion(const CommandTree& program);

/// Whether a value called so is a path: "FILE", "DIR|BROKERS".
bool IsPathValue(const std::string& value);

}  // namespace gamevents::cmd

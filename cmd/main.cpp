// The program's front door: a table of subcommands, the global flags, and the exit code.

#include "cmd/command.h"
#include "cmd/run.h"

#include <array>
#include <cstdio>

namespace {

using namespace gamevents::cmd;

// The order is that of --help: the assignment's steps first. A row is added with its file.
constexpr std::array<Command, 0> kCommands{};

}  // namespace

int main(int argc, char** argv) { return static_cast<int>(RunProgram(kCommands, argc, argv)); }

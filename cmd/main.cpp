// The program's front door: a table of subcommands; run.h does the rest.

#include "cmd/command.h"
#include "cmd/run.h"

#include <array>

namespace {

using namespace gamevents::cmd;

// The order is that of --help: the assignment's steps first. A row is added with its file.
constexpr auto kCommands = std::to_array<Command>({
    {"config", "check the configuration and show what is set",
     "gamevents config check\n"
     "gamevents config show --output json\n"
     "gamevents config schema > gamevents.schema.json",
     DeclareConfig, /*loads_config=*/false},
});

}  // namespace

int main(int argc, char** argv) { return static_cast<int>(RunProgram(kCommands, argc, argv)); }

#include "cmd/command.h"
#include "core/base/file.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

namespace gamevents::cmd {
namespace {

Result<Exit> Answer(const std::string& text) {
  if (auto written = WriteAll(STDOUT_FILENO, text); !written) {
    return std::move(written).error().In("stdout");
  }
  return Exit::kOk;
}

Result<Exit> Check(const Context& context) {
  const auto loaded = config::Load(context.config_file, context.overrides);
  if (!loaded) return FailUsage(loaded.error().context);
  return Answer(loaded->file.value_or("no file, defaults only") + ": OK\n");
}

}  // namespace

Run DeclareConfig(CLI::App& app, std::vector<config::Override>&) {
  app.require_subcommand(1);
  CLI::App* check = app.add_subcommand("check", "say whether the configuration is sound");
  return [check](const Context& context) -> Result<Exit> {
    INVARIANT(check->parsed());
    return Check(context);
  };
}

}  // namespace gamevents::cmd

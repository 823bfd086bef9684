#pragma once

#include "core/base/result.h"
#include "core/config/load.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace gamevents::cmd {

/// What the process ends with; documented in docs/commands.md.
enum class Exit : int { kOk = 0, kFailed = 1, kUsage = 2, kInterrupted = 130 };

enum class ColorMode : uint8_t { kAuto, kAlways, kNever };

/// What every subcommand is given to run.
struct Context {
  /// What is set; empty for a command whose row says `loads_config = false`.
  config::Loaded config;
  ColorMode color = ColorMode::kAuto;
  /// Whether -v or -q says how much is noted, so that log.level does not.
  bool noted_by_flag = false;
  /// What `config` was loaded from: `--config`, and every `--set` and bound flag in the order in
  /// which they win.
  std::optional<std::string> config_file;
  std::vector<config::Override> overrides;
};

/// Runs a subcommand whose flags have been read: one call into core, the answer to stdout,
/// everything else to stderr. An error is printed by main; kBadInput of a flag's own value is
/// kUsage, which the command returns itself after FailUsage.
using Run = std::function<Result<Exit>(const Context&)>;

/// One subcommand: a row of the table in main.cpp and a file of its own.
struct Command {
  std::string_view name;
  std::string_view summary;
  std::string_view examples;  ///< printed below --help, a line each
  /// Adds the flags to `app` and gives what to run. A flag that stands for a configuration key
  /// (`--port`) adds to `overrides` when it is used, through BindKey.
  Run (*declare)(CLI::App& app, std::vector<config::Override>& overrides);
  /// Whether the configuration must be sound before the command runs; one that looks into the
  /// configuration itself loads it when it wants to.
  bool loads_config = true;
};

/// `--port 5001` as another way to say `--set serve.port=5001`: checked and explained by the
/// table of keys. `overrides` must outlive the parse.
void BindKey(CLI::App& app, const std::string& flags, const std::string& key,
             const std::string& help, std::vector<config::Override>& overrides);

/// Prints "gamevents: message" to stderr and gives kUsage.
Exit FailUsage(std::string_view message);

/// Prints "gamevents: line" to stderr for each line of `message`, and nothing else.
void PrintError(std::string_view message);

/// How much is noted from now on: a value of log.level.
void SetNoteLevel(const std::string& level);

/// Whether to colour what goes to `fd` (1 or 2): as the mode says, and on kAuto when it is a
/// terminal, NO_COLOR is unset or empty, and TERM is not "dumb".
bool UseColor(ColorMode mode, int fd);

// One a file, in the order of the table.
Run DeclareBroker(CLI::App& app, std::vector<config::Override>& overrides);
Run DeclareConfig(CLI::App& app, std::vector<config::Override>& overrides);
Run DeclareConsume(CLI::App& app, std::vector<config::Override>& overrides);
Run DeclareCreateTopic(CLI::App& app, std::vector<config::Override>& overrides);
Run DeclareGenerate(CLI::App& app, std::vector<config::Override>& overrides);
Run DeclareProduce(CLI::App& app, std::vector<config::Override>& overrides);
Run DeclareProduceTest(CLI::App& app, std::vector<config::Override>& overrides);
Run DeclareReport(CLI::App& app, std::vector<config::Override>& overrides);
Run DeclareServe(CLI::App& app, std::vector<config::Override>& overrides);
Run DeclareState(CLI::App& app, std::vector<config::Override>& overrides);

}  // namespace gamevents::cmd

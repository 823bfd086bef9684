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

namespace gamevents::cmd {

class Flags;

/// What the process ends with; documented in docs/commands.md.
enum class Exit : int { kOk = 0, kFailed = 1, kUsage = 2, kInterrupted = 130 };

/// When output is coloured: --color.
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
  std::string_view group;  ///< its heading in the overview; commands of a group stand together
  std::string_view name;
  std::string_view summary;
  std::string_view examples;  ///< printed below --help, a line each
  /// Declares the command's flags (cmd/flags.h) and gives what to run.
  Run (*declare)(Flags& flags);
  /// Whether the configuration must be sound before the command runs; one that looks into the
  /// configuration itself loads it when it wants to.
  bool loads_config = true;
  /// Whether it runs until it is stopped, so that its notes say when they were written.
  bool is_service = false;
};

/// Prints "gamevents: message" to stderr and gives kUsage.
Exit FailUsage(std::string_view message);

/// The same for settings that do not fit together, kBadInput; any other error is given on.
Result<Exit> FailSetUp(const Error& error);

/// Prints `message` to stderr as FormatFailure (core/base/note_form.h) writes it, and nothing else.
void PrintError(std::string_view message);

/// Prints `line` to stderr as FormatStatus writes it, whatever is noted: what is neither an error
/// nor a note, and has a form that other programs look for.
void PrintStatus(std::string_view line);

/// The same where notes of the level info are written, so not with --quiet.
void PrintNotice(std::string_view line);

/// Notes why a service ends that was up, in the form of its other notes, and gives kFailed.
Exit FailLogged(const Error& error);

/// Writes the whole answer to stdout, and gives kOk. Errors: as WriteAll (core/base/file.h).
Result<Exit> PrintAnswer(std::string_view text);

/// Whether to colour what goes to `fd` (1 or 2): as the mode says, and on kAuto when it is a
/// terminal, NO_COLOR is unset or empty, and TERM is not "dumb".
bool UseColor(ColorMode mode, int fd);

// One a file, in the order of the table.
Run DeclareBackup(Flags& flags);
Run DeclareBroker(Flags& flags);
Run DeclareConfig(Flags& flags);
Run DeclareConsume(Flags& flags);
Run DeclareContracts(Flags& flags);
Run DeclareCreateTopic(Flags& flags);
Run DeclareDoctor(Flags& flags);
Run DeclareForward(Flags& flags);
Run DeclareGenerate(Flags& flags);
Run DeclareGroups(Flags& flags);
Run DeclareKeys(Flags& flags);
Run DeclareProduce(Flags& flags);
Run DeclareProduceTest(Flags& flags);
Run DeclareReport(Flags& flags);
Run DeclareRestore(Flags& flags);
Run DeclareServe(Flags& flags);
Run DeclareShell(Flags& flags);
Run DeclareState(Flags& flags);
Run DeclareTopics(Flags& flags);
Run DeclareUsers(Flags& flags);

}  // namespace gamevents::cmd

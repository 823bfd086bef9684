#include "cmd/run.h"

#include "cmd/flags.h"
#include "cmd/help.h"
#include "cmd/key_value.h"
#include "core/base/note_form.h"
#include "core/base/notes.h"
#include "core/base/standard_streams.h"
#include "core/base/stop.h"
#include "core/base/terminal.h"
#include "core/base/text.h"
#include "core/config/keys.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <new>
#include <utility>

namespace gamevents::cmd {
namespace {

/// What the process ends with (Exit, cmd/command.h).
std::vector<ExitCode> ExitCodes() {
  return {{"0", "done"},
          {"1", "it failed, or what was checked is not so; the message says why"},
          {"2", "wrong usage or configuration; the message names the flag, or file, line and key"},
          {"130",
           "report, shell or forward --once was interrupted; report's answer is of what was read "
           "until then"}};
}

/// The flags that stand before or after any subcommand.
struct Globals {
  std::optional<std::string> config_file;
  std::vector<std::string> sets;
  int verbose = 0;
  int quiet = 0;
  std::string color = "auto";
};

std::optional<ColorMode> ReadColor(std::string_view when) {
  if (when == "auto") return ColorMode::kAuto;
  if (when == "always") return ColorMode::kAlways;
  if (when == "never") return ColorMode::kNever;
  return std::nullopt;
}

/// A subcommand with its flags, and what to run when it was given.
struct Declared {
  const Command* command = nullptr;
  Flags flags;
  Run run;
};

void DeclareGlobals(Flags flags, Globals& globals) {
  flags.Text("-c,--config", "FILE", "The configuration file", &globals.config_file);
  std::vector<std::string> keys;
  for (const config::Key& key : config::Keys()) keys.push_back(std::string(key.name) + "=");
  flags.Text("--set", "KEY=VALUE", "Set a configuration key; may be repeated", &globals.sets)
      .Suggests(std::move(keys));
  flags.Counter("-q,--quiet", "Only errors on stderr", &globals.quiet);
  flags.Counter("-v,--verbose",
                "More notes on stderr; -vv: the embedded broker's requests and responses too",
                &globals.verbose);
  flags
      .Text("--color", "WHEN", "auto, always, never", &globals.color,
            [](const std::string& when) {
              return ReadColor(when) ? std::string()
                                     : "'" + when + "' is not one of auto, always, never";
            })
      .Suggests({"auto", "always", "never"});
  flags.EndHelpWith({{"gamevents serve --port 5000", "gamevents consume --from-beginning",
                      "gamevents --set kafka.brokers=broker-1:9092 report"},
                     ExitCodes(),
                     ""});
}

std::vector<Declared> DeclareCommands(Flags program, std::span<const Command> commands) {
  std::vector<Declared> declared;
  for (const Command& command : commands) {
    Flags flags = program.Subcommand(command.name, command.summary, command.group);
    const auto examples = SplitLines(command.examples);
    flags.EndHelpWith(
        {{examples.begin(), examples.end()},
         {},
         "Flags of every subcommand (--config, --set, …) and exit codes: gamevents --help"});
    declared.push_back({&command, flags, command.declare(flags)});
  }
  return declared;
}

NoteLevel LevelOf(const Globals& globals) {
  if (globals.quiet > 0) return NoteLevel::kError;
  if (globals.verbose == 0) return NoteLevel::kInfo;
  return globals.verbose == 1 ? NoteLevel::kDebug : NoteLevel::kTrace;
}

/// Reads the command line; an exit code when there is nothing to run.
std::optional<Exit> Parse(CommandLine& line, int argc, char** argv) {
  const auto answer = line.Parse(argc, argv);
  if (!answer && answer.error().fault == Fault::kNotFound) {
    // Wrong usage, so stdout stays empty; but whoever is new here needs the list, not a complaint.
    std::fputs(answer.error().context.c_str(), stderr);
    return Exit::kUsage;
  }
  if (!answer) return FailUsage(answer.error().context);
  if (!*answer) return std::nullopt;
  return PrintHelp(**answer);
}

/// `--set` in front of the flags that commands have for the same keys: the later wins.
Result<std::vector<config::Override>> AllOverrides(const std::vector<std::string>& sets,
                                                   const std::vector<config::Override>& flags) {
  std::vector<config::Override> all;
  for (const std::string& set : sets) {
    auto sides = CutKeyValue(set);
    if (!sides) {
      return Error{Fault::kBadInput, "--set " + EscapeControls(set) + ": write it as KEY=VALUE"};
    }
    all.push_back({std::move(sides->first), std::move(sides->second), "--set"});
  }
  std::copy(flags.begin(), flags.end(), std::back_inserter(all));
  return all;
}

Exit RunCommand(const Declared& declared, Context& context) {
  if (declared.command->loads_config) {
    auto loaded = config::Load(context.config_file, context.overrides);
    if (!loaded) return FailUsage(loaded.error().context);
    context.config = std::move(loaded).value();
    const config::Settings::Log& log = context.config.settings.log;
    if (!context.noted_by_flag) SetNoteLevel(log.level);
    if (log.format == "json") {
      NoteForm form = CurrentNoteForm();
      form.json = true;
      SetNoteForm(form);
    }
    if (context.config.file) Note(NoteLevel::kDebug, "configuration: " + *context.config.file);
  }
  const auto exit = declared.run(context);
  if (!exit) {
    PrintError(exit.error().context);
    return Exit::kFailed;
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    PrintError("stdout: not everything could be written");
    return Exit::kFailed;
  }
  return *exit;
}

Exit ParseAndRun(std::span<const Command> commands, int argc, char** argv) {
  Globals globals;
  CommandLine line("gamevents",
                   "Game events over HTTP into a Kafka log, and the questions asked of it",
                   "gamevents " GAMEVENTS_VERSION);
  DeclareGlobals(line.flags(), globals);
  const std::vector<Declared> declared = DeclareCommands(line.flags(), commands);
  const HelpCommands help(line.flags(), commands.back().group);
  if (const auto exit = Parse(line, argc, argv)) return *exit;
  if (const auto exit = help.Run(line)) return *exit;
  if (globals.quiet > 0 && globals.verbose > 0) return FailUsage("--quiet excludes --verbose");
  // The flag's own check has let only readable words through.
  const ColorMode color = ReadColor(globals.color).value_or(ColorMode::kAuto);
  const auto given = std::find_if(declared.begin(), declared.end(),
                                  [](const Declared& each) { return each.flags.Given(); });
  INVARIANT(given != declared.end());
  SetNoteForm(FormForStderr(given->command->is_service));
  StartNotes(LevelOf(globals), UseColor(color, STDERR_FILENO));
  auto overrides = AllOverrides(globals.sets, line.overrides());
  if (!overrides) return FailUsage(overrides.error().context);
  Context context;
  context.color = color;
  context.noted_by_flag = globals.quiet > 0 || globals.verbose > 0;
  context.config_file = globals.config_file;
  context.overrides = std::move(overrides).value();
  return RunCommand(*given, context);
}

}  // namespace

Exit RunProgram(std::span<const Command> commands, int argc, char** argv) {
  if (auto filled = FillStandardStreams(); !filled) {
    PrintError(filled.error().context);
    return Exit::kFailed;
  }
  if (auto installed = StopSignal::Install(); !installed) {
    PrintError(installed.error().context);
    return Exit::kFailed;
  }
  try {
    return ParseAndRun(commands, argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("gamevents: out of memory\n", stderr);
  } catch (const std::exception& error) {
    // A library threw where it says that it does not: the last resort, so that the user is told.
    PrintError(std::string("internal error: ") + error.what());
  }
  return Exit::kFailed;
}

}  // namespace gamevents::cmd

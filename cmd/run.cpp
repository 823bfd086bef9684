#include "cmd/run.h"

#include "core/base/file.h"
#include "core/base/stop.h"
#include "core/base/text.h"

#include <CLI/CLI.hpp>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <new>
#include <sstream>
#include <utility>

namespace gamevents::cmd {
namespace {

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

/// A subcommand as CLI11 knows it, and what to run when it was given.
struct Declared {
  const Command* command = nullptr;
  CLI::App* app = nullptr;
  Run run;
};

std::string Examples(std::string_view lines) {
  std::string footer = "Examples:\n";
  std::istringstream stream{std::string(lines)};
  for (std::string line; std::getline(stream, line);) footer += "  " + line + "\n";
  footer.pop_back();
  return footer;
}

void DeclareGlobals(CLI::App& app, Globals& globals) {
  app.set_version_flag("--version", "gamevents " GAMEVENTS_VERSION, "Print the version");
  app.set_help_flag("-h,--help", "Print this help");
  app.add_option("-c,--config", globals.config_file, "The configuration file")->type_name("FILE");
  app.add_option("--set", globals.sets, "Set a configuration key; may be repeated")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  app.add_flag("-q,--quiet", globals.quiet, "Errors only");
  app.add_flag("-v,--verbose", globals.verbose, "More notes on stderr; twice for all");
  app.add_option("--color", globals.color, "auto, always, never")
      ->type_name("WHEN")
      ->check([](const std::string& when) {
        return ReadColor(when) ? std::string() : "'" + when + "' is not one of auto, always, never";
      });
  app.footer(
      Examples("gamevents serve --port 5000\n"
               "gamevents consume --from-beginning\n"
               "gamevents --set kafka.brokers=broker-1:9092 report"));
  app.require_subcommand(1);
  app.fallthrough();
}

std::vector<Declared> DeclareCommands(CLI::App& app, std::span<const Command> commands,
                                      std::vector<config::Override>& overrides) {
  std::vector<Declared> declared;
  for (const Command& command : commands) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.summary));
    sub->footer(Examples(command.examples) +
                "\n\nFlags of every subcommand (--config, --set, …): gamevents --help");
    declared.push_back({&command, sub, command.declare(*sub, overrides)});
  }
  return declared;
}

/// Where notes go and how many of them: stderr, each as "gamevents: level: text".
void StartNotes(const Globals& globals, ColorMode color) {
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  sink->set_color_mode(UseColor(color, STDERR_FILENO) ? spdlog::color_mode::always
                                                      : spdlog::color_mode::never);
  auto logger = std::make_shared<spdlog::logger>("gamevents", std::move(sink));
  logger->set_pattern("gamevents: %^%l%$: %v");
  auto level = globals.verbose == 0 ? spdlog::level::info : spdlog::level::debug;
  if (globals.verbose > 1) level = spdlog::level::trace;
  logger->set_level(globals.quiet > 0 ? spdlog::level::err : level);
  spdlog::set_default_logger(std::move(logger));
}

/// The deepest subcommand that was given: whose flags and help are meant.
const CLI::App& Innermost(const CLI::App& app) {
  const auto given = app.get_subcommands();
  return given.empty() ? app : Innermost(*given.front());
}

std::string FullName(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : FullName(*parent) + " " + app.get_name();
}

/// The flags that may be given to `app`, its parents' too.
void AppendFlags(const CLI::App& app, std::vector<std::string>& flags) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  if (app.get_parent() != nullptr) AppendFlags(*app.get_parent(), flags);
}

/// The end of a message about `word`: "; did you mean …?", or nothing.
std::string DidYouMean(const std::string& word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  const auto nearest = NearestWord(word, candidates);
  return nearest ? "; did you mean " + std::string(*nearest) + "?" : std::string();
}

/// Says what of the command line was not understood: better than CLI11 where a slip of the
/// fingers explains it.
std::string ExplainUsage(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& inner = Innermost(app);
  const std::vector<std::string> rest = app.remaining(true);
  const std::string help = "see " + FullName(inner) + " --help";
  const bool wants_subcommand = inner.get_require_subcommand_min() > 0;
  const bool is_missing =
      rest.empty() && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (wants_subcommand && is_missing) return "a subcommand is missing\n" + help;
  if (rest.empty()) return std::string(error.what()) + "\n" + help;
  const std::string& first = rest.front();
  if (first.starts_with('-')) {
    const std::string flag = first.substr(0, first.find('='));
    std::vector<std::string> flags;
    // One letter is near to every other: only a word can be a slip of the fingers.
    if (flag.starts_with("--")) AppendFlags(inner, flags);
    return "unknown flag " + flag + DidYouMean(flag, flags) + "\n" + help;
  }
  if (wants_subcommand) {
    std::vector<std::string> names;
    for (const CLI::App* sub : inner.get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(sub->get_name());
    }
    return "unknown subcommand '" + first + "'" + DidYouMean(first, names) + "\n" + help;
  }
  return std::string(error.what()) + "\n" + help;
}

/// Reads the command line; an exit code when there is nothing to run.
std::optional<Exit> Parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::Success& success) {  // --help and --version
    std::ostringstream text;
    app.exit(success, text, text);
    if (auto written = WriteAll(STDOUT_FILENO, text.str()); !written) {
      PrintError(std::move(written).error().In("stdout").context);
      return Exit::kFailed;
    }
    return Exit::kOk;
  } catch (const CLI::ParseError& error) {
    return FailUsage(ExplainUsage(app, error));
  }
}

/// `--set` in front of the flags that commands have for the same keys: the later wins.
Result<std::vector<config::Override>> AllOverrides(const std::vector<std::string>& sets,
                                                   const std::vector<config::Override>& flags) {
  std::vector<config::Override> all;
  for (const std::string& set : sets) {
    const size_t equals = set.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{Fault::kBadInput, "--set " + set + ": write it as KEY=VALUE"};
    }
    all.push_back({set.substr(0, equals), set.substr(equals + 1), "--set"});
  }
  std::copy(flags.begin(), flags.end(), std::back_inserter(all));
  return all;
}

Exit RunCommand(const Declared& declared, Context& context) {
  if (declared.command->loads_config) {
    auto loaded = config::Load(context.config_file, context.overrides);
    if (!loaded) return FailUsage(loaded.error().context);
    context.config = std::move(loaded).value();
    if (!context.noted_by_flag) SetNoteLevel(context.config.settings.log.level);
    if (context.config.file) spdlog::debug("configuration: {}", *context.config.file);
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
  std::vector<config::Override> flags;
  CLI::App app("Game events over HTTP into a Kafka log, and the questions asked of it",
               "gamevents");
  DeclareGlobals(app, globals);
  const std::vector<Declared> declared = DeclareCommands(app, commands, flags);
  if (const auto exit = Parse(app, argc, argv)) return *exit;
  if (globals.quiet > 0 && globals.verbose > 0) return FailUsage("--quiet excludes --verbose");
  // The flag's own check has let only readable words through.
  const ColorMode color = ReadColor(globals.color).value_or(ColorMode::kAuto);
  StartNotes(globals, color);
  auto overrides = AllOverrides(globals.sets, flags);
  if (!overrides) return FailUsage(overrides.error().context);
  Context context;
  context.color = color;
  context.noted_by_flag = globals.quiet > 0 || globals.verbose > 0;
  context.config_file = globals.config_file;
  context.overrides = std::move(overrides).value();
  const auto given = std::find_if(declared.begin(), declared.end(),
                                  [](const Declared& each) { return each.app->parsed(); });
  INVARIANT(given != declared.end());
  return RunCommand(*given, context);
}

}  // namespace

Exit RunProgram(std::span<const Command> commands, int argc, char** argv) {
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

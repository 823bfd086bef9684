#include "cmd/shell/shell.h"

#include "cmd/command.h"
#include "cmd/flags.h"
#include "cmd/line_reader.h"
#include "cmd/shell/line_editor.h"
#include "core/base/ascii.h"
#include "core/base/notes.h"
#include "core/base/stop.h"
#include "core/report/shell/script.h"

#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {
namespace {

/// The longest line that is read where stdin is no terminal.
constexpr size_t kLineBytesMax = report::shell::kGatheredBytesMax;

/// Where the history is kept, as the base directory specification has it; "" where nobody says
/// where the user's home is.
std::string HistoryFile() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/gamevents/shell_history";
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return "";
  return std::string(home) + "/.local/state/gamevents/shell_history";
}

/// Runs what was typed, and says what went wrong. False where it failed.
bool RunTyped(Shell& shell, const report::shell::Typed& typed) {
  using Kind = report::shell::Typed::Kind;
  const auto done =
      typed.kind == Kind::kStatement ? shell.Ask(typed.text) : shell.RunCommand(typed.text);
  if (!done) PrintError(done.error().context);
  return done.ok();
}

/// A line that ends the shell, or asks for help, in other programs' words.
std::optional<report::shell::Typed> OtherWordFor(std::string_view line) {
  while (line.ends_with(';') || line.ends_with(' ')) line.remove_suffix(1);
  const bool ends = EqualsIgnoringCase(line, "exit") || EqualsIgnoringCase(line, "quit");
  if (!ends && !EqualsIgnoringCase(line, "help")) return std::nullopt;
  return report::shell::Typed{report::shell::Typed::Kind::kCommand, ends ? "\\q" : "\\?"};
}

/// Asks at a prompt until Ctrl-D. Errors: of LineEditor::Open.
Result<Exit> Converse(Shell& shell, const std::string& topic) {
  auto editor = LineEditor::Open(
      HistoryFile(), [&shell](std::string_view before) { return shell.Complete(before); });
  if (!editor) return std::move(editor).error();
  PrintNotice("statements end with a semicolon; \\? is the help, \\q the end");
  report::shell::Script script;
  while (!shell.ended()) {
    const LineEditor::Line line = (*editor)->Read(topic + (script.InStatement() ? "-> " : "=> "));
    if (line.ended == LineEditor::Ended::kInput) break;
    if (line.ended == LineEditor::Ended::kCancelled) {
      script.TakeRest();
      continue;
    }
    auto typed = script.Add(line.text);
    if (const auto word = OtherWordFor(line.text); word && typed.empty()) {
      script.TakeRest();
      typed = {*word};
    }
    for (const report::shell::Typed& each : typed) {
      const bool is_statement = each.kind == report::shell::Typed::Kind::kStatement;
      if (auto kept = (*editor)->Remember(each.text + (is_statement ? ";" : "")); !kept) {
        Note(NoteLevel::kWarning, kept.error().context);
      }
      RunTyped(shell, each);
      if (!StopSignal::TakeBack()) return Exit::kInterrupted;
    }
  }
  return StopSignal::Requested() ? Exit::kInterrupted : Exit::kOk;
}

/// Answers what stdin holds. Errors: of reading it.
Result<Exit> ReadScript(Shell& shell) {
  LineReader lines(STDIN_FILENO, kLineBytesMax);
  report::shell::Script script;
  bool all_done = true;
  const auto run = [&](const std::vector<report::shell::Typed>& typed) {
    for (const report::shell::Typed& each : typed) {
      if (shell.ended() || StopSignal::Requested()) return;
      all_done = RunTyped(shell, each) && all_done;
    }
  };
  while (!shell.ended() && !StopSignal::Requested()) {
    const auto line = lines.Next();
    if (!line && line.error().fault == Fault::kClosed) break;
    if (!line) return Error(line.error()).In("stdin");
    if (!*line) {
      const std::string rest = script.TakeRest();
      if (!rest.empty()) run({{report::shell::Typed::Kind::kStatement, rest}});
      break;
    }
    run(script.Add(**line));
  }
  if (StopSignal::Requested()) return Exit::kInterrupted;
  return all_done ? Exit::kOk : Exit::kFailed;
}

Result<Exit> RunShell(const Context& context) {
  const config::Settings& settings = context.config.settings;
  auto shell = Shell::Open(settings);
  if (!shell) return std::move(shell).error();
  const bool converses = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  return converses ? Converse(*shell, settings.kafka.topic) : ReadScript(*shell);
}

}  // namespace

Run DeclareShell(Flags& flags) {
  flags.Key("--topic", "kafka.topic", "The topic that the table events is of");
  return RunShell;
}

}  // namespace gamevents::cmd

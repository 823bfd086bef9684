#include "cmd/help.h"

#include "cmd/completion.h"
#include "cmd/manual.h"
#include "cmd/reference.h"
#include "core/base/file.h"

#include <array>
#include <utility>

namespace gamevents::cmd {
namespace {

/// A shell, and its script.
struct Shell {
  std::string_view name;
  std::string (*script)(const CommandTree& program);
};

constexpr auto kShells = std::to_array<Shell>({
    {"bash", BashCompletion},
    {"zsh", ZshCompletion},
    {"fish", FishCompletion},
});

Exit WriteManual(const CommandTree& program, const std::string& folder) {
  for (const ManualPage& page : ManualPages(program, "gamevents " GAMEVENTS_VERSION)) {
    if (auto written = ReplaceFile(folder + "/" + page.file, page.text); !written) {
      PrintError(written.error().context);
      return Exit::kFailed;
    }
  }
  return Exit::kOk;
}

Exit PrintScript(const CommandTree& program, std::string_view shell) {
  for (const Shell& each : kShells) {
    if (each.name == shell) return PrintHelp(each.script(program));
  }
  return FailUsage("completion: which shell: bash, zsh or fish?");
}

}  // namespace

HelpCommands::HelpCommands(Flags program, std::string_view group)
    : help_(program.Subcommand("help", "print this overview, or the help of a command", group)),
      completion_(program.Subcommand(
          "completion", "print a script that completes commands and flags in a shell", group)) {
  help_.Words("COMMAND", "What to explain; nothing for all of them", &names_);
  const Flag manual =
      help_.Text("--manual", "DIR", "Write the manual pages into this folder instead", &manual_);
  help_
      .Switch("--markdown", "Print all commands and flags as docs/commands.md has them", &markdown_)
      .Excludes(manual);
  help_.EndHelpWith(
      {{"gamevents help", "gamevents help report", "gamevents help state show"}, {}, ""});
  std::vector<std::string> shells;
  for (const Shell& each : kShells) shells.emplace_back(each.name);
  completion_.Choice("SHELL", "", "bash, zsh or fish", shells, &shell_);
  completion_.EndHelpWith(
      {{"source <(gamevents completion bash)", "gamevents completion zsh > ~/.zfunc/_gamevents",
        "gamevents completion fish > ~/.config/fish/completions/gamevents.fish"},
       {},
       ""});
}

std::optional<Exit> HelpCommands::Run(const CommandLine& line) const {
  if (completion_.Given()) return PrintScript(line.Tree(), shell_);
  if (!help_.Given()) return std::nullopt;
  if (manual_) return WriteManual(line.Tree(), *manual_);
  if (markdown_) return PrintHelp(CommandReference(line.Tree()));
  const auto help = line.HelpOf(names_);
  return help ? PrintHelp(*help) : FailUsage(help.error().context);
}

Exit PrintHelp(std::string_view text) {
  const auto printed = PrintAnswer(text);
  if (printed) return *printed;
  PrintError(printed.error().context);
  return Exit::kFailed;
}

}  // namespace gamevents::cmd

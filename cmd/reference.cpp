#include "cmd/reference.h"

#include "core/base/markdown.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

namespace gamevents::cmd {
namespace {

/// Code in a cell of a table, where a bar would begin the next one.
std::string ReferenceCode(std::string_view text) {
  std::string code = "`";
  for (const char c : text) {
    if (c == '|') code += '\\';
    code += c;
  }
  return code + "`";
}

std::string FlagRow(const FlagNode& flag) {
  std::string typed = fmt::format("{}", fmt::join(flag.names, ", "));
  if (!flag.value.empty() && flag.names.front().starts_with('-')) typed += " " + flag.value;
  std::string help = EscapeMarkdown(flag.help);
  const std::string details = FlagDetails(flag);
  if (!details.empty()) help += EscapeMarkdown(" (" + details + ")");
  return fmt::format("| {} | {} |\n", ReferenceCode(typed), help);
}

/// A table for each heading; "Options" is that of CLI11 for those without one.
std::string FlagTables(const CommandTree& command, bool with_help) {
  std::vector<FlagNode> rows = command.words;
  rows.insert(rows.end(), command.flags.begin(), command.flags.end());
  std::string text;
  std::string_view heading;
  for (const FlagNode& flag : rows) {
    // Every command has this one.
    if (!with_help && flag.names.back() == "--help") continue;
    const bool is_headed = flag.names.front().starts_with('-') && flag.heading != "Options";
    const std::string_view here = is_headed ? std::string_view(flag.heading) : "";
    if (text.empty() || here != heading) {
      if (!here.empty()) text += fmt::format("\n{}:\n", EscapeMarkdown(here));
      text += "\n| flag | meaning |\n|---|---|\n";
    }
    heading = here;
    text += FlagRow(flag);
  }
  return text;
}

/// "gamevents state show [flags] [VIEW]": what it does.
std::string ReferenceSynopsis(const CommandTree& command, const std::string& path) {
  std::string usage = path;
  if (command.flags.size() > 1) usage += " [flags]";
  for (const FlagNode& word : command.words) usage += " [" + word.names.front() + "]";
  return fmt::format("`{}`: {}.\n", usage, EscapeMarkdown(command.summary));
}

std::string CommandPart(const CommandTree& command, const std::string& above) {
  const std::string path = above + " " + command.name;
  std::string text = ReferenceSynopsis(command, path) + FlagTables(command, false);
  for (const CommandTree& sub : command.commands) text += "\n" + CommandPart(sub, path);
  if (command.ending.examples.empty()) return text;
  return text + fmt::format("\n```sh\n{}\n```\n", fmt::join(command.ending.examples, "\n"));
}

std::string ProgramPart(const CommandTree& program) {
  std::string text = "| exit code | meaning |\n|---|---|\n";
  for (const ExitCode& exit : program.ending.exit_codes) {
    text += fmt::format("| {} | {} |\n", exit.code, EscapeMarkdown(exit.meaning));
  }
  text += FlagTables(program, true) + "\n| command | what it does |\n|---|---|\n";
  for (const CommandTree& command : program.commands) {
    text += fmt::format("| [`{}`](#{}) | {} |\n", command.name, command.name,
                        EscapeMarkdown(command.summary));
  }
  return text;
}

std::string Marked(std::string_view name, std::string_view part) {
  return fmt::format(
      "<!-- {}: begin. Written by `gamevents help --markdown`; a test compares. -->\n\n{}\n"
      "<!-- {}: end -->\n",
      name, part, name);
}

}  // namespace

std::string CommandReference(const CommandTree& program) {
  std::string text = Marked(program.name, ProgramPart(program));
  for (const CommandTree& command : program.commands) {
    text += "\n" + Marked(command.name, CommandPart(command, program.name));
  }
  return text;
}

}  // namespace gamevents::cmd

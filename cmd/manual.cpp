#include "cmd/manual.h"

#include "core/config/keys.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

namespace gamevents::cmd {
namespace {

/// Text as roff shows it: a hyphen stays one that can be searched for and copied, and no line is
/// taken for a request.
std::string Roff(std::string_view text) {
  std::string roff;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (roff.empty() || roff.back() == '\n')) roff += "\\&";
    switch (c) {
      case '\\':
        roff += "\\e";
        break;
      case '-':
        roff += "\\-";
        break;
      case '\'':
        roff += "\\(aq";
        break;
      case '^':
        roff += "\\(ha";
        break;
      case '~':
        roff += "\\(ti";
        break;
      case '`':
        roff += "\\(ga";
        break;
      default:
        roff += c;
    }
  }
  return roff;
}

std::string Bold(std::string_view text) { return "\\fB" + Roff(text) + "\\fR"; }
std::string Italic(std::string_view text) { return "\\fI" + Roff(text) + "\\fR"; }

std::string Title(std::string_view name, std::string_view section, std::string_view version,
                  std::string_view book) {
  std::string upper(name);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return fmt::format(".TH {} {} \"\" \"{}\" \"{}\"\n", Roff(upper), section, Roff(version), book);
}

std::string FlagEntry(const FlagNode& flag) {
  std::vector<std::string> names;
  for (const std::string& name : flag.names) names.push_back(Bold(name));
  std::string entry = fmt::format(".TP\n{}", fmt::join(names, ", "));
  if (!flag.value.empty()) entry += " " + Italic(flag.value);
  entry += "\n" + Roff(flag.help);
  const std::string details = FlagDetails(flag);
  if (!details.empty()) entry += "\n" + Roff("(" + details + ")");
  return entry + "\n";
}

/// Those of one heading stand together; "Options" is that of CLI11 for those without one.
std::string FlagEntries(const std::vector<FlagNode>& flags) {
  std::string text;
  std::string_view heading;
  for (const FlagNode& flag : flags) {
    if (flag.heading != heading && flag.heading != "Options") {
      text += ".SS " + Roff(flag.heading) + "\n";
    }
    heading = flag.heading;
    text += FlagEntry(flag);
  }
  return text;
}

std::string Synopsis(const std::string& path, const CommandTree& command) {
  std::string text = ".B " + Roff(path) + "\n";
  if (!command.flags.empty()) text += ".RI [ flags ]\n";
  for (const FlagNode& word : command.words) {
    text += fmt::format(".RI [ {} ]\n", Roff(word.names.front()));
  }
  if (!command.commands.empty()) text += ".I command\n";
  return text;
}

std::string Examples(const HelpEnding& ending) {
  if (ending.examples.empty()) return "";
  std::string text = ".SH EXAMPLES\n.nf\n.RS\n";
  for (const std::string& line : ending.examples) text += Roff(line) + "\n";
  return text + ".RE\n.fi\n";
}

std::string ExitCodes(const HelpEnding& ending) {
  std::string text = ".SH EXIT STATUS\n";
  for (const ExitCode& exit : ending.exit_codes) {
    text += fmt::format(".TP\n{}\n{}\n", Bold(exit.code), Roff(exit.meaning));
  }
  return text;
}

/// A command below one that has a page: a part of that page.
std::string SubcommandPart(const CommandTree& command, const std::string& above) {
  const std::string path = above + " " + command.name;
  std::string text = ".SS " + Roff(path) + "\n" + Synopsis(path, command) + ".PP\n" +
                     Roff(command.summary) + ".\n";
  text += FlagEntries(command.words) + FlagEntries(command.flags);
  for (const CommandTree& sub : command.commands) text += SubcommandPart(sub, path);
  return text;
}

ManualPage CommandPage(const CommandTree& program, const CommandTree& command,
                       std::string_view version) {
  const std::string name = program.name + "-" + command.name;
  const std::string path = program.name + " " + command.name;
  std::string text = Title(name, "1", version, "User Commands");
  text += ".SH NAME\n" + Roff(name) + " \\- " + Roff(command.summary) + "\n";
  text += ".SH SYNOPSIS\n" + Synopsis(path, command);
  if (!command.words.empty() || !command.flags.empty()) {
    text += ".SH OPTIONS\n" + FlagEntries(command.words) + FlagEntries(command.flags);
  }
  if (!command.commands.empty()) text += ".SH COMMANDS\n";
  for (const CommandTree& sub : command.commands) text += SubcommandPart(sub, path);
  text += Examples(command.ending);
  text += fmt::format(
      ".SH SEE ALSO\n{}(1), which has the flags of every command, the exit status "
      "and the files;\n{}(5)\n",
      Bold(program.name), Bold(program.name + ".yaml"));
  return {name + ".1", std::move(text)};
}

/// In the order in which they are looked for.
constexpr std::string_view kFiles =
    ".SH FILES\nThe configuration is the first of these that is there:\n"
    ".IP \\(bu 2\nwhat \\fB\\-\\-config\\fR names\n"
    ".IP \\(bu 2\nwhat \\fBGAMEVENTS_CONFIG\\fR names\n"
    ".IP \\(bu 2\n\\fI./gamevents.yaml\\fR\n"
    ".IP \\(bu 2\n\\fI$XDG_CONFIG_HOME/gamevents/gamevents.yaml\\fR\n"
    ".IP \\(bu 2\n\\fI/etc/gamevents/gamevents.yaml\\fR\n"
    ".PP\nThe embedded broker keeps its log in \\fBembedded.data_dir\\fR:\n"
    "\\fI$XDG_STATE_HOME/gamevents\\fR.\n"
    ".SH ENVIRONMENT\n.TP\n\\fBGAMEVENTS_\\fISECTION\\fB_\\fIKEY\\fR\n"
    "A key of the configuration, over the file: GAMEVENTS_SERVE_PORT for serve.port.\n"
    ".TP\n\\fBNO_COLOR\\fR\nNo colour on standard error.\n";

ManualPage ProgramPage(const CommandTree& program, std::string_view version) {
  std::string text = Title(program.name, "1", version, "User Commands");
  text += ".SH NAME\n" + Roff(program.name) + " \\- " + Roff(program.summary) + "\n";
  text += ".SH SYNOPSIS\n" + Synopsis(program.name, program);
  text += ".SH OPTIONS\nThey stand before or behind the command.\n" + FlagEntries(program.flags);
  text += ".SH COMMANDS\n";
  std::string_view heading;
  for (const CommandTree& command : program.commands) {
    if (command.heading != heading) text += ".SS " + Roff(command.heading) + "\n";
    heading = command.heading;
    text += fmt::format(".TP\n{}(1)\n{}\n", Bold(program.name + "-" + command.name),
                        Roff(command.summary));
  }
  text += Examples(program.ending) + ExitCodes(program.ending) + std::string(kFiles);
  text += fmt::format(".SH SEE ALSO\n{}(5)\n", Bold(program.name + ".yaml"));
  return {program.name + ".1", std::move(text)};
}

ManualPage KeysPage(const CommandTree& program, std::string_view version) {
  const std::string name = program.name + ".yaml";
  std::string text = Title(name, "5", version, "File Formats");
  text += ".SH NAME\n" + Roff(name) + " \\- configuration of gamevents\n";
  text +=
      ".SH DESCRIPTION\nA YAML file of sections. Every key can also be set by "
      "\\fB\\-\\-set\\fR and by an environment\nvariable. \\fBgamevents config show\\fR says "
      "what is set, and by whom; \\fBgamevents config check\\fR\nsays whether it is sound.\n"
      ".SH KEYS\n";
  std::string_view section;
  for (const config::Key& key : config::Keys()) {
    const std::string_view here = key.name.substr(0, key.name.find('.'));
    if (here != section) text += ".SS " + Roff(here) + "\n";
    section = here;
    text += fmt::format(
        ".TP\n{} ({}; default: {})\n{}\n", Bold(key.name), Italic(config::TypeName(key.type)),
        key.default_text.empty() ? "empty" : Roff(key.default_text), Roff(key.help));
    if (!key.choices.empty()) {
      text += Roff(fmt::format("One of: {}.", fmt::join(key.choices, ", "))) + "\n";
    }
  }
  text += fmt::format(".SH SEE ALSO\n{}(1), {}(1)\n", Bold(program.name),
                      Bold(program.name + "-config"));
  return {name + ".5", std::move(text)};
}

}  // namespace

std::vector<ManualPage> ManualPages(const CommandTree& program, std::string_view version) {
  std::vector<ManualPage> pages = {ProgramPage(program, version), KeysPage(program, version)};
  for (const CommandTree& command : program.commands) {
    pages.push_back(CommandPage(program, command, version));
  }
  return pages;
}

}  // namespace gamevents::cmd

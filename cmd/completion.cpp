#include "cmd/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace gamevents::cmd {
namespace {

/// A command, the words that lead to it, and the flags that may be given to it.
struct Reached {
  std::string path;                 ///< "gamevents state show"
  std::vector<std::string> behind;  ///< the same without the program: "state", "show"
  const CommandTree* command = nullptr;
  std::vector<FlagNode> flags;  ///< its own first, then those of the commands above it
};

bool HasName(const std::vector<FlagNode>& flags, const FlagNode& flag) {
  return std::ranges::any_of(flags, [&](const FlagNode& each) { return each.names == flag.names; });
}

void Reach(const CommandTree& command, const Reached& above, std::vector<Reached>& reached) {
  Reached here{above.path + " " + command.name, above.behind, &command, command.flags};
  here.behind.push_back(command.name);
  for (const FlagNode& flag : above.flags) {
    if (!HasName(here.flags, flag)) here.flags.push_back(flag);
  }
  reached.push_back(here);
  for (const CommandTree& sub : command.commands) Reach(sub, here, reached);
}

std::vector<Reached> AllOf(const CommandTree& program) {
  const Reached first{program.name, {}, &program, program.flags};
  std::vector<Reached> reached = {first};
  for (const CommandTree& sub : program.commands) Reach(sub, first, reached);
  return reached;
}

/// Within single quotes, as all three shells read it.
std::string InQuotes(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string(R"('\'')") : std::string(1, c);
  return quoted + "'";
}

std::vector<std::string> NamesOf(const std::vector<FlagNode>& flags, bool with_value_only) {
  std::vector<std::string> names;
  for (const FlagNode& flag : flags) {
    if (with_value_only && flag.value.empty()) continue;
    names.insert(names.end(), flag.names.begin(), flag.names.end());
  }
  return names;
}

std::vector<std::string> CommandNames(const CommandTree& command) {
  std::vector<std::string> names;
  for (const CommandTree& sub : command.commands) names.push_back(sub.name);
  return names;
}

std::vector<std::string> SuggestedWords(const CommandTree& command) {
  std::vector<std::string> words;
  for (const FlagNode& word : command.words) {
    words.insert(words.end(), word.choices.begin(), word.choices.end());
  }
  return words;
}

// --- bash ---

// What is typed is read from the line itself: COMP_WORDS is split at '=' and ':', too, and a value
// would then have to be completed in pieces. What COMPREPLY holds replaces the last piece alone.
constexpr std::string_view kBashFrame = R"(
_gamevents() {
  local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} words=() word current path value='' name
  read -ra words <<<"$line"
  current=''
  if [[ $line != *[[:space:]] ]]; then
    current=${words[-1]}
    unset 'words[-1]'
  fi
  path=gamevents
  for word in "${words[@]:1}"; do
    if [[ -n $value ]]; then
      value=''
    elif [[ $word == -* ]]; then
      [[ $word != *=* ]] && _gamevents_takes_value "$path" "$word" && value=$word
    elif _gamevents_has_command "$path" "$word"; then
      path+=" $word"
    fi
  done
  COMPREPLY=()
  if [[ -z $value && $current == --*=* ]]; then
    value=${current%%=*}
    current=${current#*=}
  fi
  if [[ -n $value ]]; then
    _gamevents_values "$path" "$value" "$current"
  elif [[ $current == -* ]]; then
    _gamevents_flags "$path"
    mapfile -t COMPREPLY < <(compgen -W "$REPLY" -- "$current")
  else
    _gamevents_words "$path"
    mapfile -t COMPREPLY < <(compgen -W "$REPLY" -- "$current")
  fi
  # Behind the last '=' or ':' of what is typed, which is where bash begins to replace.
  if [[ $current == *[=:]* ]]; then
    name=${current%"${current##*[=:]}"}
    COMPREPLY=("${COMPREPLY[@]#"$name"}")
  fi
}
complete -F _gamevents gamevents
)";

std::string BashCase(std::string_view function, const std::vector<std::string>& rows) {
  return fmt::format("{}() {{\n  case $1 in\n{}    *) REPLY='' ;;\n  esac\n}}\n", function,
                     fmt::join(rows, ""));
}

std::string BashRow(const std::string& path, const std::vector<std::string>& words) {
  return fmt::format("    {}) REPLY={} ;;\n", InQuotes(path),
                     InQuotes(fmt::format("{}", fmt::join(words, " "))));
}

std::string BashValues(const std::vector<Reached>& all) {
  std::string text = "_gamevents_values() {\n  local words=''\n  case \"$1 $2\" in\n";
  for (const Reached& each : all) {
    for (const FlagNode& flag : each.flags) {
      for (const std::string& name : flag.names) {
        const std::string label = InQuotes(each.path + " " + name);
        if (!flag.choices.empty()) {
          text += fmt::format("    {}) words={} ;;\n", label,
                              InQuotes(fmt::format("{}", fmt::join(flag.choices, " "))));
        } else if (IsPathValue(flag.value)) {
          text += fmt::format(
              "    {}) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f "
              "-- \"$3\"); return ;;\n",
              label);
        }
      }
    }
  }
  return text +
         "  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$3\")\n"
         // "--set serve." is completed to a key, behind which the value is still to come.
         "  if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi\n"
         "}\n";
}

// --- zsh ---

/// Within a specification of _arguments, where a colon and brackets have a meaning.
std::string InSpecification(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

/// What completes the value: a list, files, or nothing.
std::string ZshAction(const FlagNode& flag) {
  if (flag.choices.empty()) return IsPathValue(flag.value) ? "_files" : " ";
  const std::string words = InSpecification(fmt::format("{}", fmt::join(flag.choices, " ")));
  // Behind "serve.port=" the value is still to come, so no space is added.
  return flag.choices.front().ends_with('=') ? fmt::format("{{compadd -S \"\" - {}}}", words)
                                             : fmt::format("({})", words);
}

std::string ZshFlag(const FlagNode& flag) {
  std::string rest = fmt::format("[{}]", InSpecification(flag.help));
  if (!flag.value.empty()) {
    rest += fmt::format(":{}:{}", InSpecification(flag.value), ZshAction(flag));
  }
  std::string text;
  for (const std::string& name : flag.names) {
    // "--name=" takes its value behind '=' or as the next word.
    const bool is_long = name.starts_with("--");
    const std::string form = name + (flag.value.empty() ? "" : is_long ? "=" : "+");
    text += fmt::format("    {} \\\n", InQuotes("*" + form + rest));
  }
  return text;
}

std::string FunctionName(std::string path) {
  std::ranges::replace(path, ' ', '_');
  return "_" + path;
}

std::string ZshFunction(const Reached& each) {
  std::string text = fmt::format("{}() {{\n", FunctionName(each.path));
  text += "  local curcontext=$curcontext state line\n";
  text += "  _arguments -C -s -S \\\n";
  for (const FlagNode& flag : each.flags) text += ZshFlag(flag);
  const CommandTree& command = *each.command;
  if (command.commands.empty()) {
    const std::vector<std::string> words = SuggestedWords(command);
    text += words.empty()
                ? "    '*: :_files'\n"
                : fmt::format("    {}\n", InQuotes(fmt::format("*: :({})", fmt::join(words, " "))));
    return text + "}\n";
  }
  text += "    '1: :->command' '*:: :->rest'\n";
  text += "  case $state in\n    command)\n      local -a commands=(\n";
  for (const CommandTree& sub : command.commands) {
    text += fmt::format("        {}\n", InQuotes(sub.name + ":" + sub.summary));
  }
  text += "      )\n      _describe command commands ;;\n    rest)\n      case $line[1] in\n";
  for (const CommandTree& sub : command.commands) {
    text += fmt::format("        {}) {} ;;\n", sub.name, FunctionName(each.path + " " + sub.name));
  }
  return text + "      esac ;;\n  esac\n}\n";
}

// --- fish ---

std::string FishFlag(const FlagNode& flag, const std::string& condition) {
  std::string text = "complete -c gamevents" + condition;
  for (const std::string& name : flag.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (!flag.value.empty()) text += IsPathValue(flag.value) ? " -r -F" : " -x";
  if (!flag.choices.empty()) {
    text += " -a " + InQuotes(fmt::format("{}", fmt::join(flag.choices, " ")));
  }
  return text + " -d " + InQuotes(flag.help) + "\n";
}

}  // namespace

bool IsPathValue(const std::string& value) {
  return value.starts_with("FILE") || value.starts_with("DIR");
}

std::string BashCompletion(const CommandTree& program) {
  const std::vector<Reached> all = AllOf(program);
  std::vector<std::string> flags;
  std::vector<std::string> with_value;
  std::vector<std::string> commands;
  std::vector<std::string> words;
  for (const Reached& each : all) {
    flags.push_back(BashRow(each.path, NamesOf(each.flags, false)));
    with_value.push_back(BashRow(each.path, NamesOf(each.flags, true)));
    commands.push_back(BashRow(each.path, CommandNames(*each.command)));
    std::vector<std::string> suggested = CommandNames(*each.command);
    const std::vector<std::string> own = SuggestedWords(*each.command);
    suggested.insert(suggested.end(), own.begin(), own.end());
    words.push_back(BashRow(each.path, suggested));
  }
  return "# bash completion for gamevents, printed by `gamevents completion bash`.\n\n" +
         BashCase("_gamevents_flags", flags) + BashCase("_gamevents_valued", with_value) +
         BashCase("_gamevents_commands", commands) + BashCase("_gamevents_words", words) +
         "_gamevents_takes_value() { _gamevents_valued \"$1\"; [[ \" $REPLY \" == *\" $2 \"* ]]; "
         "}\n"
         "_gamevents_has_command() { _gamevents_commands \"$1\"; "
         "[[ \" $REPLY \" == *\" $2 \"* ]]; }\n" +
         BashValues(all) + std::string(kBashFrame.substr(1));
}

std::string ZshCompletion(const CommandTree& program) {
  std::string text =
      "#compdef gamevents\n# zsh completion for gamevents, printed by `gamevents completion "
      "zsh`.\n\n";
  for (const Reached& each : AllOf(program)) text += ZshFunction(each);
  return text +
         "# Loaded by compinit, this file is the function; it may also be sourced.\n"
         "if [[ $funcstack[1] == _gamevents ]]; then\n  _gamevents \"$@\"\nelse\n"
         "  compdef _gamevents gamevents\nfi\n";
}

std::string FishCompletion(const CommandTree& program) {
  std::string text =
      "# fish completion for gamevents, printed by `gamevents completion fish`.\n\n"
      "complete -c gamevents -f\n";
  for (const FlagNode& flag : program.flags) text += FishFlag(flag, "");
  for (const Reached& each : AllOf(program)) {
    std::string seen;
    for (const std::string& word : each.behind) {
      seen += fmt::format("; and __fish_seen_subcommand_from {}", word);
    }
    if (each.command != &program) {
      for (const FlagNode& flag : each.command->flags) {
        if (flag.names.back() == "--help") continue;  // the program's
        text += FishFlag(flag, " -n " + InQuotes(seen.substr(6)));
      }
    }
    const std::vector<std::string> names = CommandNames(*each.command);
    for (const CommandTree& sub : each.command->commands) {
      text += fmt::format("complete -c gamevents -n {} -a {} -d {}\n",
                          InQuotes(fmt::format("not __fish_seen_subcommand_from {}{}",
                                               fmt::join(names, " "), seen)),
                          sub.name, InQuotes(sub.summary));
    }
    const std::vector<std::string> words = SuggestedWords(*each.command);
    if (!words.empty()) {
      text += fmt::format("complete -c gamevents -n {} -a {}\n", InQuotes(seen.substr(6)),
                          InQuotes(fmt::format("{}", fmt::join(words, " "))));
    }
  }
  return text;
}

}  // namespace gamevents::cmd

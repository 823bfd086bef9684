#pragma once

#include <string>
#include <vector>

namespace gamevents::cmd {

/// One flag, or one argument without a flag, as its command declared it.
struct FlagNode {
  /// As they are typed: "-c", "--config"; of an argument without a flag its name alone. Names of
  /// which --help shows only the first, such as --format beside --output, are all here.
  std::vector<std::string> names;
  std::string value;                 ///< what its value is called: "FILE"; empty: it takes none
  std::string help;                  ///< one line
  std::string heading;               ///< the heading of --help under which it stands
  std::vector<std::string> choices;  ///< the values that can be suggested; empty: none are known
  std::string range{};  ///< which numbers are taken: "1 to 10"; empty: all, or no number
};

/// What is to be said of the value beside the flag's help: "1 to 10", or the values that it takes
/// where neither the help nor the value's name has them; else empty.
std::string FlagDetails(const FlagNode& flag);

/// What the process ends with, and when.
struct ExitCode {
  std::string code;
  std::string meaning;
};

/// What the --help of a command ends with.
struct HelpEnding {
  std::vector<std::string> examples{};  ///< whole command lines
  std::vector<ExitCode> exit_codes{};
  std::string note{};
};

/// A command with all that is below it: what --help, manual pages and completions are made from.
struct CommandTree {
  std::string name;     ///< its own word alone: "show"
  std::string summary;  ///< one line
  std::string heading;  ///< where it stands in the help of the command above it; may be empty
  HelpEnding ending;    ///< its own; --help of those below it ends with it, too
  std::vector<FlagNode> flags;
  std::vector<FlagNode> words;
  std::vector<CommandTree> commands;
};

}  // namespace gamevents::cmd

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
};

/// A command with all that is below it: what --help, manual pages and completions are made from.
struct CommandTree {
  std::string name;     ///< its own word alone: "show"
  std::string summary;  ///< one line
  std::string heading;  ///< where it stands in the help of the command above it; may be empty
  std::string ending;   ///< what its --help ends with: examples, and for the program its exit codes
  std::vector<FlagNode> flags;
  std::vector<FlagNode> words;
  std::vector<CommandTree> commands;
};

}  // namespace gamevents::cmd

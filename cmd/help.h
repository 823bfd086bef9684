#pragma once

#include "cmd/command.h"
#include "cmd/flags.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {

/// The subcommands that are about the other subcommands, and so are none of the table's: `help`
/// and `completion`. Must outlive CommandLine::Parse.
class HelpCommands {
 public:
  /// Declares them under the heading `group`.
  HelpCommands(Flags program, std::string_view group);
  HelpCommands(const HelpCommands&) = delete;
  HelpCommands& operator=(const HelpCommands&) = delete;

  /// Runs the one that was given, if one was: to stdout, or into the folder of --manual.
  std::optional<Exit> Run(const CommandLine& line) const;

 private:
  Flags help_;
  std::vector<std::string> names_;  // of the command that is asked about
  std::optional<std::string> manual_;
  bool markdown_ = false;
  Flags completion_;
  std::string shell_;
};

/// Prints what a command answers with, to stdout; kFailed where it cannot be written.
Exit PrintHelp(std::string_view text);

}  // namespace gamevents::cmd

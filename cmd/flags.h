#pragma once

#include "cmd/command_tree.h"
#include "core/base/result.h"
#include "core/config/load.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// The command line as the subcommands declare it. CLI11 reads it, and is known to flags.cpp alone:
// its templates cost seconds of compile time in every file that includes it.

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace gamevents::cmd {

/// What a CommandLine keeps beside CLI11's own tables.
struct Declarations {
  std::vector<config::Override> overrides;  ///< what the flags of Flags::Key were given
  std::map<const CLI::Option*, std::vector<std::string>> choices;  ///< what is suggested
  std::map<const CLI::Option*, std::string> ranges;  ///< of numbers, as FlagNode::range
  std::map<const CLI::App*, HelpEnding> endings;
};

/// A flag that was declared, to say how it stands to others. A handle, to be copied; valid as long
/// as its CommandLine.
class Flag {
 public:
  Flag(CLI::Option* option, Declarations* declarations)
      : option_(option), declarations_(declarations) {}

  /// Both together are wrong usage. Returns this flag.
  Flag Excludes(Flag other) const;
  /// This one without `other` is wrong usage. Returns this flag.
  Flag Needs(Flag other) const;
  /// What --help shows in place of the value, its range, and what the flag excludes or needs.
  /// Returns this flag.
  Flag ShownAs(std::string_view text) const;
  /// The values that a shell suggests for it. They do not limit what it takes. Returns this flag.
  Flag Suggests(std::vector<std::string> values) const;

  /// Whether it was on the command line.
  bool Given() const;

 private:
  CLI::Option* option_;
  Declarations* declarations_;
};

/// Where a text goes. A vector takes one text each time that its flag is given; the others refuse
/// a flag that is given twice.
using TextTarget =
    std::variant<std::string*, std::optional<std::string>*, std::vector<std::string>*>;

/// What is wrong with a text, for a message behind the flag's name; empty: nothing.
using TextCheck = std::string (*)(const std::string& text);

/// Where a whole number goes, as TextTarget.
using IntegerTarget =
    std::variant<int64_t*, uint64_t*, int32_t*, std::optional<int64_t>*, std::optional<uint64_t>*,
                 std::optional<int32_t>*, std::vector<int32_t>*>;

/// Which whole numbers are taken, both ends included. They must fit the target.
struct IntegerRange {
  int64_t min;
  uint64_t max;
};

/// Which numbers are taken, both ends included; finite.
struct RealRange {
  double min;
  double max;
};

/// The flags of one command. Each method declares one, in the order of --help. `names` are
/// "--long" or "-s,--long"; a name without dashes is an argument without a flag. In
/// "--long,--other" the second is another name for the same flag, which --help leaves out. A target
/// keeps its value where the flag is not given, and must outlive CommandLine::Parse. A handle, as
/// Flag.
class Flags {
 public:
  Flags(CLI::App* app, Declarations* declarations) : app_(app), declarations_(declarations) {}

  /// A flag without a value.
  Flag Switch(std::string_view names, std::string_view help, bool* target);
  /// A flag without a value that counts how often it is given.
  Flag Counter(std::string_view names, std::string_view help, int* target);
  /// `value` is what --help calls it: "FILE".
  Flag Text(std::string_view names, std::string_view value, std::string_view help,
            TextTarget target, TextCheck check = nullptr);
  /// Arguments without a flag, as many as are given.
  Flag Words(std::string_view name, std::string_view help, std::vector<std::string>* target);
  /// One of `choices`.
  Flag Choice(std::string_view names, std::string_view value, std::string_view help,
              const std::vector<std::string>& choices, std::string* target);
  /// A whole number in decimal digits. --help shows the range if one is given; otherwise every
  /// number that fits the target is taken. Nothing wraps or is clamped.
  Flag Integer(std::string_view names, std::string_view help, IntegerTarget target,
               std::optional<IntegerRange> range = std::nullopt);
  /// A number that may have a fraction or an exponent.
  Flag Real(std::string_view names, std::string_view help, std::optional<double>* target,
            RealRange range);
  /// `--port 5001` as another way to say `--set serve.port=5001`: checked and explained by the
  /// table of keys. Requires: `key` is in it.
  Flag Key(std::string_view names, std::string_view key, std::string_view help);

  /// A command below this one, of which one must then be given.
  /// It stands in the help of this one under `heading`, or with all others where that is empty.
  Flags Subcommand(std::string_view name, std::string_view summary, std::string_view heading = "");
  /// The command can be run without one of those below it, too. To be called after they were
  /// declared.
  void RunsAlone();
  /// The heading of --help under which those stand that are declared from now on.
  void BeginGroup(std::string_view heading);
  /// What --help ends with, of this command and those declared below it from now on.
  void EndHelpWith(HelpEnding ending);

  /// Whether this command was on the command line.
  bool Given() const;

 private:
  CLI::App* app_;
  Declarations* declarations_;
};

/// The whole command line: a program, its flags and its subcommands. Used by one thread.
class CommandLine {
 public:
  /// `version` is what --version prints.
  CommandLine(std::string_view name, std::string_view summary, std::string_view version);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  /// The program's own flags, which may stand before and behind those of any subcommand. To be
  /// declared before the subcommands.
  Flags flags();

  /// Reads the command line into the targets. Gives the text of --help or --version
  /// where that was asked for, and nothing where there is a command to run. Errors: kBadInput,
  /// saying what was not understood, what may have been meant, and which --help to read; kNotFound
  /// where the line ends before the subcommand that must be given, with the help that lists them.
  Result<std::optional<std::string>> Parse(int argc, const char* const* argv);

  /// The help of the subcommand that `names` lead to ("state", "show"), as its --help prints it; of
  /// the program itself without any. Errors: kBadInput, as Parse.
  Result<std::string> HelpOf(const std::vector<std::string>& names) const;

  /// Everything that was declared, in the order of --help.
  CommandTree Tree() const;

  /// What the flags of Flags::Key were given, in the order of their declaration.
  const std::vector<config::Override>& overrides() const { return declarations_.overrides; }

 private:
  std::unique_ptr<CLI::App> app_;
  Declarations declarations_;
};

}  // namespace gamevents::cmd

// The one file that knows CLI11.

#include "cmd/flags.h"

#include "core/base/terminal.h"
#include "core/base/text.h"
#include "core/config/keys.h"

#include <CLI/CLI.hpp>

#include <array>
#include <charconv>
#include <limits>
#include <memory>
#include <sstream>
#include <type_traits>
#include <utility>

namespace gamevents::cmd {
namespace {

/// The number that a target takes: T itself, or that of an optional or a vector.
template <class T>
struct NumberIn {
  using Type = T;
};
template <class T>
struct NumberIn<std::optional<T>> {
  using Type = T;
};
template <class T>
struct NumberIn<std::vector<T>> {
  using Type = T;
};

template <class Number>
struct Bounds {
  Number min;
  Number max;
};

/// Without a range, everything that the type can hold.
template <class Number>
Bounds<Number> BoundsOf(const std::optional<IntegerRange>& range) {
  using Limits = std::numeric_limits<Number>;
  if (!range) return {Limits::min(), Limits::max()};
  INVARIANT(std::in_range<Number>(range->min) && std::in_range<Number>(range->max));
  return {static_cast<Number>(range->min), static_cast<Number>(range->max)};
}

/// All of `text` as a number within `bounds`. from_chars neither wraps nor clamps, and a NaN is
/// within no bounds.
template <class Number>
std::optional<Number> ReadNumber(std::string_view text, const Bounds<Number>& bounds) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [rest, code] = std::from_chars(text.data(), end, number);
  if (code != std::errc() || rest != end) return std::nullopt;
  if (!(number >= bounds.min && number <= bounds.max)) return std::nullopt;
  return number;
}

/// The shortest exact digits: 10000000, or 1e+07 where `general` is asked for.
template <class Number>
std::string Digits(Number number, bool general = false) {
  std::array<char, 64> digits{};
  char* const end = digits.data() + digits.size();
  if constexpr (std::is_floating_point_v<Number>) {
    const auto format = general ? std::chars_format::general : std::chars_format::fixed;
    return {digits.data(), std::to_chars(digits.data(), end, number, format).ptr};
  } else {
    return {digits.data(), std::to_chars(digits.data(), end, number).ptr};
  }
}

/// The same in words: "1 to 10", "1 or more".
template <class Number>
std::string BoundsInWords(const Bounds<Number>& bounds) {
  if (bounds.max == std::numeric_limits<Number>::max()) return Digits(bounds.min) + " or more";
  return Digits(bounds.min) + " to " + Digits(bounds.max);
}

/// The range as CLI11's own validator would show it in --help.
template <class Number>
std::string ShowBounds(const Bounds<Number>& bounds) {
  const char* type = std::is_floating_point_v<Number> ? "FLOAT"
                     : std::is_unsigned_v<Number>     ? "UINT"
                                                      : "INT";
  return std::string(type) + " in [" + Digits(bounds.min, true) + " - " + Digits(bounds.max, true) +
         "]";
}

/// An option that takes one value each time; `store` gets all that were given.
CLI::Option* AddOption(CLI::App& app, std::string_view names, std::string_view value,
                       std::string_view help, CLI::callback_t store) {
  return app.add_option(std::string(names), std::move(store), std::string(help))
      ->type_name(std::string(value));
}

/// Lets the option be given several times.
void Repeat(CLI::Option* option) {
  option->expected(CLI::detail::expected_max_vector_size)->allow_extra_args(false);
}

template <class Target, class Number>
CLI::Option* AddNumber(CLI::App& app, std::string_view names, std::string_view help, Target* target,
                       const Bounds<Number>& bounds, bool is_shown) {
  constexpr bool kRepeats = std::is_same_v<Target, std::vector<Number>>;
  const auto store = [target, bounds](const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto number = ReadNumber<Number>(text, bounds);
      if (!number) return false;
      if constexpr (kRepeats) {
        target->push_back(*number);
      } else {
        *target = *number;
      }
    }
    return true;
  };
  const std::string wanted =
      std::string(std::is_floating_point_v<Number> ? "a number" : "a whole number") + " from " +
      Digits(bounds.min) + " to " + Digits(bounds.max);
  const auto check = [bounds, wanted](const std::string& text) {
    const bool is_right = ReadNumber<Number>(text, bounds).has_value();
    return is_right ? std::string() : "'" + text + "' is not " + wanted;
  };
  CLI::Option* option = AddOption(app, names, "N", help, store);
  if (kRepeats) Repeat(option);
  return option->check(check, is_shown ? ShowBounds(bounds) : "");
}

/// Of a flag with two long names --help shows the first: the other is for those who know it from
/// another command.
class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    const std::vector<std::string>& names = option->get_lnames();
    if (is_positional || names.size() < 2) {
      return CLI::Formatter::make_option_name(option, is_positional);
    }
    std::string shown;
    for (const std::string& name : option->get_snames()) shown += "-" + name + ",";
    return shown + "--" + names.front();
  }
};

/// The deepest subcommand that was given: whose flags and help are meant.
const CLI::App& Innermost(const CLI::App& app) {
  const auto given = app.get_subcommands();
  return given.empty() ? app : Innermost(*given.front());
}

std::string FullName(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : FullName(*parent) + " " + app.get_name();
}

/// The long names of the flags that may be given to `app`, its parents' too.
void AppendLongNames(const CLI::App& app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  if (app.get_parent() != nullptr) AppendLongNames(*app.get_parent(), names);
}

const CLI::App* FindSubcommand(const CLI::App& app, const std::string& name) {
  const auto found =
      app.get_subcommands([&](const CLI::App* sub) { return sub->check_name(name); });
  return found.empty() ? nullptr : found.front();
}

std::string UnknownSubcommand(const CLI::App& app, const std::string& name) {
  std::vector<std::string_view> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.emplace_back(sub->get_name());
  }
  return "unknown subcommand '" + name + "'" + DidYouMean(name, names);
}

/// What the value of a flag is called: "FILE".
std::string ValueOf(const CLI::Option& option) {
  if (option.get_items_expected_max() == 0) return "";
  if (!option.get_option_text().empty()) return option.get_option_text();
  // Behind the name stands what CLI11 says of the checks: "N:INT in [0 - 9]", "FORM:{table,json}".
  std::string value = option.get_type_name();
  for (const std::string_view check : {":INT in [", ":UINT in [", ":FLOAT in [", ":{"}) {
    value = value.substr(0, value.find(check));
  }
  return value;
}

/// The words of a value that is shown as "table|json"; those in capitals stand for something else.
std::vector<std::string> WordsOf(const std::string& value) {
  std::vector<std::string> words;
  if (value.find('|') == value.npos) return words;
  std::istringstream stream(value);
  for (std::string word; std::getline(stream, word, '|');) {
    if (word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-1") != word.npos) return {};
    words.push_back(word);
  }
  return words;
}

FlagNode NodeOf(const CLI::Option& option, const Declarations& declarations) {
  FlagNode node;
  for (const std::string& name : option.get_snames()) node.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) node.names.push_back("--" + name);
  if (option.get_positional()) node.names = {option.get_name()};
  node.value = ValueOf(option);
  node.help = option.get_description();
  node.heading = option.get_group();
  const auto choices = declarations.choices.find(&option);
  node.choices = choices != declarations.choices.end() ? choices->second : WordsOf(node.value);
  const auto range = declarations.ranges.find(&option);
  // Where something else is shown in the value's place, it says the range itself.
  if (range != declarations.ranges.end() && option.get_option_text().empty()) {
    node.range = range->second;
  }
  return node;
}

CommandTree TreeOf(const CLI::App& app, const Declarations& declarations) {
  CommandTree tree;
  tree.name = app.get_name();
  tree.summary = app.get_description();
  tree.heading = app.get_group();
  const auto ending = declarations.endings.find(&app);
  if (ending != declarations.endings.end()) tree.ending = ending->second;
  for (const CLI::Option* option : app.get_options()) {
    (option->get_positional() ? tree.words : tree.flags).push_back(NodeOf(*option, declarations));
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    tree.commands.push_back(TreeOf(*sub, declarations));
  }
  return tree;
}

/// The ending as --help prints it: parts with an empty line between them.
std::string HelpText(const HelpEnding& ending) {
  std::string examples = ending.examples.empty() ? "" : "Examples:\n";
  for (const std::string& line : ending.examples) examples += "  " + line + "\n";
  std::string codes = ending.exit_codes.empty() ? "" : "Exit codes:\n";
  for (const ExitCode& exit : ending.exit_codes) {
    codes += "  " + exit.code + std::string(5 - exit.code.size(), ' ') + exit.meaning + "\n";
  }
  std::string text;
  for (const std::string& part : {examples, codes, ending.note}) {
    if (!part.empty()) text += (text.empty() ? "" : "\n") + part;
  }
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

/// What was typed is part of the message: a line break in it must not begin another line.
Error WrongUsage(const CLI::App& app, const std::string& message) {
  return Error{Fault::kBadInput, EscapeControls(message) + "\nsee " + FullName(app) + " --help"};
}

/// Whether the line ends before the subcommand of `inner` that must be given.
bool LacksSubcommand(const CLI::App& app, const CLI::App& inner, const CLI::ParseError& error) {
  return inner.get_require_subcommand_min() > 0 && app.remaining(true).empty() &&
         dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
}

/// Says what of the command line was not understood, in one line: better than CLI11 where a slip
/// of the fingers explains it.
std::string WhatIsWrong(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& inner = Innermost(app);
  const std::vector<std::string> rest = app.remaining(true);
  if (rest.empty()) return error.what();
  const std::string& first = rest.front();
  if (first.starts_with('-')) {
    const std::string flag = first.substr(0, first.find('='));
    std::vector<std::string> names;
    // One letter is near to every other: only a word can be a slip of the fingers.
    if (flag.starts_with("--")) AppendLongNames(inner, names);
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    return "unknown flag " + flag + DidYouMean(flag, candidates);
  }
  const bool has_subcommands = !inner.get_subcommands([](const CLI::App*) { return true; }).empty();
  return has_subcommands ? UnknownSubcommand(inner, first) : error.what();
}

}  // namespace

Flag Flag::Excludes(Flag other) const {
  option_->excludes(other.option_);
  return *this;
}

Flag Flag::Needs(Flag other) const {
  option_->needs(other.option_);
  return *this;
}

Flag Flag::ShownAs(std::string_view text) const {
  option_->option_text(std::string(text));
  return *this;
}

Flag Flag::Suggests(std::vector<std::string> values) const {
  declarations_->choices[option_] = std::move(values);
  return *this;
}

bool Flag::Given() const { return option_->count() > 0; }

Flag Flags::Switch(std::string_view names, std::string_view help, bool* target) {
  return {app_->add_flag(std::string(names), *target, std::string(help)), declarations_};
}

Flag Flags::Counter(std::string_view names, std::string_view help, int* target) {
  return {app_->add_flag(std::string(names), *target, std::string(help)), declarations_};
}

Flag Flags::Text(std::string_view names, std::string_view value, std::string_view help,
                 TextTarget target, TextCheck check) {
  CLI::Option* option = std::visit(
      [&](auto* to) {
        const auto store = [to](const std::vector<std::string>& texts) {
          if constexpr (std::is_same_v<decltype(to), std::vector<std::string>*>) {
            *to = texts;
          } else {
            *to = texts.at(0);
          }
          return true;
        };
        return AddOption(*app_, names, value, help, store);
      },
      target);
  if (std::holds_alternative<std::vector<std::string>*>(target)) Repeat(option);
  if (check != nullptr) option->check(check);
  return {option, declarations_};
}

Flag Flags::Words(std::string_view name, std::string_view help, std::vector<std::string>* target) {
  return {app_->add_option(std::string(name), *target, std::string(help))->type_name(""),
          declarations_};
}

Flag Flags::Choice(std::string_view names, std::string_view value, std::string_view help,
                   const std::vector<std::string>& choices, std::string* target) {
  const auto store = [target](const std::vector<std::string>& texts) {
    *target = texts.at(0);
    return true;
  };
  CLI::Option* option = AddOption(*app_, names, value, help, store);
  return Flag(option->check(CLI::IsMember(choices)), declarations_).Suggests(choices);
}

Flag Flags::Integer(std::string_view names, std::string_view help, IntegerTarget target,
                    std::optional<IntegerRange> range) {
  return std::visit(
      [&](auto* to) {
        using Number = typename NumberIn<std::remove_pointer_t<decltype(to)>>::Type;
        const Bounds<Number> bounds = BoundsOf<Number>(range);
        CLI::Option* option = AddNumber(*app_, names, help, to, bounds, range.has_value());
        if (range) declarations_->ranges[option] = BoundsInWords(bounds);
        return Flag(option, declarations_);
      },
      target);
}

Flag Flags::Real(std::string_view names, std::string_view help, std::optional<double>* target,
                 RealRange range) {
  const Bounds<double> bounds{range.min, range.max};
  CLI::Option* option = AddNumber(*app_, names, help, target, bounds, /*is_shown=*/true);
  declarations_->ranges[option] = BoundsInWords(bounds);
  return {option, declarations_};
}

Flag Flags::Key(std::string_view names, std::string_view key, std::string_view help) {
  const config::Key* row = config::FindKey(key);
  INVARIANT(row != nullptr);
  // The name that messages use is the long one: "-p,--port" gives "--port".
  const size_t dashes = names.find("--");
  const bool is_flag = dashes != names.npos;
  const std::string origin(is_flag ? names.substr(dashes) : names);
  const auto store = [overrides = &declarations_->overrides, row,
                      origin](const std::vector<std::string>& texts) {
    overrides->push_back({std::string(row->name), texts.at(0), origin});
    return true;
  };
  const std::string_view value = is_flag ? config::TypeName(row->type) : "";
  const Flag flag(
      AddOption(*app_, names, value, std::string(help) + " [" + std::string(key) + "]", store),
      declarations_);
  return flag.Suggests({row->choices.begin(), row->choices.end()});
}

Flags Flags::Subcommand(std::string_view name, std::string_view summary, std::string_view heading) {
  app_->require_subcommand(1);
  CLI::App* command = app_->add_subcommand(std::string(name), std::string(summary));
  if (!heading.empty()) command->group(std::string(heading));
  return {command, declarations_};
}

void Flags::RunsAlone() { app_->require_subcommand(0, 1); }

void Flags::BeginGroup(std::string_view heading) {
  app_->option_defaults()->group(std::string(heading));
}

void Flags::EndHelpWith(HelpEnding ending) {
  app_->footer(HelpText(ending));
  declarations_->endings[app_] = std::move(ending);
}

bool Flags::Given() const { return app_->parsed(); }

CommandLine::CommandLine(std::string_view name, std::string_view summary, std::string_view version)
    : app_(std::make_unique<CLI::App>(std::string(summary), std::string(name))) {
  app_->set_version_flag("--version", std::string(version), "Print the version");
  app_->set_help_flag("-h,--help", "Print this help");
  app_->formatter(std::make_shared<HelpFormatter>());
  app_->fallthrough();
}

CommandLine::~CommandLine() = default;

Flags CommandLine::flags() { return {app_.get(), &declarations_}; }

Result<std::optional<std::string>> CommandLine::Parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
    return std::optional<std::string>();
  } catch (const CLI::Success& success) {  // --help and --version
    std::ostringstream text;
    app_->exit(success, text, text);
    return std::optional<std::string>(text.str());
  } catch (const CLI::ParseError& error) {
    const CLI::App& inner = Innermost(*app_);
    if (LacksSubcommand(*app_, inner, error)) return Error{Fault::kNotFound, app_->help()};
    return WrongUsage(inner, WhatIsWrong(*app_, error));
  }
}

Result<std::string> CommandLine::HelpOf(const std::vector<std::string>& names) const {
  const CLI::App* app = app_.get();
  std::string parents;
  for (const std::string& name : names) {
    const CLI::App* sub = FindSubcommand(*app, name);
    if (sub == nullptr) return WrongUsage(*app, UnknownSubcommand(*app, name));
    parents = FullName(*app);
    app = sub;
  }
  // The program's own help would be that of the subcommand that was given: help.
  if (names.empty()) {
    return app->get_formatter()->make_help(app, app->get_name(), CLI::AppFormatMode::Normal);
  }
  return app->help(parents);
}

CommandTree CommandLine::Tree() const { return TreeOf(*app_, declarations_); }

}  // namespace gamevents::cmd

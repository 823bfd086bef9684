#include "cmd/command.h"
#include "cmd/config/check.h"
#include "cmd/flags.h"
#include "core/config/describe.h"
#include "core/config/keys.h"
#include "core/problem/codes.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

struct ConfigShowOptions {
  std::vector<std::string> keys;  ///< keys, sections or entries; none: all
  bool changed = false;
  std::string output = "columns";
};

// "serve" and "serve.port" are for "serve.port".
bool IsWithin(std::string_view key, std::string_view name) {
  return key.starts_with(name) && (key.size() == name.size() || key[name.size()] == '.');
}

// Whether there is such a key or section, or it may be an entry of a key.
bool IsKnown(std::string_view name) {
  return std::ranges::any_of(config::Keys(), [&](const config::Key& key) {
    return IsWithin(key.name, name) ||
           (key.type == config::Type::kEntries && IsWithin(name, key.name));
  });
}

/// Leaves the settings that were asked for. Errors: kBadInput (there is no such key).
Status Select(const ConfigShowOptions& options, config::Loaded& loaded) {
  for (const std::string& name : options.keys) {
    if (IsKnown(name)) continue;
    return Error{Fault::kBadInput, "unknown key " + name + config::DidYouMeanKey(name)};
  }
  std::erase_if(loaded.origins, [&](const config::Origin& origin) {
    if (options.changed && origin.source == "default") return true;
    return !options.keys.empty() &&
           std::ranges::none_of(
               options.keys, [&](const std::string& name) { return IsWithin(origin.key, name); });
  });
  return Done{};
}

Result<Exit> ShowConfig(const ConfigShowOptions& options, const Context& context) {
  auto loaded = config::Load(context.config_file, context.overrides);
  if (!loaded) return FailUsage(loaded.error().context);
  if (Status selected = Select(options, *loaded); !selected) {
    return FailUsage(selected.error().context);
  }
  if (options.output == "json") return PrintAnswer(config::RenderJson(*loaded));
  if (options.output == "yaml") return PrintAnswer(config::RenderYaml(*loaded));
  return PrintAnswer(config::RenderColumns(*loaded));
}

/// Whether the configuration is sound, and the files that it names.
Result<Exit> CheckConfig(const Context& context) {
  const auto loaded = config::Load(context.config_file, context.overrides);
  if (!loaded) return FailUsage(loaded.error().context);
  std::string answer = loaded->file.value_or("no file, so the defaults") + ": OK\n";
  std::string errors;
  for (const CheckedFile& file : CheckFiles(*loaded)) {
    answer += file.path + ": OK\n";
    if (!file.error.empty()) errors += file.error + "\n";
  }
  return errors.empty() ? PrintAnswer(answer) : FailUsage(errors);
}

}  // namespace

Run DeclareConfig(Flags& flags) {
  const Flags check = flags.Subcommand(
      "check", "say what is used, and whether it and the files it names are sound");
  Flags show = flags.Subcommand("show", "print keys, their values, and who set them");
  const Flags schema = flags.Subcommand("schema", "print a JSON Schema of the file, for editors");
  const Flags docs = flags.Subcommand("docs", "print the table of all keys, in Markdown");
  const Flags errors = flags.Subcommand(
      "errors", "print the table of the codes that serve refuses with, in Markdown");
  auto options = std::make_shared<ConfigShowOptions>();
  std::vector<std::string> names;
  for (const config::Key& key : config::Keys()) names.emplace_back(key.name);
  show.Words("KEY", "A key or a section, serve.port or serve; none: all", &options->keys)
      .Suggests(std::move(names));
  show.Switch("--changed", "Only what is not at its default", &options->changed);
  show.Text("--output,--format", "FORM", "columns, yaml or json", &options->output,
            [](const std::string& form) {
              const bool known = form == "columns" || form == "yaml" || form == "json";
              return known ? std::string() : "'" + form + "' is not one of columns, yaml, json";
            })
      .Suggests({"columns", "yaml", "json"});
  return [=](const Context& context) -> Result<Exit> {
    if (check.Given()) return CheckConfig(context);
    if (schema.Given()) return PrintAnswer(config::RenderSchema());
    if (docs.Given()) return PrintAnswer(config::RenderReference());
    if (errors.Given()) return PrintAnswer(problem::RenderReference());
    INVARIANT(show.Given());
    return ShowConfig(*options, context);
  };
}

}  // namespace gamevents::cmd

#include "cmd/command.h"
#include "core/base/file.h"
#include "core/config/describe.h"
#include "core/event/catalogue.h"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <memory>

namespace gamevents::cmd {
namespace {

Result<Exit> Answer(const std::string& text) {
  if (auto written = WriteAll(STDOUT_FILENO, text); !written) {
    return std::move(written).error().In("stdout");
  }
  return Exit::kOk;
}

/// Answers with what `render` makes of what is set; a configuration that cannot be loaded is
/// explained instead.
template <class Render>
Result<Exit> WithLoaded(const Context& context, Render render) {
  const auto loaded = config::Load(context.config_file, context.overrides);
  if (!loaded) return FailUsage(loaded.error().context);
  return Answer(render(*loaded));
}

/// Whether the configuration is sound, and the catalogue that it names.
Result<Exit> Check(const Context& context) {
  const auto loaded = config::Load(context.config_file, context.overrides);
  if (!loaded) return FailUsage(loaded.error().context);
  std::string answer = loaded->file.value_or("no file, so the defaults") + ": OK\n";
  if (const std::string& file = loaded->settings.catalogue.file; !file.empty()) {
    const auto catalogue = event::Catalogue::Load(file);
    if (!catalogue) return FailUsage(catalogue.error().context);
    answer += file + ": OK\n";
  }
  return Answer(answer);
}

}  // namespace

Run DeclareConfig(CLI::App& app, std::vector<config::Override>&) {
  app.require_subcommand(1);
  CLI::App* check = app.add_subcommand("check", "say which file is used and whether it is sound");
  CLI::App* show = app.add_subcommand("show", "print every key, its value, and who set it");
  CLI::App* schema = app.add_subcommand("schema", "print a JSON Schema of the file, for editors");
  // An empty group hides it: it is for whoever changes the table of keys.
  CLI::App* docs = app.add_subcommand("docs", "print the tables of docs/configuration.md");
  docs->group("");
  auto output = std::make_shared<std::string>("columns");
  show->add_option("--output", *output, "columns, yaml or json")
      ->type_name("FORM")
      ->check([](const std::string& form) {
        const bool known = form == "columns" || form == "yaml" || form == "json";
        return known ? std::string() : "'" + form + "' is not one of columns, yaml, json";
      });
  return [=](const Context& context) -> Result<Exit> {
    if (check->parsed()) return Check(context);
    if (schema->parsed()) return Answer(config::RenderSchema());
    if (docs->parsed()) return Answer(config::RenderReference());
    INVARIANT(show->parsed());
    if (*output == "json") return WithLoaded(context, config::RenderJson);
    if (*output == "yaml") return WithLoaded(context, config::RenderYaml);
    return WithLoaded(context, config::RenderColumns);
  };
}

}  // namespace gamevents::cmd

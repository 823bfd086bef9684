#include "cmd/command.h"
#include "cmd/flags.h"
#include "core/base/file.h"
#include "core/config/describe.h"
#include "core/event/catalogue.h"

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

Run DeclareConfig(Flags& flags) {
  const Flags check = flags.Subcommand("check", "say which file is used and whether it is sound");
  Flags show = flags.Subcommand("show", "print every key, its value, and who set it");
  const Flags schema = flags.Subcommand("schema", "print a JSON Schema of the file, for editors");
  Flags docs = flags.Subcommand("docs", "print the tables of docs/configuration.md");
  docs.Hide();  // It is for people who change the table of keys.
  auto output = std::make_shared<std::string>("columns");
  show.Text("--output,--format", "FORM", "columns, yaml or json", output.get(),
            [](const std::string& form) {
              const bool known = form == "columns" || form == "yaml" || form == "json";
              return known ? std::string() : "'" + form + "' is not one of columns, yaml, json";
            });
  return [=](const Context& context) -> Result<Exit> {
    if (check.Given()) return Check(context);
    if (schema.Given()) return Answer(config::RenderSchema());
    if (docs.Given()) return Answer(config::RenderReference());
    INVARIANT(show.Given());
    if (*output == "json") return WithLoaded(context, config::RenderJson);
    if (*output == "yaml") return WithLoaded(context, config::RenderYaml);
    return WithLoaded(context, config::RenderColumns);
  };
}

}  // namespace gamevents::cmd

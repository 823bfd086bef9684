// keys: the API keys of serve, in the file of serve.api_keys_file.

#include "cmd/columns.h"
#include "cmd/command.h"
#include "cmd/flags.h"
#include "core/base/check.h"
#include "core/base/file.h"
#include "core/base/notes.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/collector/gate/key_file.h"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

using collector::ApiKey;

constexpr char kReread[] = "; serve reads its keys again on SIGHUP";

struct KeysOptions {
  std::optional<std::string> name;
  std::optional<std::string> scope;
  std::optional<std::string> rate;
  std::vector<std::string> origins;
  std::string format = "table";
};

/// The file of keys. Errors: kBadInput when none is configured.
Result<std::string> FileOf(const Context& context) {
  const std::string& path = context.config.settings.serve.api_keys_file;
  if (!path.empty()) return path;
  return Error{Fault::kBadInput,
               "there is no file of keys: set serve.api_keys_file, which serve reads, or --file"};
}

/// The key as it was asked for, without its hash. Errors: kBadInput.
Result<ApiKey> AskedKey(const KeysOptions& options) {
  ApiKey key;
  if (!options.name) return Error{Fault::kBadInput, "keys add: whose key? Give it a NAME"};
  if (Status named = collector::CheckKeyName(*options.name); !named) {
    return std::move(named).error().In("NAME");
  }
  key.name = *options.name;
  if (!options.scope) {
    return Error{Fault::kBadInput,
                 "keys add: say what the key may do: --scope write, --scope read or --scope all"};
  }
  const auto scope = collector::ParseScope(*options.scope);
  if (!scope) {
    return Error{Fault::kBadInput,
                 "--scope: '" + *options.scope + "' is not one of write, read, all"};
  }
  key.scope = *scope;
  if (options.rate) {
    const auto rate = collector::ParseKeyRate(*options.rate);
    if (!rate) return Error(rate.error()).In("--rate");
    key.rate = *rate;
  }
  for (const std::string& origin : options.origins) {
    if (!IsOrigin(origin)) {
      return Error{Fault::kBadInput, "--origin: '" + origin +
                                         "' is no origin: write it as https://game.example or "
                                         "http://localhost:8080, in lower case"};
    }
    key.origins.push_back(origin);
  }
  if (key.origins.size() <= collector::kKeyOriginsMax) return key;
  return Error{Fault::kBadInput,
               "--origin: at most " + std::to_string(collector::kKeyOriginsMax) + " of one key"};
}

/// Origins that serve.cors_origins does not have: browsers ask there first, without a key.
void NoteForeignOrigins(const ApiKey& key, const std::vector<std::string>& allowed) {
  const auto has = [&](std::string_view origin) {
    return std::ranges::find(allowed, origin) != allowed.end();
  };
  for (const std::string& origin : key.origins) {
    if (has(origin) || has("*")) continue;
    Note(NoteLevel::kWarning, "serve.cors_origins does not have " + origin +
                                  ": a page there reaches a serve of the same origin only");
  }
}

Result<Exit> AddKey(const KeysOptions& options, const Context& context) {
  auto key = AskedKey(options);
  if (!key) return FailUsage(key.error().context);
  const auto path = FileOf(context);
  if (!path) return FailUsage(path.error().context);
  const auto secret = MakeSecret();
  if (!secret) return Error(secret.error());
  const auto hash = collector::HashOf(*secret);
  INVARIANT(hash.has_value());
  key->sha256 = *hash;
  Status added = collector::EditKeyFile(
      *path, [&](std::string_view text) { return collector::WithKey(text, *key); });
  if (!added) return std::move(added).error();
  if (Status shown = WriteAll(STDOUT_FILENO, *secret + "\n"); !shown) {
    shown.error().context +=
        "; nobody has seen the key: remove " + key->name + ", and add it again";
    return std::move(shown).error().In("stdout");
  }
  Note(NoteLevel::kInfo, "added " + key->name + " to " + *path +
                             ", which keeps only a hash: the key is shown this once" + kReread);
  NoteForeignOrigins(*key, context.config.settings.serve.cors_origins);
  return Exit::kOk;
}

std::string RateOf(const ApiKey& key) {
  return key.rate > 0 ? std::to_string(key.rate) + "/s" : "-";
}

std::string OriginsOf(const ApiKey& key) {
  std::string list;
  for (const std::string& origin : key.origins) list.append(list.empty() ? "" : " ").append(origin);
  return list.empty() ? "-" : list;
}

std::string KeysAsTable(const std::vector<ApiKey>& keys) {
  std::vector<std::vector<std::string>> rows = {{"NAME", "SCOPE", "RATE", "ORIGINS"}};
  for (const ApiKey& key : keys) {
    rows.push_back({key.name, std::string(ScopeName(key.scope)), RateOf(key), OriginsOf(key)});
  }
  return InColumns(rows);
}

std::string KeysAsJson(const std::vector<ApiKey>& keys) {
  std::string json = "[";
  for (const ApiKey& key : keys) {
    json.append(json.size() > 1 ? ",\n " : "").append("{\"name\":").append(JsonString(key.name));
    json.append(",\"scope\":").append(JsonString(ScopeName(key.scope))).append(",\"rate\":");
    json.append(key.rate > 0 ? std::to_string(key.rate) : "null").append(",\"origins\":[");
    for (const std::string& origin : key.origins) {
      json.append(json.ends_with('[') ? "" : ",").append(JsonString(origin));
    }
    json += "]}";
  }
  return json + "]\n";
}

Result<Exit> ListKeys(const KeysOptions& options, const Context& context) {
  const auto path = FileOf(context);
  if (!path) return FailUsage(path.error().context);
  const auto keys = collector::ReadKeyFile(*path);
  if (!keys) return Error(keys.error());
  return PrintAnswer(options.format == "json" ? KeysAsJson(*keys) : KeysAsTable(*keys));
}

Result<Exit> RemoveKey(const KeysOptions& options, const Context& context) {
  if (!options.name) return FailUsage("keys remove: which key? Give its NAME");
  const auto path = FileOf(context);
  if (!path) return FailUsage(path.error().context);
  Status removed = collector::EditKeyFile(
      *path, [&](std::string_view text) { return collector::WithoutKey(text, *options.name); });
  if (!removed) return std::move(removed).error();
  Note(NoteLevel::kInfo, "removed " + *options.name + " from " + *path + kReread);
  return Exit::kOk;
}

Flags DeclareOne(Flags& keys, std::string_view name, std::string_view summary) {
  Flags flags = keys.Subcommand(name, summary);
  flags.Key("--file", "serve.api_keys_file", "The file of keys");
  return flags;
}

}  // namespace

Run DeclareKeys(Flags& flags) {
  auto options = std::make_shared<KeysOptions>();
  Flags add = DeclareOne(flags, "add", "make a key, print it once and store its hash");
  add.Text("NAME", "TEXT", "Whose key it is, for logs and lists", &options->name);
  add.Text("--scope", "write|read|all",
           "write: send events and buy; read: query, report and watch; all: both", &options->scope);
  add.Text("--rate", "N/s", "Take at most N requests a second with it", &options->rate);
  add.Text("--origin", "ORIGIN", "Take it only from pages of this origin; may be repeated",
           &options->origins);
  Flags list = DeclareOne(flags, "list", "print the keys' names and what they may do");
  list.Choice("--format,--output", "table|json", "How the list is written (table)",
              {"table", "json"}, &options->format);
  Flags remove = DeclareOne(flags, "remove", "remove a key");
  remove.Text("NAME", "TEXT", "The name it was added under", &options->name);
  return [=](const Context& context) -> Result<Exit> {
    if (add.Given()) return AddKey(*options, context);
    if (list.Given()) return ListKeys(*options, context);
    INVARIANT(remove.Given());
    return RemoveKey(*options, context);
  };
}

}  // namespace gamevents::cmd

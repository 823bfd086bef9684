#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::config {

/// A key set outside the file: `--set serve.port=5001` or a command's own `--port 5001`.
struct Override {
  std::string key;     ///< "serve.port"
  std::string value;   ///< "5001", as text
  std::string origin;  ///< "--set" or "--port", for messages and `config show`
};

/// Where a setting came from.
struct Origin {
  std::string key;
  std::string value;   ///< as text, secrets replaced
  std::string source;  ///< "default", "gamevents.yaml:3", "GAMEVENTS_SERVE_PORT", "--set"
};

struct Loaded {
  Settings settings;
  std::vector<Origin> origins;      ///< every key, in the table's order
  std::optional<std::string> file;  ///< the file that was read
};

/// Reads the file (`path`, or the first of the search order that exists), the environment and
/// `overrides` onto the defaults, each over the one before.
/// Errors: kBadInput ("gamevents.yaml:3:5: unknown key serve.prot; did you mean serve.port?");
/// kNotFound when `path` was given and is not there.
Result<Loaded> Load(const std::optional<std::string>& path, const std::vector<Override>& overrides);

}  // namespace gamevents::config

#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"

#include <functional>
#include <map>
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
  std::string value;    ///< as text, secrets replaced
  std::string source;   ///< "default", "gamevents.yaml:3", "GAMEVENTS_SERVE_PORT", "--set"
  bool secret = false;  ///< whether `value` stands for a text that is never printed
};

struct Loaded {
  Settings settings;
  std::vector<Origin> origins;      ///< every key, in the table's order
  std::optional<std::string> file;  ///< the file that was read
};

/// Variables by name, as the process was started with them.
using Environment = std::map<std::string, std::string, std::less<>>;

/// Reads the file (`path`, or the first of the search order that exists), the environment and
/// `overrides` onto the defaults, each over the one before.
/// Errors: kBadInput ("gamevents.yaml:3:5: unknown key serve.prot; did you mean serve.port?"),
/// everything that is wrong at once, one a line; kNotFound when `path` or $GAMEVENTS_CONFIG names
/// a file that is not there; kFull, kIo when a file cannot be read.
Result<Loaded> Load(const std::optional<std::string>& path, const std::vector<Override>& overrides);

/// The same with an environment given: what Load does with the process's own.
Result<Loaded> LoadFrom(const std::optional<std::string>& path,
                        const std::vector<Override>& overrides, const Environment& environment);

}  // namespace gamevents::config

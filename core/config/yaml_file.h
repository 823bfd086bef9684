#pragma once

#include "core/base/result.h"
#include "core/config/apply.h"

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace gamevents::config {

/// A configuration is a page of text; more than this is some other file.
inline constexpr size_t kFileBytesMax = 256 * 1024;
/// The longest secret that `{file: PATH}` takes.
inline constexpr size_t kSecretBytesMax = 64 * 1024;

/// What a file says, and everything that is wrong with it.
struct FileContent {
  std::vector<Assignment> assignments;           ///< in the file's order
  std::set<std::string, std::less<>> variables;  ///< what `{env: NAME}` names
  std::vector<std::string> errors;  ///< "gamevents.yaml:3:5: unknown key serve.prot; …"
};

/// Reads YAML `text`, which came from `path`. Aliases are never expanded beyond the one value
/// that they stand for, so the work is bounded by the text. `{file: PATH}` (from the file's own
/// folder when relative) and `{env: NAME}` (from `environment`) are replaced by what they name.
FileContent ReadYaml(const std::string& path, const std::string& text,
                     const Environment& environment);

}  // namespace gamevents::config

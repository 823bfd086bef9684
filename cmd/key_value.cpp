#include "cmd/key_value.h"

#include <cstddef>

namespace gamevents::cmd {

std::optional<std::pair<std::string, std::string>> CutKeyValue(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) return std::nullopt;
  return std::pair{text.substr(0, equals), text.substr(equals + 1)};
}

}  // namespace gamevents::cmd

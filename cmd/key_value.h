#pragma once

#include <optional>
#include <string>
#include <utility>

namespace gamevents::cmd {

/// The two sides of KEY=VALUE, at the first '='. The value may be empty; nullopt where there is no
/// '=', or nothing before it.
std::optional<std::pair<std::string, std::string>> CutKeyValue(const std::string& text);

}  // namespace gamevents::cmd

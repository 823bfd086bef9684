#pragma once

#include "core/base/result.h"

#include <string_view>

namespace gamevents::cmd {

/// Asks a person at a terminal: "question [y/N] " on stderr, and a line of stdin. Whether that is
/// "y" or "yes". Errors: kBadInput where stdin is no terminal, so that a script says --yes.
Result<bool> Confirm(std::string_view question);

}  // namespace gamevents::cmd

#pragma once

#include "core/base/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace gamevents {

/// Reads a moment as people say it, "yesterday" or "2h" (ago), and gives it as a text in UTC,
/// "2026-11-23T10:00:00.000Z". Errors: kBadInput, naming what is allowed.
using ReadMoment = std::function<Result<std::string>(std::string_view)>;

/// For a check of a text whose moments do not matter: takes any, as some time.
inline Result<std::string> TakeAnyMoment(std::string_view) { return std::string("0"); }

}  // namespace gamevents

#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace gamevents::cmd {

/// Reads the escape at the start of `text` (which begins with a backslash) as kcat does, appends
/// its character to `out`, and gives how many characters of `text` it took: \n \r \t \0 \\ \xNN.
/// Errors: kBadInput for any other.
Result<size_t> AppendEscape(std::string& out, std::string_view text);

/// `text` with its escapes read. Errors: as AppendEscape.
Result<std::string> Unescape(std::string_view text);

}  // namespace gamevents::cmd

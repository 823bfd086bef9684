#pragma once

#include <string>
#include <string_view>

namespace gamevents {

/// `text` with what a terminal would obey (C0, DEL, C1) written as "\x1B", but for the characters
/// in `keep`. A lone byte that is C1 in an 8-bit terminal counts, too; other bytes stay as they
/// are.
std::string EscapeControls(std::string_view text, std::string_view keep = {});

}  // namespace gamevents

#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string_view>

namespace gamevents::event {

/// kBadInput for what stands at byte `position` of `text`: "column 9: `what`", then the line
/// itself, then a caret under the place. Columns count characters (code points) from 1; a text of
/// several lines gets "line 2, column 9". Long lines are cut around the place; control characters,
/// in `what` too, are shown as blanks. Requires: `text` is UTF-8 and position <= text.size().
Error PointAt(std::string_view text, size_t position, std::string_view what);

}  // namespace gamevents::event

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace gamevents::collector {

// JSON text cut into pieces without reading it: by brackets and quotes only. A parser has checked
// the text before, or checks each piece after. Every function takes linear time and no recursion.

/// The first place at or after `at` that is not JSON's white space; text.size() if there is none.
size_t SkipSpace(std::string_view text, size_t at);

/// Where the value that begins at `at` ends: behind its closing bracket or quote, else at the first
/// comma, closing bracket or white space. npos when the text ends within it.
size_t EndOfValue(std::string_view text, size_t at);

/// Calls `visit(name, value)` for each member of `object` in its order, both as they are written:
/// the name with its quotes and escapes. Requires: `object` is one valid JSON object.
void ForEachMember(std::string_view object,
                   const std::function<void(std::string_view name, std::string_view value)>& visit);

/// Appends `json` without its line breaks and the indentation behind them. Requires: valid JSON,
/// in which a line break can only stand between tokens, where it means nothing.
void AppendOneLine(std::string& out, std::string_view json);

}  // namespace gamevents::collector

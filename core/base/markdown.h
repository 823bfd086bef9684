#pragma once

#include <string>
#include <string_view>

namespace gamevents {

/// `text` so that GitHub Flavored Markdown (github.github.com/gfm) shows it as it is, in a cell of
/// a table too: what may begin or end markup, an entity, HTML or the next cell has a backslash
/// before it. Line breaks stay.
std::string EscapeMarkdown(std::string_view text);

}  // namespace gamevents

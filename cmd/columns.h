#pragma once

#include <string>
#include <vector>

namespace gamevents::cmd {

/// Lines of cells in columns, each as wide as its widest cell and two blanks; the last cell of a
/// line is followed by nothing. Requires: rows of the same length, in UTF-8 without control
/// characters.
std::string InColumns(const std::vector<std::vector<std::string>>& rows);

}  // namespace gamevents::cmd

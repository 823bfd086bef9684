#include "cmd/columns.h"

#include "core/report/table/spark_text.h"

#include <algorithm>
#include <cstddef>

namespace gamevents::cmd {

std::string InColumns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(row.size());
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], report::DisplayWidth(row[i]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      const bool is_last = i + 1 == row.size();
      text.append(is_last ? 0 : widths[i] + 2 - report::DisplayWidth(row[i]), ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace gamevents::cmd

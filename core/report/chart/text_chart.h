#pragma once

#include "core/report/chart/picture.h"

#include <cstddef>
#include <string>

namespace gamevents::report {

/// How a terminal is drawn on.
struct TextDrawing {
  size_t width = 80;      ///< columns, at least kTextWidthMin
  bool is_ascii = false;  ///< for a locale that is not UTF-8
  bool is_colored = false;
};
inline constexpr size_t kTextWidthMin = 40;

/// The picture in lines of text: bars by eighths of a block, a course by columns of them, parts by
/// shades, and values as numbers. What a terminal would obey is escaped.
std::string TextChart(const Picture& picture, const TextDrawing& drawing);

}  // namespace gamevents::report

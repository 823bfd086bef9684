#include "core/report/chart/picture_text.h"
#include "core/report/chart/scale.h"
#include "core/report/table/utf8.h"
#include "core/report/write/chart.h"
#include "core/report/write/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace gamevents::report {
namespace {

/// Shades, of which the first is that of nothing.
constexpr int kHeatShades = 10;

/// The largest value that is not the whole: on the first day all users are there, and beside that
/// every other day would be pale.
double LargestPart(const Picture& picture) {
  double largest = 0;
  for (const Series& series : picture.series) {
    for (const auto& value : series.values) {
      if (value && !(picture.is_shares && *value >= 1)) largest = std::max(largest, *value);
    }
  }
  return largest;
}

int ShadeOf(double value, double largest) {
  if (value <= 0 || largest <= 0) return 0;
  return std::clamp(static_cast<int>(std::ceil(value / largest * (kHeatShades - 1))), 1,
                    kHeatShades - 1);
}

std::string HeadText(const std::string& name) { return HtmlText(ReplaceMalformed(name)); }

void AppendHeat(std::string& out, const Picture& picture, const std::optional<double>& value,
                double largest) {
  if (!value) {
    out += "<td class=\"number null\">–</td>";
    return;
  }
  out += fmt::format("<td class=\"number h{}\">{}</td>", ShadeOf(*value, largest),
                     ValueText(picture, *value));
}

}  // namespace

std::string HeatTable(const Picture& picture) {
  const double largest = LargestPart(picture);
  std::string out = fmt::format(
      "<div class=\"scroll heat\" role=\"region\" aria-label=\"Heat map: {0}\" tabindex=\"0\">\n"
      "<table>\n<caption>Heat map: {0}. A darker cell is a larger value.</caption>\n<thead><tr>"
      "<th scope=\"col\">{1}</th>",
      HtmlText(picture.name), HeadText(picture.rows_name));
  if (!picture.sizes.empty()) out += "<th scope=\"col\" class=\"number\">users</th>";
  for (const Series& series : picture.series) {
    out += fmt::format("<th scope=\"col\" class=\"number\">{}</th>", HeadText(series.name));
  }
  out += "</tr></thead>\n<tbody>\n";
  for (size_t row = 0; row < picture.labels.size(); ++row) {
    out += fmt::format("<tr><th scope=\"row\">{}</th>", HeadText(picture.labels[row]));
    if (!picture.sizes.empty()) {
      out += fmt::format("<td class=\"number\">{}</td>", FullNumber(picture.sizes[row]));
    }
    for (const Series& series : picture.series) {
      AppendHeat(out, picture, series.values[row], largest);
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n</div>\n";
}

}  // namespace gamevents::report

#include "core/report/write/chart.h"

namespace gamevents::report {

std::string ChartHtml(const Picture& picture) {
  if (picture.Positions() == 0) return "<p class=\"empty\">There is nothing to show yet.</p>\n";
  switch (picture.kind) {
    case ChartKind::kLine:
      return LineChart(picture);
    case ChartKind::kFunnel:
      return FunnelChart(picture);
    case ChartKind::kHeatmap:
      return HeatTable(picture);
    case ChartKind::kStacked:
    case ChartKind::kHistogram:
      return picture.HasAxis() ? ColumnChart(picture) : BarChart(picture);
    case ChartKind::kBars:
    case ChartKind::kAuto:
    case ChartKind::kNone:
      return BarChart(picture);
  }
  return {};
}

}  // namespace gamevents::report

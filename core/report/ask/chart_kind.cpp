#include "core/report/ask/chart_kind.h"

#include <algorithm>
#include <array>

namespace gamevents::report {
namespace {

/// By ChartKind.
constexpr auto kChartNames = std::to_array<std::string_view>(
    {"auto", "line", "bars", "stacked", "heatmap", "histogram", "funnel", "none"});

}  // namespace

std::span<const std::string_view> ChartNames() { return kChartNames; }

std::optional<ChartKind> ChartNamed(std::string_view name) {
  const auto found = std::ranges::find(kChartNames, name);
  if (found == kChartNames.end()) return std::nullopt;
  return static_cast<ChartKind>(found - kChartNames.begin());
}

std::string_view NameOf(ChartKind kind) { return kChartNames.at(static_cast<size_t>(kind)); }

}  // namespace gamevents::report

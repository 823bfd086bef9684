#pragma once

#include "core/report/ask/time_step.h"
#include "core/report/ask/view.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace gamevents::report {

/// What an answer is drawn as.
enum class ChartKind : uint8_t {
  kAuto,  ///< what suits it
  kLine,
  kBars,
  kStacked,
  kHeatmap,
  kHistogram,
  kFunnel,
  kNone,
};

/// "auto", "line", …, "none": by ChartKind.
std::span<const std::string_view> ChartNames();
std::optional<ChartKind> ChartNamed(std::string_view name);
std::string_view NameOf(ChartKind kind);

/// What is asked of the pictures of an answer, and what is known of its table from the question.
struct ChartOptions {
  ChartKind kind = ChartKind::kNone;
  /// Columns that its groups are made by, from the first; 0: as the cells suggest, since a
  /// statement does not say.
  size_t keys = 0;
  size_t value = 0;       ///< the column that is drawn; 0: the first with numbers
  bool adds_up = false;   ///< the sum of two groups' values is that of their union
  bool by_parts = false;  ///< the groups of a step are parts of a whole, by the first field alone
  std::optional<TimeStep> step{};  ///< of the times in the first column
  std::optional<ViewKind> view{};
};

}  // namespace gamevents::report

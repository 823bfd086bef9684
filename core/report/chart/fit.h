#pragma once

#include "core/report/ask/chart_kind.h"
#include "core/report/chart/picture.h"

#include <cstddef>

namespace gamevents::report {

// What a picture holds, brought to what an eye takes in. What is left out goes to its note.

/// Leaves the `most` largest series, the largest first; the others become one where values add up,
/// else the picture's note says how many are left out.
void BoundSeries(Picture& picture, bool adds_up, size_t most);

/// Gives a picture along times, of values that add up, a position for each step, zero where nothing
/// was; beyond `most` positions, longer steps. Values that do not add up stay as they are, the last
/// `most` of them.
void FillSteps(Picture& picture, const ChartOptions& options, size_t most);

/// The same of numbers: at most `most` equal steps, each by its lower end.
void FillNumbers(Picture& picture, size_t most);

/// Leaves the first `most` rows, and makes the positions of an axis their labels.
void LabelRows(Picture& picture, size_t most);

}  // namespace gamevents::report

#pragma once

#include "core/base/result.h"
#include "core/report/ask/chart_kind.h"
#include "core/report/chart/picture.h"
#include "core/report/table/cell.h"

#include <optional>
#include <vector>

namespace gamevents::report {

/// The pictures of the views that have some of their own: a curve and a heat map of who came back,
/// bars for each list of the first ones and for the variants of an experiment, lines of what was
/// gained and lost. nullopt for all other answers and kinds.
/// Errors: kBadInput for a kind that does not suit the view.
Result<std::optional<std::vector<Picture>>> PicturesOfView(const Table& table,
                                                           const ChartOptions& options);

}  // namespace gamevents::report

#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/report/ask/chart_kind.h"
#include "core/report/chart/picture.h"
#include "core/report/table/cell.h"

#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// The pictures of an answer, called `name`: as `options` asks, or for kAuto what suits it, if
/// anything does. Times are a line, names are bars, numbers are a histogram, and two things to
/// group by are several lines or stacked parts. `now` says which step of time is not over yet.
/// Errors: kBadInput when what was asked for does not suit the answer, with what would.
Result<std::vector<Picture>> PicturesOf(const Table& table, const ChartOptions& options,
                                        std::string_view name, TimestampMs now);

/// "2026-11-27 10:00" when the last row is of a step of time that is not over yet at `now`, else
/// "".
std::string UnfinishedStep(const Table& table, const ChartOptions& options, TimestampMs now);

}  // namespace gamevents::report

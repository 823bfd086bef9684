#pragma once

#include "core/base/clock.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gamevents::report {

// Numbers and times along the axis of a chart.

/// An axis from `low` to `high`, both multiples of `step`, and `step` 1, 2 or 5 times a power
/// of ten.
struct Scale {
  double low = 0;
  double high = 1;
  double step = 1;

  /// Where `value` is between low (0) and high (1).
  double Position(double value) const { return (value - low) / (high - low); }
  /// low, low + step, …, high.
  std::vector<double> Ticks() const;
};

/// 1, 2 or 5 times a power of ten, at least `rough`. Requires: rough > 0.
double NiceStep(double rough);

/// The scale for values in [low, high] and zero, with about `intervals` steps; steps of whole
/// values are whole. Requires: finite values, low <= high, intervals > 0.
Scale NiceScale(double low, double high, size_t intervals, bool whole);

/// "1,234,567.5" of "1234567.5". Requires: a number in plain digits.
std::string WithCommas(std::string digits);

/// "1,234,567", "-0.5", "1.0E20": for a value in a chart.
std::string FullNumber(double value);

/// "1.2M", "500", "0.25": for a tick.
std::string ShortNumber(double value);

/// The shortest of the usual durations (1, 5, 10, 30 seconds …, minutes, hours, days) that is a
/// multiple of `unit` and cuts `span` into at most `pieces`; beyond them a multiple of `unit`. All
/// in milliseconds. Requires: span >= 0, unit > 0, pieces > 0.
int64_t NiceDuration(int64_t span, int64_t unit, int64_t pieces);

/// "minute", "10 minutes", "day".
std::string DurationName(int64_t duration_ms);

/// A time on the axis: "10:30" over "Nov 23"; the date only where it is new.
struct TimeTick {
  int64_t time_ms = 0;
  std::string label;
  std::string below;
};

/// Ticks at `times`, which are `step` or more apart: of days by their date, else by the time of
/// day.
std::vector<TimeTick> TicksAt(const std::vector<int64_t>& times, int64_t step_ms);

/// At most `intervals` + 1 ticks within [begin, end], at round times (UTC).
/// Requires: begin <= end, intervals > 0.
std::vector<TimeTick> TimeTicks(int64_t begin_ms, int64_t end_ms, size_t intervals);

}  // namespace gamevents::report

#include "core/report/chart/scale.h"

#include "core/base/check.h"
#include "core/report/table/spark_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace gamevents::report {
namespace {

constexpr int64_t kSecond = 1'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

constexpr auto kDurations = std::to_array<int64_t>(
    {kSecond,     5 * kSecond,  10 * kSecond, 30 * kSecond, kMinute,  2 * kMinute,
     5 * kMinute, 10 * kMinute, 15 * kMinute, 30 * kMinute, kHour,    2 * kHour,
     3 * kHour,   6 * kHour,    12 * kHour,   kDay,         2 * kDay, 7 * kDay,
     14 * kDay,   30 * kDay,    90 * kDay,    365 * kDay});

/// Whole numbers up to here are exact in a double.
constexpr double kExactMax = 9e15;

constexpr auto kMonths = std::to_array<std::string_view>(
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"});

/// "Nov 23" and "2026" of "2026-11-23T…".
std::string MonthAndDay(const std::string& time) {
  const auto month = static_cast<size_t>((time[5] - '0') * 10 + (time[6] - '0'));
  return fmt::format("{} {}", kMonths[std::clamp<size_t>(month, 1, 12) - 1],
                     time.substr(time[8] == '0' ? 9 : 8, time[8] == '0' ? 1 : 2));
}

}  // namespace

std::string WithCommas(std::string digits) {
  const size_t begin = digits.starts_with('-') ? 1 : 0;
  const size_t end = std::min(digits.find('.'), digits.size());
  for (size_t at = end; at > begin + 3;) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

double NiceStep(double rough) {
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::vector<double> Scale::Ticks() const {
  std::vector<double> ticks;
  const auto count = static_cast<int>(std::lround((high - low) / step));
  for (int i = 0; i <= count; ++i) ticks.push_back(low + step * i);
  return ticks;
}

Scale NiceScale(double low, double high, size_t intervals, bool whole) {
  INVARIANT(std::isfinite(low));
  INVARIANT(std::isfinite(high));
  INVARIANT(low <= high);
  INVARIANT(intervals > 0);
  low = std::min(low, 0.0);
  high = std::max(high, 0.0);
  if (high <= low) high = low + 1;
  double step =
      NiceStep(high / static_cast<double>(intervals) - low / static_cast<double>(intervals));
  if (whole) step = std::max(step, 1.0);
  return {std::floor(low / step) * step, std::ceil(high / step - 1e-9) * step, step};
}

std::string FullNumber(double value) {
  if (std::abs(value) < kExactMax && std::floor(value) == value) {
    return WithCommas(std::to_string(static_cast<int64_t>(value)));
  }
  return std::abs(value) < kExactMax ? fmt::format("{:.6g}", value) : JavaDouble(value);
}

std::string ShortNumber(double value) {
  static constexpr auto kUnits = std::to_array<std::pair<double, std::string_view>>(
      {{1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}});
  if (std::abs(value) >= 1e15) return fmt::format("{:.3g}", value);
  for (const auto& [size, letter] : kUnits) {
    if (std::abs(value) >= size) return fmt::format("{:.3g}{}", value / size, letter);
  }
  return fmt::format("{:.4g}", std::abs(value) < 1e-12 ? 0.0 : value);
}

int64_t NiceDuration(int64_t span, int64_t unit, int64_t pieces) {
  INVARIANT(span >= 0);
  INVARIANT(unit > 0);
  INVARIANT(pieces > 0);
  if (span / unit < pieces) return unit;
  for (const int64_t duration : kDurations) {
    if (duration % unit == 0 && span / duration < pieces) return duration;
  }
  return unit * (span / unit / pieces + 1);
}

std::string DurationName(int64_t duration_ms) {
  static constexpr auto kNames = std::to_array<std::pair<int64_t, std::string_view>>(
      {{kDay, "day"}, {kHour, "hour"}, {kMinute, "minute"}, {kSecond, "second"}});
  for (const auto& [size, name] : kNames) {
    if (duration_ms % size != 0) continue;
    return duration_ms == size ? std::string(name)
                               : fmt::format("{} {}s", duration_ms / size, name);
  }
  return fmt::format("{} ms", duration_ms);
}

std::vector<TimeTick> TicksAt(const std::vector<int64_t>& times, int64_t step_ms) {
  std::vector<TimeTick> ticks;
  std::string before;
  for (const int64_t time : times) {
    const std::string text = FormatTimestamp(TimestampMs(time));
    const bool days = step_ms >= kDay;
    TimeTick tick{time, days ? MonthAndDay(text) : text.substr(11, step_ms < kMinute ? 8 : 5),
                  days ? text.substr(0, 4) : MonthAndDay(text)};
    if (tick.below == before) {
      tick.below.clear();
    } else {
      before = tick.below;
    }
    ticks.push_back(std::move(tick));
  }
  return ticks;
}

std::vector<TimeTick> TimeTicks(int64_t begin_ms, int64_t end_ms, size_t intervals) {
  INVARIANT(begin_ms <= end_ms);
  INVARIANT(intervals > 0);
  const int64_t step =
      NiceDuration(end_ms - begin_ms, kSecond, static_cast<int64_t>(intervals) + 1);
  const int64_t past = begin_ms % step;
  std::vector<int64_t> times;
  for (int64_t time = past == 0 ? begin_ms : begin_ms - past + step; time <= end_ms; time += step) {
    times.push_back(time);
  }
  return TicksAt(times, step);
}

}  // namespace gamevents::report

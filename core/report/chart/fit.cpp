#include "core/report/chart/fit.h"

#include "core/report/ask/time_step.h"
#include "core/report/chart/grid.h"
#include "core/report/chart/picture_text.h"
#include "core/report/chart/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

/// Of a step: what rounding may take from numbers like 0.1.
constexpr double kRounding = 1e-6;

double SumOf(const Series& series) {
  double sum = 0;
  for (const auto& value : series.values) sum += std::abs(value.value_or(0));
  return sum;
}

/// The start of the step after the one at `clock`, on a clock that is never changed.
int64_t NextStart(const TimeStep& step, int64_t clock) {
  constexpr int64_t kDay = 86'400'000;
  constexpr int64_t kLongMonth = 32 * kDay;
  switch (step.unit) {
    case TimeStep::Unit::kMillisecond:
      return clock + step.count;
    case TimeStep::Unit::kWeek:
      return clock + 7 * kDay * step.count;
    case TimeStep::Unit::kMonth:
      return StartOf({step.unit, step.count, {}}, clock + kLongMonth * step.count);
  }
  return clock + step.count;
}

/// The picture's positions become `starts`, each with the sum of what it had within that step.
/// `slack`: how far rounding may have put a position before the start that is its own.
void MoveTo(Picture& picture, std::vector<double> starts, double slack = 0) {
  for (Series& series : picture.series) {
    std::vector<std::optional<double>> moved(starts.size(), 0.0);
    for (size_t i = 0; i < series.values.size(); ++i) {
      const auto next = std::ranges::upper_bound(starts, picture.at[i] + slack);
      if (next == starts.begin()) continue;
      *moved[static_cast<size_t>(next - starts.begin()) - 1] += series.values[i].value_or(0);
    }
    series.values = std::move(moved);
  }
  picture.at = std::move(starts);
}

/// Leaves the last `most` positions.
void KeepLast(Picture& picture, size_t most) {
  if (picture.at.size() <= most) return;
  const auto less = static_cast<ptrdiff_t>(picture.at.size() - most);
  AddNote(picture.note, fmt::format("Only the last {} of {} are drawn.", most, picture.at.size()));
  picture.at.erase(picture.at.begin(), picture.at.begin() + less);
  for (Series& series : picture.series) {
    series.values.erase(series.values.begin(), series.values.begin() + less);
  }
}

}  // namespace

void BoundSeries(Picture& picture, bool adds_up, size_t most) {
  std::ranges::stable_sort(picture.series, std::ranges::greater{}, SumOf);
  const size_t all = picture.series.size();
  if (all <= most) return;
  if (!adds_up) {
    picture.series.resize(most);
    AddNote(picture.note, fmt::format("Only the {} largest of {} are drawn.", most, all));
    return;
  }
  Series rest{fmt::format("{} other", WithCommas(std::to_string(all - most + 1))),
              std::vector<std::optional<double>>(picture.Positions()), true};
  for (size_t i = most - 1; i < all; ++i) {
    for (size_t at = 0; at < rest.values.size(); ++at) {
      if (const auto& value = picture.series[i].values[at])
        rest.values[at] = rest.values[at].value_or(0) + *value;
    }
  }
  picture.series.resize(most - 1);
  picture.series.push_back(std::move(rest));
}

void FillSteps(Picture& picture, const ChartOptions& options, size_t most) {
  if (picture.at.empty()) return;
  if (!options.adds_up) return KeepLast(picture, most);
  int64_t unit = 0;  // the longest duration that all times are multiples of
  for (const double at : picture.at) unit = std::gcd(unit, static_cast<int64_t>(at));
  const bool of_one_length = !options.step || options.step->unit == TimeStep::Unit::kMillisecond;
  const TimeStep step =
      options.step.value_or(StepsOf(std::chrono::milliseconds(std::max<int64_t>(unit, 1))));
  const auto first = static_cast<int64_t>(picture.at.front());
  const auto last = static_cast<int64_t>(picture.at.back());
  std::vector<double> starts;
  for (int64_t at = first; at <= last && starts.size() <= most; at = NextStart(step, at)) {
    starts.push_back(static_cast<double>(at));
  }
  if (starts.size() <= most) {
    picture.step = static_cast<double>(NextStart(step, last) - last);
    return MoveTo(picture, std::move(starts));
  }
  const int64_t longer = NiceDuration(last - first, of_one_length ? step.count : 86'400'000,
                                      static_cast<int64_t>(most));
  starts.clear();
  for (int64_t at = first - first % longer; at <= last; at += longer) {
    starts.push_back(static_cast<double>(at));
  }
  picture.step = static_cast<double>(longer);
  AddNote(picture.note, fmt::format("Added up by {}.", DurationName(longer)));
  MoveTo(picture, std::move(starts));
}

void FillNumbers(Picture& picture, size_t most) {
  if (picture.at.size() < 2) return;
  const double first = picture.at.front();
  const double last = picture.at.back();
  double gap = last - first;
  for (size_t i = 1; i < picture.at.size(); ++i) {
    gap = std::min(gap, picture.at[i] - picture.at[i - 1]);
  }
  const bool is_even = std::ranges::all_of(picture.at, [&](double at) {
    const double place = (at - first) / gap;
    return std::abs(place - std::round(place)) < kRounding;
  });
  // A few prices with odd distances stand side by side, each under its own.
  if (!is_even && picture.at.size() <= most) return;
  double low = first;
  double step = 0;  // each value stands for itself
  if (!is_even || (last - first) / gap >= static_cast<double>(most)) {
    const bool is_whole =
        std::ranges::all_of(picture.at, [](double at) { return std::floor(at) == at; });
    gap = NiceStep((last - first) / (static_cast<double>(most) / 2));
    if (is_whole) gap = std::max(gap, 1.0);
    low = std::floor(first / gap) * gap;
    step = gap;
  }
  std::vector<double> starts;
  for (size_t i = 0; low + static_cast<double>(i) * gap <= last + gap * kRounding; ++i) {
    starts.push_back(low + static_cast<double>(i) * gap);
  }
  picture.step = step;
  MoveTo(picture, std::move(starts), gap * kRounding);
}

void LabelRows(Picture& picture, size_t most) {
  const size_t all = picture.Positions();
  if (all > most) {
    AddNote(picture.note, fmt::format("Only the first {} of {} are drawn.", most, all));
    for (Series& series : picture.series) series.values.resize(most);
    if (!picture.sizes.empty()) picture.sizes.resize(most);
    picture.at.resize(std::min(picture.at.size(), most));
    picture.labels.resize(std::min(picture.labels.size(), most));
  }
  for (size_t i = 0; i < picture.at.size(); ++i) picture.labels.push_back(PositionText(picture, i));
  picture.at.clear();
}

}  // namespace gamevents::report

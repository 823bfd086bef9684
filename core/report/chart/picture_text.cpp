#include "core/report/chart/picture_text.h"

#include "core/base/clock.h"
#include "core/report/chart/scale.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace gamevents::report {
namespace {

constexpr double kDayMs = 86'400'000;

/// Whether all positions are midnights.
bool AreMidnights(const Picture& picture) {
  return std::ranges::all_of(picture.at, [](double at) { return std::fmod(at, kDayMs) == 0; });
}

}  // namespace

std::string PositionText(const Picture& picture, size_t at) {
  if (!picture.HasAxis()) return picture.labels[at];
  const double position = picture.at[at];
  if (picture.is_time) {
    std::string text = FormatTimestampLikeSpark(TimestampMs(static_cast<int64_t>(position)));
    if (AreMidnights(picture)) return text.substr(0, 10);
    return text.ends_with(":00") ? text.substr(0, text.size() - 3) : text;
  }
  if (picture.step == 0) return FullNumber(position);
  return fmt::format("{} to {}", FullNumber(position), FullNumber(position + picture.step));
}

std::string ValueText(const Picture& picture, double value) {
  return picture.is_shares ? fmt::format("{:.1f} %", value * 100) : FullNumber(value);
}

std::string TotalText(const Picture& picture, const Series& series) {
  if (picture.is_shares) return {};
  double sum = 0;
  for (const auto& value : series.values) sum += value.value_or(0);
  return FullNumber(sum);
}

double TotalAt(const Picture& picture, size_t at) {
  double total = 0;
  for (const Series& series : picture.series) total += series.values[at].value_or(0);
  return total;
}

std::string NoteOf(const Picture& picture) {
  std::string note = picture.note;
  if (picture.is_open) {
    note += fmt::format("{}The last step, {}, is not over yet.", note.empty() ? "" : " ",
                        PositionText(picture, picture.Positions() - 1));
  }
  return note;
}

}  // namespace gamevents::report

#include "core/base/units.h"

#include <array>
#include <charconv>
#include <limits>

namespace gamevents {
namespace {

struct Unit {
  std::string_view name;
  int64_t factor;
};

constexpr std::array kDurations{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000},
                                Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
constexpr std::array kSizes{Unit{"B", 1}, Unit{"KiB", int64_t{1} << 10},
                            Unit{"MiB", int64_t{1} << 20}, Unit{"GiB", int64_t{1} << 30},
                            Unit{"TiB", int64_t{1} << 40}};
constexpr int64_t kDurationMaxMs = int64_t{100} * 366 * 86'400'000;

// Splits "128MiB" and multiplies. A bare number is taken when it is 0 or `bare_allowed`.
template <size_t N>
Result<int64_t> ParseWithUnit(std::string_view text, const std::array<Unit, N>& units,
                              bool bare_allowed, int64_t max, std::string_view example) {
  auto bad = [&](std::string_view why) {
    return Error{Fault::kBadInput, "'" + std::string(text) + "' " + std::string(why) +
                                       "; write it like " + std::string(example)};
  };
  int64_t number = 0;
  const char* end = text.data() + text.size();
  auto [rest, code] = std::from_chars(text.data(), end, number);
  if (code == std::errc::result_out_of_range) return bad("is too large");
  if (code != std::errc{} || number < 0) return bad("does not start with a whole number");
  const std::string_view name(rest, static_cast<size_t>(end - rest));
  if (name.empty() && (bare_allowed || number == 0)) return number;
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (number > max / unit.factor) return bad("is too large");
    return number * unit.factor;
  }
  return bad(name.empty() ? "has no unit" : "has an unknown unit");
}

template <size_t N>
std::string FormatWithUnit(int64_t number, const std::array<Unit, N>& units) {
  if (number == 0) return "0";
  size_t best = 0;
  for (size_t i = 1; i < N; ++i) {
    if (number % units[i].factor == 0) best = i;
  }
  return std::to_string(number / units[best].factor) + std::string(units[best].name);
}

}  // namespace

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  auto number = ParseWithUnit(text, kDurations, false, kDurationMaxMs, "100ms, 10s, 5m, 2h or 7d");
  if (!number) return std::move(number).error();
  return std::chrono::milliseconds(*number);
}

Result<int64_t> ParseSize(std::string_view text) {
  return ParseWithUnit(text, kSizes, true, std::numeric_limits<int64_t>::max(),
                       "512B, 64KiB, 128MiB or 1GiB");
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  return FormatWithUnit(duration.count(), kDurations);
}

std::string FormatSize(int64_t bytes) { return FormatWithUnit(bytes, kSizes); }

}  // namespace gamevents

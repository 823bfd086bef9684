// Where to read from and to, as a person writes it: see ParsePositionRange in reader.h.

#include "core/base/units.h"
#include "core/kafka/reader.h"

#include <charconv>
#include <optional>

namespace gamevents::kafka {
namespace {

constexpr std::string_view kAllowed =
    "give beginning, end, an offset N, -N (N before the end), @TIME (2026-11-23T10:00Z, "
    "milliseconds since 1970, or -2h for two hours ago), or FROM:TO of these";
// Longer than any position; what is quoted in an error is bounded by it too.
constexpr size_t kTextMax = 128;

// A whole number without sign that fits an int64_t.
std::optional<int64_t> ParseDigits(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// What stands behind the '@'.
std::optional<TimestampMs> ParseTime(std::string_view text, TimestampMs now) {
  if (text.starts_with('-')) {
    const auto ago = ParseDuration(text.substr(1));
    if (!ago) return std::nullopt;
    return TimestampMs(now.value - ago->count());
  }
  if (const auto ms = ParseDigits(text)) return TimestampMs(*ms);
  const auto time = ParseTimestamp(text);
  if (!time) return std::nullopt;
  return *time;
}

std::optional<Position> ParsePosition(std::string_view text, TimestampMs now) {
  using Kind = Position::Kind;
  if (text == "beginning") return Position{Kind::kBeginning, 0};
  if (text == "end") return Position{Kind::kEnd, 0};
  if (text.starts_with('@')) {
    const auto time = ParseTime(text.substr(1), now);
    if (!time || time->value < 0) return std::nullopt;
    return Position{Kind::kTime, time->value};
  }
  const bool from_end = text.starts_with('-');
  const auto number = ParseDigits(from_end ? text.substr(1) : text);
  if (!number) return std::nullopt;
  return Position{from_end ? Kind::kFromEnd : Kind::kOffset, *number};
}

// One side of FROM:TO; an empty one is `missing`.
std::optional<Position> ParseSide(std::string_view text, Position missing, TimestampMs now) {
  if (text.empty()) return missing;
  return ParsePosition(text, now);
}

}  // namespace

Result<PositionRange> ParsePositionRange(std::string_view text, TimestampMs now) {
  using Kind = Position::Kind;
  if (text.size() > kTextMax) {
    return Error{Fault::kBadInput, "a position of " + std::to_string(text.size()) +
                                       " characters cannot be read: " + std::string(kAllowed)};
  }
  const PositionRange whole;
  if (const auto from = ParsePosition(text, now)) return PositionRange{*from, whole.to};
  // "@2026-11-23T10:00:12" has colons of its own, and it was taken whole above; so the first colon
  // at which both sides can be read is the one that splits.
  for (size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1)) {
    const auto from = ParseSide(text.substr(0, colon), whole.from, now);
    const auto to = ParseSide(text.substr(colon + 1), whole.to, now);
    if (!from || !to) continue;
    if (from->kind == to->kind && (from->kind == Kind::kOffset || from->kind == Kind::kTime) &&
        from->number > to->number) {
      return Error{Fault::kBadInput,
                   "position " + std::string(text) + ": it ends before it begins"};
    }
    return PositionRange{*from, *to};
  }
  return Error{Fault::kBadInput,
               "position \"" + std::string(text) + "\" cannot be read: " + std::string(kAllowed)};
}

}  // namespace gamevents::kafka

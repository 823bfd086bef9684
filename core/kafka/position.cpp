// Where to read from and to, as a person writes it: see ParsePositionRange in reader.h.

#include "core/base/number.h"
#include "core/base/units.h"
#include "core/kafka/reader.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::kafka {
namespace {

constexpr std::string_view kAllowed =
    "give beginning, end, an offset N, -N (N before the end), @TIME (2026-11-23T10:00Z, "
    "milliseconds since 1970, -2h for two hours ago, today or yesterday), or FROM:TO of these";
// Longer than any position; what is quoted in an error is bounded by it too.
constexpr size_t kTextMax = 128;

constexpr int64_t kDayMs = 86'400'000;

// A whole number without sign that fits an int64_t.
std::optional<int64_t> ParseDigits(std::string_view text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  return ParseWholeNumber<int64_t>(text);
}

// A count of milliseconds since 1970 has 13 digits from 2001-09-09 to 2286-11-20. Any other number
// counts seconds or microseconds, and would silently mean January 1970 or a year far away.
constexpr int64_t kMillisecondsMin = 1'000'000'000'000;
constexpr int64_t kMillisecondsMax = 9'999'999'999'999;

// What is wrong with `number` as a count of milliseconds, and what it may have meant.
std::string ExplainCount(int64_t number) {
  const std::string text = std::to_string(number);
  std::string why = "@" + text + ": milliseconds since 1970 have 13 digits, and this has " +
                    std::to_string(text.size());
  if (text.size() == 10) return why + "; for seconds write @" + text + "000";
  if (text.size() == 16 || text.size() == 19) {
    return why + "; in milliseconds it is @" + text.substr(0, 13);
  }
  if (text.size() > 14) return why;
  return why + "; write that time as @" + FormatTimestamp(TimestampMs(number));
}

// "2h", or "2w" for fourteen days.
std::optional<std::chrono::milliseconds> ParseAgo(std::string_view text) {
  constexpr int64_t kDaysOfWeek = 7;
  const bool in_weeks = text.ends_with('w');
  const auto length =
      ParseDuration(in_weeks ? std::string(text.substr(0, text.size() - 1)) + "d" : text);
  if (!length) return std::nullopt;
  return in_weeks ? *length * kDaysOfWeek : *length;
}

// Reads one position after another, and remembers why the last one that is a slip was refused.
class PositionParser {
 public:
  PositionParser(TimestampMs now, const TimeZone& zone) : now_(now), zone_(zone) {}

  std::optional<Position> Parse(std::string_view text) {
    using Kind = Position::Kind;
    if (text == "beginning") return Position{Kind::kBeginning, 0};
    if (text == "end") return Position{Kind::kEnd, 0};
    if (text.starts_with('@')) {
      const auto time = ParseTime(text.substr(1));
      if (!time || time->value < 0) return std::nullopt;
      return Position{Kind::kTime, time->value};
    }
    const bool from_end = text.starts_with('-');
    const auto number = ParseDigits(from_end ? text.substr(1) : text);
    if (!number) return std::nullopt;
    return Position{from_end ? Kind::kFromEnd : Kind::kOffset, *number};
  }

  // One side of FROM:TO; an empty one is `missing`.
  std::optional<Position> ParseSide(std::string_view text, Position missing) {
    return text.empty() ? missing : Parse(text);
  }

  const std::string& slip() const { return slip_; }

  // What stands behind the '@'.
  std::optional<TimestampMs> ParseTime(std::string_view text) {
    if (text.starts_with('-')) {
      const auto ago = ParseAgo(text.substr(1));
      if (!ago) return std::nullopt;
      return TimestampMs(now_.value - ago->count());
    }
    if (const auto count = ParseDigits(text)) {
      const bool plausible = *count >= kMillisecondsMin && *count <= kMillisecondsMax;
      if (plausible || *count == 0) return TimestampMs(*count);
      slip_ = ExplainCount(*count);
      return std::nullopt;
    }
    if (text == "today") return Midnight(0);
    if (text == "yesterday") return Midnight(1);
    const auto time = ParseTimestampIn(zone_, text);
    if (!time) return std::nullopt;
    return *time;
  }

 private:
  // When the day began that is so many before today.
  TimestampMs Midnight(int64_t days_ago) const {
    const int64_t local = now_.value + std::chrono::milliseconds(zone_.OffsetAt(now_)).count();
    return zone_.TimeOf((local / kDayMs - days_ago) * kDayMs);
  }

  TimestampMs now_;
  TimeZone zone_;
  std::string slip_;
};

}  // namespace

Result<PositionRange> ParsePositionRange(std::string_view text, TimestampMs now,
                                         const TimeZone& zone) {
  using Kind = Position::Kind;
  if (text.size() > kTextMax) {
    return Error{Fault::kBadInput, "a position of " + std::to_string(text.size()) +
                                       " characters cannot be read: " + std::string(kAllowed)};
  }
  const PositionRange whole;
  PositionParser parser(now, zone);
  if (const auto from = parser.Parse(text)) return PositionRange{*from, whole.to};
  // "@2026-11-23T10:00:12" has colons of its own, and it was taken whole above; so the first colon
  // at which both sides can be read is the one that splits.
  for (size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1)) {
    const auto from = parser.ParseSide(text.substr(0, colon), whole.from);
    const auto to = parser.ParseSide(text.substr(colon + 1), whole.to);
    if (!from || !to) continue;
    if (from->kind == to->kind && (from->kind == Kind::kOffset || from->kind == Kind::kTime) &&
        from->number > to->number) {
      return Error{Fault::kBadInput,
                   "position " + std::string(text) + ": it ends before it begins"};
    }
    return PositionRange{*from, *to};
  }
  if (!parser.slip().empty()) return Error{Fault::kBadInput, "position " + parser.slip()};
  return Error{Fault::kBadInput,
               "position \"" + std::string(text) + "\" cannot be read: " + std::string(kAllowed)};
}

Result<Position> ParseMoment(std::string_view text, TimestampMs now, const TimeZone& zone) {
  PositionParser parser(now, zone);
  if (text.size() <= kTextMax && !text.starts_with('-')) {
    const auto time =
        parser.ParseTime(ParseAgo(text) ? "-" + std::string(text) : std::string(text));
    if (time && time->value >= 0) return Position{Position::Kind::kTime, time->value};
    if (!parser.slip().empty()) return Error{Fault::kBadInput, parser.slip()};
  }
  return Error{Fault::kBadInput, "'" + std::string(text.substr(0, kTextMax)) +
                                     "' is not a moment: write 2h for two hours ago, today, "
                                     "yesterday, or a time as 2026-11-23 or 2026-11-23T10:00"};
}

ReadMoment MomentTexts(TimestampMs now, const TimeZone& zone) {
  return [now, zone](std::string_view text) -> Result<std::string> {
    const auto moment = ParseMoment(text, now, zone);
    if (!moment) return Error(moment.error());
    return FormatTimestamp(TimestampMs(moment->number));
  };
}

}  // namespace gamevents::kafka

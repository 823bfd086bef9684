#include "core/base/clock.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace gamevents {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kDayMinutes = 24 * 60;
// Years 0000 to 9999: what four digits can say.
constexpr int64_t kFirstMs = -62'167'219'200'000;
constexpr int64_t kLastMs = 253'402'300'799'999;

class SystemClock final : public Clock {
 public:
  TimestampMs Now() const override {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return TimestampMs(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  }
};

struct Civil {
  int year;
  unsigned month, day, hour, minute, second, milli;
};

Civil ToCivil(TimestampMs time) {
  const int64_t ms = std::clamp(time.value, kFirstMs, kLastMs);
  const int64_t days = ms >= 0 ? ms / kDayMs : -((-ms + kDayMs - 1) / kDayMs);
  const auto rest = static_cast<unsigned>(ms - days * kDayMs);
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return {int{date.year()},   unsigned{date.month()}, unsigned{date.day()}, rest / 3'600'000,
          rest / 60'000 % 60, rest / 1000 % 60,       rest % 1000};
}

// Writes the last `width` digits of `value` to `text` at `begin`.
void PutDigits(TimestampText& text, size_t begin, size_t width, unsigned value) {
  for (size_t i = width; i > 0; --i, value /= 10) {
    text[begin + i - 1] = static_cast<char>('0' + value % 10);
  }
}

// Reads fixed-width fields from the front of a text; the first that fails makes `bad` true.
struct FixedWidthReader {
  std::string_view text;
  bool bad = false;

  int Digits(size_t width) {
    int value = 0;
    if (text.size() < width) return bad = true, 0;
    for (size_t i = 0; i < width; ++i) {
      if (text[i] < '0' || text[i] > '9') return bad = true, 0;
      value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return value;
  }
  bool Take(char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
  }
  void Need(char c) { bad = !Take(c) || bad; }
};

// Fraction digits to milliseconds; digits beyond the third are dropped.
int ReadFraction(FixedWidthReader& in) {
  int milli = 0;
  size_t count = 0;
  while (!in.text.empty() && in.text.front() >= '0' && in.text.front() <= '9') {
    const int digit = in.Digits(1);
    if (count < 3) milli = milli * 10 + digit;
    ++count;
  }
  if (count == 0) in.bad = true;
  for (size_t i = count; i < 3; ++i) milli *= 10;
  return milli;
}

// "Z", "+hh:mm", "-hh:mm" or nothing, as minutes east of UTC.
int ReadZone(FixedWidthReader& in) {
  if (in.text.empty() || in.Take('Z') || in.Take('z')) return 0;
  const bool west = in.text.front() == '-';
  if (!in.Take('+') && !in.Take('-')) return in.bad = true, 0;
  const int hours = in.Digits(2);
  in.Take(':');
  const int minutes = in.Digits(2);
  if (hours > 18 || minutes > 59) in.bad = true;
  return (west ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

const Clock& Clock::System() {
  static const SystemClock clock;
  return clock;
}

TimestampText TimestampTextOf(TimestampMs time) {
  // Every event has one of these, and most of them the second of the one before.
  thread_local TimestampText last;
  thread_local int64_t last_second = -1;
  const bool usual = time.value >= 0 && time.value <= kLastMs;
  const int64_t second = time.value / 1000;
  if (usual && second == last_second) {
    PutDigits(last, 20, 3, static_cast<unsigned>(time.value % 1000));
    return last;
  }
  const Civil c = ToCivil(time);
  TimestampText text = {'0', '0', '0', '0', '-', '0', '0', '-', '0', '0', 'T', '0',
                        '0', ':', '0', '0', ':', '0', '0', '.', '0', '0', '0', 'Z'};
  PutDigits(text, 0, 4, static_cast<unsigned>(c.year));
  PutDigits(text, 5, 2, c.month);
  PutDigits(text, 8, 2, c.day);
  PutDigits(text, 11, 2, c.hour);
  PutDigits(text, 14, 2, c.minute);
  PutDigits(text, 17, 2, c.second);
  PutDigits(text, 20, 3, c.milli);
  last = text;
  last_second = usual ? second : -1;
  return text;
}

std::string FormatTimestamp(TimestampMs time) {
  const TimestampText text = TimestampTextOf(time);
  return {text.data(), text.size()};
}

std::string FormatTimestampLikeSpark(TimestampMs time) {
  std::string text = FormatTimestamp(time);
  text.pop_back();
  text[10] = ' ';
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

Result<TimestampMs> ParseTimestamp(std::string_view text) {
  FixedWidthReader in{text};
  const int year = in.Digits(4);
  in.Need('-');
  const int month = in.Digits(2);
  in.Need('-');
  const int day = in.Digits(2);
  int hour = 0, minute = 0, second = 0, milli = 0, zone = 0;
  if (!in.bad && (in.Take('T') || in.Take('t') || in.Take(' '))) {
    hour = in.Digits(2);
    in.Need(':');
    minute = in.Digits(2);
    if (in.Take(':')) {
      second = in.Digits(2);
      if (in.Take('.')) milli = ReadFraction(in);
    }
  }
  if (!in.bad) zone = ReadZone(in);
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  const int64_t minutes = hour * 60 + minute - zone;
  // A leap second is 23:59:60 of UTC (RFC 3339 section 5.7). Our time has none: it is the last
  // millisecond before midnight.
  const bool leap = second == 60 && (minutes + 1) % kDayMinutes == 0;
  if (leap) {
    second = 59;
    milli = 999;
  }
  if (in.bad || !in.text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 59) {
    return Error{Fault::kBadInput,
                 "'" + std::string(text) + "' is not a time; write it like 2026-11-23T10:00:00Z"};
  }
  const int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return TimestampMs(days * kDayMs + minutes * 60'000 + second * 1000 + milli);
}

}  // namespace gamevents

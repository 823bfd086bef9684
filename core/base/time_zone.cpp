#include "core/base/time_zone.h"

#include "core/base/ascii.h"
#include "core/base/text.h"

#include <date/tz.h>

#include <algorithm>
#include <exception>
#include <vector>

namespace gamevents {
namespace {

constexpr std::string_view kUtc = "UTC";

// Years that both our times and the library's calendar have; outside of them a clock shows UTC.
constexpr int64_t kEarliest = -62'135'596'800'000;  // 0001-01-01
constexpr int64_t kLatest = 253'402'300'799'999;    // 9999-12-31

bool HasRules(int64_t time) { return time >= kEarliest && time <= kLatest; }

std::chrono::sys_time<std::chrono::milliseconds> InSystemTime(TimestampMs time) {
  return std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time.value));
}

TimestampMs ToTimestamp(std::chrono::sys_seconds time) {
  return TimestampMs(std::chrono::milliseconds(time.time_since_epoch()).count());
}

Error UnknownZone(std::string_view name, const date::tzdb& zones) {
  std::vector<std::string_view> names;
  for (const date::time_zone& zone : zones.zones) names.push_back(zone.name());
  // People say a zone by its city, or in other letters.
  const auto is_said_so = [name](std::string_view zone) {
    return EqualsIgnoringCase(zone, name) ||
           EqualsIgnoringCase(zone.substr(zone.rfind('/') + 1), name);
  };
  const auto said = std::ranges::find_if(names, is_said_so);
  return {Fault::kNotFound, "'" + std::string(name) +
                                "' is not a time zone; write one as Europe/Berlin" +
                                DidYouMean(said == names.end() ? name : *said, names)};
}

}  // namespace

Result<TimeZone> TimeZone::Find(std::string_view name) {
  if (name == kUtc) return TimeZone();
  // The library throws.
  try {
    const date::tzdb& zones = date::get_tzdb();
    const auto found = std::ranges::find(zones.zones, name, &date::time_zone::name);
    if (found == zones.zones.end()) return UnknownZone(name, zones);
    TimeZone zone(&*found);
    zone.OffsetAt(TimestampMs(0));  // reads its file
    return zone;
  } catch (const std::exception& error) {
    return Error{Fault::kUnavailable, std::string("the time zones of this system cannot be read: ")
                                          .append(error.what())
                                          .append("; install the package tzdata")};
  }
}

std::chrono::seconds TimeZone::OffsetAt(TimestampMs time) const {
  if (zone_ == nullptr || !HasRules(time.value)) return std::chrono::seconds(0);
  return zone_->get_info(InSystemTime(time)).offset;
}

TimestampMs TimeZone::TimeOf(int64_t local) const {
  if (zone_ == nullptr || !HasRules(local)) return TimestampMs(local);
  const std::chrono::milliseconds clock(local);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock);
  const date::local_info info = zone_->get_info(date::local_seconds(seconds));
  if (info.result == date::local_info::nonexistent) return ToTimestamp(info.first.end);
  const auto second = ToTimestamp(std::chrono::sys_seconds(seconds - info.first.offset));
  return TimestampMs(second.value + (clock - seconds).count());
}

Result<TimestampMs> ParseTimestampIn(const TimeZone& zone, std::string_view text) {
  // A text that takes a 'Z' has said nothing of UTC itself.
  const auto local = ParseTimestamp(std::string(text) + "Z");
  return local ? zone.TimeOf(local->value) : ParseTimestamp(text);
}

}  // namespace gamevents

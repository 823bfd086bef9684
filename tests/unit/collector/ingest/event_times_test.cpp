// Goal: a record has the time that its event says where that is believed, else that of its arrival;
// each is counted. Method: times on both sides of the bounds.
#include "core/collector/ingest/event_times.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <chrono>
#include <optional>

namespace gamevents::collector {
namespace {

constexpr TimestampMs kArrival(kTestNow);
constexpr int64_t kPastMs = 60'000;
constexpr int64_t kFutureMs = 1'000;

}  // namespace

TEST_CASE("an event's own time is taken within the bounds, and every fate is counted") {
  EventTimes times{std::chrono::milliseconds(kPastMs), std::chrono::milliseconds(kFutureMs)};
  const auto time_of = [&times](std::optional<TimestampMs> said) {
    Incoming event;
    event.says_time = true;
    event.time = said;
    return times.TimeOf(event, kArrival).value - kArrival.value;
  };
  const auto at = [](int64_t ms) { return TimestampMs(kArrival.value + ms); };
  CHECK(time_of(at(-kPastMs)) == -kPastMs);
  CHECK(time_of(at(kFutureMs)) == kFutureMs);
  CHECK(time_of(at(0)) == 0);
  CHECK(time_of(at(-kPastMs - 1)) == 0);
  CHECK(time_of(TimestampMs(0)) == 0);
  CHECK(time_of(at(kFutureMs + 1)) == 0);
  CHECK(time_of(std::nullopt) == 0);
  CHECK(times.TimeOf(Incoming{}, kArrival) == kArrival);

  CHECK(times.count(EventTimes::kRecorded) == 3);
  CHECK(times.count(EventTimes::kTooOld) == 2);
  CHECK(times.count(EventTimes::kTooNew) == 1);
  CHECK(times.count(EventTimes::kUnreadable) == 1);
  CHECK(EventTimes::NameOf(EventTimes::kTooNew) == "too_new");
}

}  // namespace gamevents::collector

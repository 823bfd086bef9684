#include "core/report/steps/cohorts.h"

#include "core/report/scan/column.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

namespace gamevents::report {
namespace {

constexpr int64_t kDayMs = 86'400'000;

/// The users who came first in one step of time, and how many of them came again.
struct Cohort {
  int64_t users = 0;
  int32_t newest = 0;  ///< the last day on which one of them came first
  std::array<int64_t, kCohortDays.size()> back{};
};

/// The day that the zone's clocks show, counted from 1970-01-01.
int32_t DayOf(const TimeZone& zone, int64_t time) {
  const TimestampMs shown = TimeIn(zone, TimestampMs(time)).OnClock();
  return static_cast<int32_t>(StartOf(Days(), shown.value) / kDayMs);
}

Row RowOf(const Time& begin, const Cohort& cohort, int32_t last) {
  Row row = {begin, cohort.users};
  Row shares;
  for (size_t i = 0; i < kCohortDays.size(); ++i) {
    Cell& back = row.emplace_back();
    if (i > 0) shares.emplace_back();
    if (cohort.newest + kCohortDays[i] > last) continue;  // has not been for all of them
    back = cohort.back[i];
    if (i > 0) shares.back() = ShareOf(cohort.back[i], cohort.users);
  }
  row.insert(row.end(), shares.begin(), shares.end());
  return row;
}

/// Gives the bytes that `days` grew by.
int64_t Insert(ActiveDays& days, int32_t day) {
  const auto at = std::ranges::lower_bound(days, day);
  if (at != days.end() && *at == day) return 0;
  days.insert(at, day);
  return sizeof(day);
}

}  // namespace

Cohorts::Cohorts(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory)
    : PerUserView(question, std::move(memory)) {}

std::unique_ptr<EventView> Cohorts::Sibling() const {
  return std::make_unique<Cohorts>(question(), memory());
}

Status Cohorts::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  AddTo(scanned, [this](ActiveDays& days, int64_t time) {
    return Insert(days, DayOf(question().day.zone, time));
  });
  return Done{};
}

int64_t Cohorts::Join(ActiveDays& mine, const ActiveDays& theirs) const {
  int64_t bytes = 0;
  for (const int32_t day : theirs) bytes += Insert(mine, day);
  return bytes;
}

Result<Table> Cohorts::TableOf(const Users& users) const {
  const TimeStep& step = question().day;
  int32_t last = std::numeric_limits<int32_t>::min();
  std::map<int64_t, Cohort> cohorts;
  for (const auto& [user, days] : users) {
    const int64_t midnight = step.zone.TimeOf(int64_t{days.front()} * kDayMs).value;
    Cohort& cohort = cohorts[StartOf(step, midnight)];
    cohort.newest = cohort.users == 0 ? days.front() : std::max(cohort.newest, days.front());
    cohort.users += 1;
    for (size_t i = 0; i < kCohortDays.size(); ++i) {
      const bool came = std::ranges::binary_search(days, days.front() + kCohortDays[i]);
      cohort.back[i] += came ? 1 : 0;
    }
    last = std::max(last, days.back());
  }
  Table table;
  const bool by_day = step == Days(step.zone);
  table.headings = {{by_day ? "first_day" : "bucket", Type::kTimestamp}, {"users", Type::kLong}};
  for (const int32_t days : kCohortDays) {
    table.headings.push_back({fmt::format("day_{}", days), Type::kLong});
  }
  for (size_t i = 1; i < kCohortDays.size(); ++i) {
    table.headings.push_back({fmt::format("share_{}", kCohortDays[i]), Type::kAny});
  }
  for (const auto& [begin, cohort] : cohorts) {
    table.rows.push_back(RowOf(TimeIn(step.zone, TimestampMs(begin)), cohort, last));
  }
  return table;
}

}  // namespace gamevents::report

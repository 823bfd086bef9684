#include "core/report/steps/play_sessions.h"

#include "core/report/scan/column.h"
#include "core/report/steps/sketch.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace gamevents::report {
namespace {

/// The sessions that began on one day.
struct Day {
  int64_t sessions = 0;
  int64_t users = 0;
  int64_t events = 0;
  double seconds = 0;
  Quantiles lengths;
};

/// To milliseconds, as finely as times are known.
double ToMilliseconds(double seconds) { return std::round(seconds * 1'000) / 1'000; }

Row RowOf(const Time& day, const Day& of) {
  return {day,
          of.sessions,
          of.users,
          of.events,
          ToMilliseconds(of.seconds / static_cast<double>(of.sessions)),
          ToMilliseconds(of.lengths.At(0.5)),
          ToMilliseconds(of.lengths.At(0.95))};
}

}  // namespace

PlaySessions::PlaySessions(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory)
    : PerUserView(question, std::move(memory)) {}

std::unique_ptr<EventView> PlaySessions::Sibling() const {
  return std::make_unique<PlaySessions>(question(), memory());
}

Status PlaySessions::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  AddTo(scanned,
        [this](Stretches& history, int64_t time) { return Insert(history, {time, time, 1}); });
  return Done{};
}

int64_t PlaySessions::Insert(Stretches& history, Stretch stretch) const {
  const int64_t gap = question().gap.count();
  const auto begin = std::ranges::partition_point(
      history, [&](const Stretch& each) { return stretch.begin - each.end > gap; });
  auto end = begin;
  for (; end != history.end() && end->begin - stretch.end <= gap; ++end) {
    stretch.begin = std::min(stretch.begin, end->begin);
    stretch.end = std::max(stretch.end, end->end);
    stretch.events += end->events;
  }
  if (begin == end) {
    history.insert(begin, stretch);
    return sizeof(Stretch);
  }
  *begin = stretch;
  const auto fewer = end - begin - 1;
  history.erase(begin + 1, end);
  return -static_cast<int64_t>(sizeof(Stretch)) * fewer;
}

int64_t PlaySessions::Join(Stretches& mine, const Stretches& theirs) const {
  int64_t bytes = 0;
  for (const Stretch& stretch : theirs) bytes += Insert(mine, stretch);
  return bytes;
}

Result<Table> PlaySessions::TableOf(const Users& users) const {
  std::map<int64_t, Day> days;
  for (const auto& [user, history] : users) {
    const Day* last = nullptr;
    for (const Stretch& stretch : history) {
      Day& day = days[StartOf(question().day, stretch.begin)];
      const double seconds = static_cast<double>(stretch.end - stretch.begin) / 1'000;
      day.sessions += 1;
      day.users += &day != last ? 1 : 0;  // a user's sessions stand by time
      day.events += stretch.events;
      day.seconds += seconds;
      day.lengths.Add(seconds);
      last = &day;
    }
  }
  Table table;
  const bool by_day = question().day == Days(question().day.zone);
  table.headings = {{by_day ? "day" : "bucket", Type::kTimestamp},
                    {"sessions", Type::kLong},
                    {"users", Type::kLong},
                    {"events", Type::kLong},
                    {"avg_seconds", Type::kAny},
                    {"p50_seconds", Type::kAny},
                    {"p95_seconds", Type::kAny}};
  for (const auto& [day, of] : days) {
    table.rows.push_back(RowOf(TimeIn(question().day.zone, TimestampMs(day)), of));
  }
  return table;
}

std::unique_ptr<EventView> EachSession::Sibling() const {
  return std::make_unique<EachSession>(question(), memory());
}

Result<Table> EachSession::TableOf(const Users& users) const {
  Table table;
  table.headings = {{"user", Type::kString},
                    {"begin", Type::kLong},
                    {"end", Type::kLong},
                    {"events", Type::kLong}};
  for (const auto& [user, history] : users) {
    for (const Stretch& stretch : history) {
      table.rows.push_back({std::string(user), stretch.begin, stretch.end, stretch.events});
    }
  }
  std::ranges::sort(table.rows, [](const Row& a, const Row& b) {
    return std::ranges::lexicographical_compare(a, b, CellLess);
  });
  return table;
}

}  // namespace gamevents::report

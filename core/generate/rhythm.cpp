#include "core/generate/rhythm.h"

#include "core/base/check.h"
#include "core/base/time_zone.h"
#include "core/generate/curves.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

namespace gamevents::generate {
namespace {

using std::chrono::microseconds;

constexpr microseconds kDay = std::chrono::hours(24);
constexpr size_t kHours = 24;
// Nobody plays more often on one day.
constexpr size_t kSessionsADayMax = 6;
// How often another begin is drawn where a session would overlap another one, or the day's end.
constexpr int kBeginsMax = 8;
// What is drawn of a player beside its days, which count from 1 on.
constexpr uint64_t kOfLife = 0;
// Beyond the days' numbers and the sessions', so that all else stays what it is without variants.
constexpr uint64_t kOfVariant = uint64_t{1} << 63;

int64_t DayOf(TimestampMs time) {
  const int64_t day = std::chrono::duration_cast<std::chrono::milliseconds>(kDay).count();
  return time.value / day - (time.value % day < 0 ? 1 : 0);
}

// Of a day since 1970-01-01, which was a Thursday: 0 for a Monday.
size_t WeekdayOf(int64_t day) { return static_cast<size_t>(((day + 3) % 7 + 7) % 7); }

bool Overlaps(const PlannedSession& one, microseconds begin, microseconds end) {
  return begin < one.end + kPauseMin && one.begin < end + kPauseMin;
}

microseconds LengthOf(Draws& draws) {
  const std::chrono::duration<double> median(kSessionMedian);
  return std::clamp(
      std::chrono::duration_cast<microseconds>(median * std::exp(kSessionSigma * draws.Normal())),
      microseconds(kSessionMin), microseconds(kSessionMax));
}

}  // namespace

Rhythm::Rhythm(const SpanOptions& options)
    : seed_(options.seed),
      begin_(DayOf(options.begin) *
             std::chrono::duration_cast<std::chrono::milliseconds>(kDay).count()),
      days_(options.days),
      experiment_(options.experiment) {
  INVARIANT(days_ >= 1 && days_ <= kSpanDaysMax);
  double sum = 0;
  for (int64_t day = 0; day < days_; ++day) {
    sum += 1 + kLaunchPeak * std::exp(-static_cast<double>(day) / kLaunchDays);
    arrived_.push_back(sum);
  }
  for (double& share : arrived_) share /= sum;
}

Result<std::shared_ptr<const Rhythm>> Rhythm::Make(const SpanOptions& options) {
  const std::shared_ptr<Rhythm> rhythm(new Rhythm(options));
  if (Status read = rhythm->ReadZones(); !read) return std::move(read).error();
  if (Status counted = rhythm->CountEvents(options); !counted) return std::move(counted).error();
  return std::shared_ptr<const Rhythm>(rhythm);
}

Status Rhythm::ReadZones() {
  for (const ZoneShare& share : kZoneShares) {
    const auto zone = TimeZone::Find(share.name);
    if (!zone) return Error(zone.error());
    for (int64_t hour = 0; hour < days_ * static_cast<int64_t>(kHours); ++hour) {
      const std::chrono::hours since_begin(hour);
      const TimestampMs time(begin_.value + std::chrono::milliseconds(since_begin).count());
      const auto there = since_begin + zone->OffsetAt(time);
      const int64_t there_hour = std::chrono::floor<std::chrono::hours>(there).count();
      const auto hours = static_cast<int64_t>(kHours);
      hour_weights_.push_back(
          kHourWeights[static_cast<size_t>((there_hour % hours + hours) % hours)]);
    }
  }
  return Done{};
}

Status Rhythm::CountEvents(const SpanOptions& options) {
  const bool by_count = !options.players && options.count;
  const uint64_t players = by_count ? kPlayersMax : options.players.value_or(kPlayersDefault);
  std::vector<PlannedSession> buffer;
  for (players_ = 0; players_ < players; ++players_) {
    if (by_count && events_ >= *options.count) break;
    events_ += EventsOf(players_, buffer);
  }
  if (by_count && events_ < *options.count) {
    return Error{Fault::kBadInput, std::to_string(players) + " players make " +
                                       std::to_string(events_) + " events in " +
                                       std::to_string(days_) +
                                       " days: give a smaller --count or a longer --span"};
  }
  if (options.count) events_ = std::min(events_, *options.count);
  return Done{};
}

int64_t Rhythm::EventsOf(uint64_t player, std::vector<PlannedSession>& buffer) const {
  const Life life = LifeOf(player);
  buffer.clear();
  for (int64_t day = life.first_day; day <= life.last_day; ++day) {
    AddSessions(player, life, day, buffer);
  }
  uint64_t events = 0;
  for (const PlannedSession& session : buffer) events += session.events;
  return static_cast<int64_t>(events);
}

Life Rhythm::LifeOf(uint64_t player) const {
  Draws draws(seed_, player, kOfLife);
  Life life;
  const auto day = std::ranges::upper_bound(arrived_, draws.Unit()) - arrived_.begin();
  const int64_t first = std::min<int64_t>(day, days_ - 1);
  const double days = std::pow(1 - draws.Unit(), -1 / kRetentionDecay);
  const auto left = static_cast<double>(days_ - 1 - first);
  life.first_day = static_cast<uint16_t>(first);
  life.last_day = static_cast<uint16_t>(first + static_cast<int64_t>(std::min(days, left)));
  double share = draws.Unit();
  while (life.zone + 1U < kZoneShares.size() && share >= kZoneShares[life.zone].share) {
    share -= kZoneShares[life.zone++].share;
  }
  if (experiment_) life.variant = Draws(seed_, player, kOfVariant).Chance(0.5) ? 1 : 0;
  life.buyer = draws.Chance(life.variant == 0 ? kBuyerShare : kBlueBuyerShare);
  return life;
}

microseconds Rhythm::BeginOf(Draws& draws, const Life& life, int64_t day) const {
  const double* const hours = &hour_weights_[static_cast<size_t>(life.zone * days_ + day) * kHours];
  while (true) {
    const auto time = std::chrono::duration_cast<microseconds>(kDay * draws.Unit());
    const auto hour = static_cast<size_t>(time / std::chrono::hours(1));
    if (draws.Unit() * kHourWeightMax < hours[hour]) return day * kDay + time;
  }
}

void Rhythm::AddSessions(uint64_t player, const Life& life, int64_t day,
                         std::vector<PlannedSession>& sessions) const {
  Draws draws(seed_, player, kOfLife + 1 + static_cast<uint64_t>(day));
  const double factor = kWeekFactors[WeekdayOf(DayOf(begin_) + day)];
  if (day != life.first_day && !draws.Chance(kRetentionShare * factor)) return;
  const auto before = static_cast<std::ptrdiff_t>(sessions.size());
  const microseconds end_of_day = (day + 1) * kDay;
  for (size_t number = 0; number < kSessionsADayMax; ++number) {
    const microseconds length = LengthOf(draws);
    for (int tries = 1; tries <= kBeginsMax; ++tries) {
      microseconds begin = BeginOf(draws, life, day);
      // Somebody who plays has one session at least.
      if (number == 0 && tries == kBeginsMax) begin = std::min(begin, end_of_day - length);
      const microseconds end = begin + length;
      const bool overlaps =
          std::any_of(sessions.begin() + before, sessions.end(),
                      [&](const PlannedSession& other) { return Overlaps(other, begin, end); });
      if (end > end_of_day || overlaps) continue;
      const auto gaps = static_cast<uint64_t>(std::max<int64_t>(1, length / kEventSpacing));
      sessions.push_back({begin, end, player, gaps + 1});
      break;
    }
    if (!draws.Chance(kAnotherSession)) break;
  }
  std::sort(sessions.begin() + before, sessions.end(),
            [](const PlannedSession& a, const PlannedSession& b) { return a.begin < b.begin; });
}

}  // namespace gamevents::generate

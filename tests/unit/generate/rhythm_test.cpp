// Goal: players live and play by the numbers of curves.h, the same each time. Method: many lives
// and sessions counted. What the views of report make of them: tests/cli/test_span.py.
#include "core/generate/rhythm.h"

#include "core/generate/curves.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <memory>
#include <vector>

namespace gamevents::generate {
namespace {

using std::chrono::microseconds;

constexpr microseconds kOneDay = std::chrono::hours(24);
// 2026-03-02, a Monday: within the span, clocks change in America and in Europe.
constexpr TimestampMs kMonday(1'772'409'600'000);

std::shared_ptr<const Rhythm> Make(SpanOptions options) {
  options.begin = kMonday;
  auto made = Rhythm::Make(options);
  REQUIRE(made.ok());
  return *made;
}

std::vector<PlannedSession> SessionsOf(const Rhythm& rhythm, uint64_t player) {
  std::vector<PlannedSession> sessions;
  const Life life = rhythm.LifeOf(player);
  for (int64_t day = life.first_day; day <= life.last_day; ++day) {
    rhythm.AddSessions(player, life, day, sessions);
  }
  return sessions;
}

}  // namespace

TEST_CASE("a span begins with its day, and a count decides how many players there are") {
  auto options = SpanOptions{.seed = 1,
                             .begin = TimestampMs(kMonday.value + 80'000'000),
                             .days = 30,
                             .players = {},
                             .count = 10'000};
  const auto made = Rhythm::Make(options);
  REQUIRE(made.ok());
  const Rhythm& rhythm = **made;
  CHECK(rhythm.begin() == kMonday);
  CHECK(rhythm.events() == 10'000);
  uint64_t events = 0;
  for (uint64_t player = 0; player < rhythm.players(); ++player) {
    CHECK(events < 10'000);
    for (const PlannedSession& session : SessionsOf(rhythm, player)) events += session.events;
  }
  CHECK(events >= 10'000);
  // Whoever is there is so however many others are.
  options.players = rhythm.players();
  CHECK((*Rhythm::Make(options))->events() == 10'000);
  options.count.reset();
  CHECK((*Rhythm::Make(options))->events() == static_cast<int64_t>(events));
}

TEST_CASE("players stay away by the curve, and come by the launch's") {
  constexpr uint64_t kPlayers = 40'000;
  const auto rhythm = Make({.seed = 2, .begin = {}, .days = 30, .players = kPlayers, .count = {}});
  std::array<double, 30> newcomers{};
  std::array<double, 30> could{};
  std::array<double, 30> alive{};
  double buyers = 0;
  std::array<double, kZoneShares.size()> zones{};
  for (uint64_t player = 0; player < kPlayers; ++player) {
    const Life life = rhythm->LifeOf(player);
    newcomers[life.first_day] += 1;
    buyers += life.buyer ? 1 : 0;
    zones[life.zone] += 1;
    for (size_t n = 1; life.first_day + n < 30; ++n) {
      could[n] += 1;
      alive[n] += life.last_day >= life.first_day + n ? 1 : 0;
    }
  }
  CHECK(std::abs(buyers / kPlayers - kBuyerShare) < 0.01);
  for (size_t zone = 0; zone < zones.size(); ++zone) {
    CHECK(std::abs(zones[zone] / kPlayers - kZoneShares[zone].share) < 0.01);
  }
  for (const size_t n : {size_t{1}, size_t{7}, size_t{20}}) {
    INFO(n);
    CHECK(std::abs(alive[n] / could[n] - std::pow(n, -kRetentionDecay)) < 0.02);
  }
  const double ratio = (1 + kLaunchPeak) / (1 + kLaunchPeak * std::exp(-29 / kLaunchDays));
  CHECK(std::abs(newcomers[0] / newcomers[29] / ratio - 1) < 0.15);
}

TEST_CASE("sessions are long as they should be, within their days, and apart") {
  const auto rhythm = Make({.seed = 3, .begin = {}, .days = 28, .players = 20'000, .count = {}});
  std::vector<microseconds> lengths;
  for (uint64_t player = 0; player < 20'000; ++player) {
    const auto sessions = SessionsOf(*rhythm, player);
    REQUIRE_FALSE(sessions.empty());
    CHECK(sessions.front().begin / kOneDay == rhythm->LifeOf(player).first_day);
    for (size_t i = 0; i < sessions.size(); ++i) {
      const PlannedSession& session = sessions[i];
      REQUIRE(session.player == player);
      REQUIRE(session.events >= 2);
      lengths.push_back(session.end - session.begin);
      REQUIRE((session.end - microseconds(1)) / kOneDay == session.begin / kOneDay);
      if (i == 0) continue;
      REQUIRE(session.begin >= sessions[i - 1].end);
      const bool same_day = sessions[i - 1].begin / kOneDay == session.begin / kOneDay;
      if (same_day) REQUIRE(session.begin - sessions[i - 1].end >= kPauseMin);
    }
  }
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::ranges::nth_element(lengths, middle);
  const std::chrono::duration<double> median(*middle);
  CHECK(std::abs(median / kSessionMedian - 1) < 0.05);
}

TEST_CASE("sessions begin by the hours of the player's clock, summer or winter") {
  constexpr int64_t kDays = 28;
  const auto rhythm = Make({.seed = 4, .begin = {}, .days = kDays, .players = 40'000, .count = {}});
  // Los Angeles: 8 hours behind UTC until 8 March 2026, then 7.
  constexpr uint8_t kLosAngeles = 3;
  REQUIRE(kZoneShares[kLosAngeles].name == "America/Los_Angeles");
  std::array<double, 24> winter{};
  std::array<double, 24> summer{};
  for (uint64_t player = 0; player < 40'000; ++player) {
    if (rhythm->LifeOf(player).zone != kLosAngeles) continue;
    for (const PlannedSession& session : SessionsOf(*rhythm, player)) {
      const auto hour = static_cast<size_t>(session.begin / std::chrono::hours(1));
      if (hour < 24 * 6) winter[(hour + 24 - 8) % 24] += 1;
      if (hour >= 24 * 7) summer[(hour + 24 - 7) % 24] += 1;
    }
  }
  for (const auto& hours : {winter, summer}) {
    double all = 0;
    double weights = 0;
    for (size_t hour = 0; hour < 24; ++hour) {
      all += hours[hour];
      weights += kHourWeights[hour];
    }
    REQUIRE(all > 2'000);
    for (const size_t hour : {size_t{4}, size_t{12}, size_t{20}}) {
      INFO(hour);
      CHECK(std::abs(hours[hour] / all - kHourWeights[hour] / weights) < 0.02);
    }
  }
}

}  // namespace gamevents::generate

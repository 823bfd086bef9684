// Goal: every planned session is played, in the order of time. Method: all turns of small worlds.
#include "core/generate/calendar.h"

#include "tests/unit/catch.h"

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

namespace gamevents::generate {
namespace {

std::shared_ptr<const Rhythm> Plan(uint64_t seed, int64_t days, uint64_t players) {
  auto made = Rhythm::Make(
      {.seed = seed, .begin = TimestampMs(0), .days = days, .players = players, .count = {}});
  REQUIRE(made.ok());
  return *made;
}

}  // namespace

TEST_CASE("turns ascend, and each session has its first, its last and its length") {
  const auto rhythm = Plan(1, 10, 300);
  std::set<std::pair<std::chrono::microseconds, std::chrono::microseconds>> planned;
  std::vector<PlannedSession> sessions;
  for (uint64_t player = 0; player < 300; ++player) {
    const Life life = rhythm->LifeOf(player);
    for (int64_t day = life.first_day; day <= life.last_day; ++day) {
      rhythm->AddSessions(player, life, day, sessions);
    }
  }
  for (const PlannedSession& session : sessions) planned.insert({session.begin, session.end});

  Calendar calendar(rhythm);
  std::map<uint64_t, Turn> open;
  std::chrono::microseconds last{0};
  int64_t turns = 0;
  uint64_t begun = 0;
  while (!calendar.ended()) {
    const Turn turn = calendar.Next();
    ++turns;
    REQUIRE(turn.time >= last);
    last = turn.time;
    if (turn.begins) {
      REQUIRE(turn.session == ++begun);
      open[turn.session] = turn;
      continue;
    }
    const Turn first = open.at(turn.session);
    REQUIRE(first.player == turn.player);
    if (!turn.ends) continue;
    REQUIRE(planned.erase({first.time, turn.time}) == 1);
    open.erase(turn.session);
  }
  CHECK(planned.empty());
  CHECK(open.empty());
  CHECK(turns == rhythm->events());
}

TEST_CASE("a world of one player and one day ends") {
  Calendar calendar(Plan(2, 1, 1));
  int turns = 0;
  while (!calendar.ended()) {
    CHECK(calendar.Next().player == 0);
    ++turns;
  }
  CHECK(turns >= 2);
}

}  // namespace gamevents::generate

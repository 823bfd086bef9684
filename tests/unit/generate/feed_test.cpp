// Goal: lanes get every event of the world once, a player's in order and always in one lane, and
// what is due is due by the rate alone. Method: feeds drained by one thread and by several.
#include "core/generate/feed.h"

#include "tests/unit/catch.h"
#include "tests/unit/generate/fixture.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <thread>

namespace gamevents::generate {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Feed RatedFeed(double rate, FeedOptions options, steady_clock::time_point begin) {
  options.rate = rate;
  return {World(SmallWorld()), options, begin};
}

}  // namespace

TEST_CASE("one lane gets the world's events in their order") {
  Feed feed = MakeFeed(500);
  World world(SmallWorld());
  int taken = 0;
  while (true) {
    const auto items = feed.Take(0, 7);
    if (items.empty()) break;
    for (const Feed::Item& item : items) {
      REQUIRE(item.event.json == world.Next().json);
      ++taken;
    }
  }
  CHECK(taken == 500);
  CHECK(feed.Take(0, 7).empty());
}

TEST_CASE("several lanes get each event once, whoever is faster") {
  constexpr size_t kLanes = 4;
  constexpr int64_t kEvents = 20'000;
  Feed feed = MakeFeed(kEvents, kLanes);
  std::vector<std::vector<GameEvent>> taken(kLanes);
  std::vector<std::thread> threads;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    threads.emplace_back([&, lane] {
      while (true) {
        auto items = feed.Take(lane, lane + 1);
        if (items.empty()) return;
        for (Feed::Item& item : items) taken[lane].push_back(std::move(item.event));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> ids;
  std::map<std::string, int64_t> numbers;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    for (const GameEvent& event : taken[lane]) {
      REQUIRE(ids.insert(FormatUuid(event.id)).second);
      REQUIRE(event.player % kLanes == lane);
      REQUIRE(event.number == numbers[event.user]++);
    }
  }
  CHECK(ids.size() == kEvents);
}

TEST_CASE("what is due is spread over the time that the rate gives") {
  const auto begin = steady_clock::now();
  constexpr int kEvents = 5'000;
  FeedOptions options;
  options.count = kEvents;
  Feed feed = RatedFeed(1'000, options, begin);
  auto last = begin;
  std::vector<double> gaps;
  for (int i = 0; i < kEvents; ++i) {
    const auto items = feed.Take(0, 1);
    REQUIRE(items.size() == 1);
    REQUIRE(items[0].due >= last);
    gaps.push_back(std::chrono::duration<double>(items[0].due - last).count());
    last = items[0].due;
  }
  // 5,000 events at 1,000 a second are due within 5 s, and they come as a Poisson process does:
  // the gaps' standard deviation is their mean.
  CHECK(std::abs(std::chrono::duration<double>(last - begin).count() - 5) < 0.3);
  double squares = 0;
  for (const double gap : gaps) squares += (gap - 0.001) * (gap - 0.001);
  CHECK(std::abs(std::sqrt(squares / kEvents) - 0.001) < 0.0001);
}

TEST_CASE("another rate stretches the same times") {
  const auto begin = steady_clock::now();
  FeedOptions options;
  options.count = 100;
  Feed slow = RatedFeed(10, options, begin);
  Feed fast = RatedFeed(1'000, options, begin);
  for (int i = 0; i < 100; ++i) {
    const auto late = slow.Take(0, 1)[0];
    const auto early = fast.Take(0, 1)[0];
    REQUIRE(late.event.json == early.event.json);
    const double ratio = std::chrono::duration<double>(late.due - begin) /
                         std::chrono::duration<double>(early.due - begin);
    REQUIRE(std::abs(ratio - 100) < 0.1);
  }
}

TEST_CASE("with a rate the duration decides which events there are, not the clock") {
  // All of it lies in the past already.
  const auto begin = steady_clock::now() - std::chrono::hours(1);
  FeedOptions options;
  options.duration = milliseconds(2'000);
  size_t first = 0;
  for (int turn = 0; turn < 2; ++turn) {
    Feed feed = RatedFeed(1'000, options, begin);
    size_t taken = 0;
    for (size_t got = 1; got > 0; taken += got) {
      const auto items = feed.Take(0, 100);
      got = items.size();
      for (const Feed::Item& item : items) REQUIRE(item.due < begin + *options.duration);
    }
    CHECK(taken > 1'800);
    CHECK(taken < 2'200);
    if (turn == 1) CHECK(taken == first);
    first = taken;
  }
}

TEST_CASE("without a rate the clock ends it") {
  FeedOptions options;
  options.duration = milliseconds(50);
  Feed feed(World(SmallWorld()), options, steady_clock::now());
  CHECK_FALSE(feed.Take(0, 1).empty());
  std::this_thread::sleep_for(milliseconds(60));
  CHECK(feed.Take(0, 1).empty());
}

TEST_CASE("a lane waits while too much waits for another") {
  Feed feed = MakeFeed(static_cast<int64_t>(kWaitingMax) * 3, 2);
  // Lane 0 takes until what lane 1 does not take is the bound, and then has to wait for it.
  std::thread other([&] {
    std::this_thread::sleep_for(milliseconds(300));
    while (!feed.Take(1, 1'000).empty()) continue;
  });
  size_t taken = 0;
  for (size_t got = 1; got > 0; taken += got) got = feed.Take(0, 1'000).size();
  other.join();
  CHECK(taken > kWaitingMax);
}

}  // namespace gamevents::generate

// Goal: of an event that is sent several times, also at once, one is stored; when that fails, the
// next is. Method: claims in every order, told by hand how they end; then many threads.
#include "core/collector/ingest/duplicates.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::collector {
namespace {

using Claim = Duplicates::Claim;

constexpr DuplicatesOptions kOptions{std::chrono::minutes(10), 1'000};
constexpr TimestampMs kNow(1'795'428'000'123);
const IdHash kId = EventIdentity("e", "");

void NotDecided(bool) { FAIL("nobody was to be told"); }

}  // namespace

TEST_CASE("stored once, an event is a duplicate until the window ends") {
  Duplicates duplicates(kOptions);
  CHECK(duplicates.Take(kId, kNow, NotDecided) == Claim::kYours);
  duplicates.Stored(kId, kNow);
  CHECK(duplicates.Take(kId, kNow, NotDecided) == Claim::kStored);
  const TimestampMs later(kNow.value + 601'000);
  CHECK(duplicates.Take(kId, later, NotDecided) == Claim::kYours);
  duplicates.Failed(kId);
  CHECK(duplicates.Take(kId, later, NotDecided) == Claim::kYours);
}

TEST_CASE("a repeat waits for the first, and takes its place when it failed") {
  Duplicates duplicates(kOptions);
  std::string told;
  const auto waiter = [&told](const char* name) {
    return [&told, name](bool stored) { told += std::string(name) + (stored ? "+" : "-"); };
  };
  CHECK(duplicates.Take(kId, kNow, NotDecided) == Claim::kYours);
  CHECK(duplicates.Take(kId, kNow, waiter("a")) == Claim::kWait);
  CHECK(duplicates.Take(kId, kNow, waiter("b")) == Claim::kWait);
  CHECK(duplicates.Take(kId, kNow, waiter("c")) == Claim::kWait);
  CHECK(told.empty());
  duplicates.Failed(kId);
  CHECK(told == "a-");  // a is to store it now; the others wait for a
  duplicates.Stored(kId, kNow);
  CHECK(told == "a-b+c+");
  CHECK(duplicates.Take(kId, kNow, NotDecided) == Claim::kStored);
}

TEST_CASE("a long row of repeats that all fail at once needs no deep stack, and linear time") {
  constexpr int kRepeats = 200'000;
  Duplicates duplicates(kOptions);
  int failed = 0;
  CHECK(duplicates.Take(kId, kNow, NotDecided) == Claim::kYours);
  for (int i = 0; i < kRepeats; ++i) {
    const Claim claim = duplicates.Take(kId, kNow, [&](bool stored) {
      failed += stored ? 0 : 1;
      duplicates.Failed(kId);
    });
    REQUIRE(claim == Claim::kWait);
  }
  duplicates.Failed(kId);
  CHECK(failed == kRepeats);
  CHECK(duplicates.Take(kId, kNow, NotDecided) == Claim::kYours);
}

TEST_CASE("a key is for one content") {
  Duplicates duplicates(kOptions);
  CHECK(duplicates.OpenRequest("k", 1, kNow));
  CHECK(duplicates.OpenRequest("k", 1, kNow));        // a repeat of what is under way
  CHECK_FALSE(duplicates.OpenRequest("k", 2, kNow));  // another content
  CHECK(duplicates.OpenRequest("l", 2, kNow));
  duplicates.CloseRequest("k", 1, false, kNow);
  duplicates.CloseRequest("k", 1, false, kNow);
  CHECK(duplicates.OpenRequest("k", 2, kNow));  // nothing of the first was stored
  duplicates.CloseRequest("k", 2, true, kNow);
  CHECK_FALSE(duplicates.OpenRequest("k", 1, kNow));
  CHECK(duplicates.OpenRequest("k", 2, kNow));
  duplicates.CloseRequest("k", 2, false, kNow);
  CHECK(duplicates.OpenRequest("k", 1, TimestampMs(kNow.value + 601'000)));
}

TEST_CASE("what the topic holds is remembered; switched off there is nothing to recall") {
  Duplicates duplicates(kOptions);
  CHECK(duplicates.enabled());
  CHECK_FALSE(duplicates.recalled());
  duplicates.Remember(kId, kNow);
  duplicates.Remember(kId, kNow);
  duplicates.Remember(RequestIdentity("k"), kNow, 7);
  duplicates.Recalled();
  CHECK(duplicates.recalled());
  CHECK(duplicates.Take(kId, kNow, NotDecided) == Claim::kStored);
  CHECK_FALSE(duplicates.OpenRequest("k", 8, kNow));
  for (const DuplicatesOptions& off :
       {DuplicatesOptions{{}, 5}, DuplicatesOptions{std::chrono::minutes(1), 0}}) {
    CHECK_FALSE(Duplicates(off).enabled());
    CHECK(Duplicates(off).recalled());
  }
}

TEST_CASE("many threads store each event once") {
  Duplicates duplicates({std::chrono::minutes(10), 100'000});
  constexpr int kEvents = 2'000;
  std::vector<std::atomic<int>> stored(kEvents);
  std::atomic<int> told{0};
  const auto play = [&](int thread) {
    for (int i = 0; i < kEvents; ++i) {
      const IdHash id = EventIdentity(std::to_string(i), "");
      // Of each event one thread's attempt succeeds, the others' fail.
      const auto store = [&, id, i, thread] {
        if (i % 4 != thread) return duplicates.Failed(id);
        ++stored[static_cast<size_t>(i)];
        duplicates.Stored(id, kNow);
      };
      const Claim claim = duplicates.Take(id, kNow, [&told, store](bool done) {
        if (!done) store();
        ++told;
      });
      if (claim == Claim::kYours) store();
      if (claim != Claim::kWait) ++told;
    }
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) threads.emplace_back(play, thread);
  for (std::thread& thread : threads) thread.join();
  CHECK(told == 4 * kEvents);
  CHECK(std::ranges::all_of(stored, [](const std::atomic<int>& count) { return count == 1; }));
}

}  // namespace gamevents::collector

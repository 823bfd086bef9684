// Goal: of an event that is sent several times, also at once, one is stored; when Kafka refuses it,
// the next is; when Kafka is away, all fail together. Method: claims in every order, told by hand
// how they end; then many threads.
#include "core/collector/ingest/duplicates.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

using Claim = Duplicates::Claim;

constexpr DuplicatesOptions kOptions{std::chrono::minutes(10), 1'000};
constexpr TimestampMs kNow(kTestNow + 123);
const IdHash kId = EventIdentity("e", "");
const std::vector<std::optional<IdHash>> kIds = {kId};

constexpr size_t kBytes = 100;  // of each that waits

void NotDecided(const Result<Claim>&) { FAIL("nobody was to be told"); }

Claim Take(Duplicates& duplicates, IdHash event, TimestampMs now, size_t bytes,
           Duplicates::OnDecided decided) {
  return duplicates.Take(event, now, bytes, [&] { return std::move(decided); });
}

}  // namespace

TEST_CASE("stored once, an event is a duplicate until the window ends") {
  Duplicates duplicates(kOptions);
  CHECK(Take(duplicates, kId, kNow, kBytes, NotDecided) == Claim::kYours);
  duplicates.Stored(kIds, kNow);
  CHECK(Take(duplicates, kId, kNow, kBytes, NotDecided) == Claim::kStored);
  const TimestampMs later(kNow.value + 601'000);
  CHECK(Take(duplicates, kId, later, kBytes, NotDecided) == Claim::kYours);
  duplicates.Failed(kId, {Fault::kUnavailable, "away"});
  CHECK(Take(duplicates, kId, later, kBytes, NotDecided) == Claim::kYours);
}

TEST_CASE("several are claimed at once, up to the first that somebody is storing") {
  Duplicates duplicates(kOptions);
  const IdHash old = EventIdentity("old", "");
  const IdHash busy = EventIdentity("busy", "");
  duplicates.Remember(old, kNow);
  CHECK(Take(duplicates, busy, kNow, kBytes, NotDecided) == Claim::kYours);
  const std::vector<std::optional<IdHash>> ids = {kId, old, std::nullopt, busy, std::nullopt};
  std::vector<Claim> claims(ids.size(), Claim::kTooMany);
  CHECK(duplicates.TakeFree(ids, kNow, claims) == 3);
  CHECK(claims[0] == Claim::kYours);
  CHECK(claims[1] == Claim::kStored);
  CHECK(claims[2] == Claim::kYours);
  // The second of two in one request waits for the first, too.
  CHECK(duplicates.TakeFree(kIds, kNow, claims) == 0);
  int told = 0;
  const auto count = [&told](const Result<Claim>& claim) {
    told += claim && *claim == Claim::kStored ? 1 : 0;
  };
  CHECK(Take(duplicates, kId, kNow, kBytes, count) == Claim::kWait);
  CHECK(Take(duplicates, busy, kNow, kBytes, count) == Claim::kWait);
  duplicates.Stored(std::vector<std::optional<IdHash>>{kId, std::nullopt, busy}, kNow);
  CHECK(told == 2);
  CHECK(duplicates.TakeFree(ids, kNow, claims) == ids.size());
  CHECK(claims[0] == Claim::kStored);
  CHECK(claims[3] == Claim::kStored);
}

namespace {

// Notes under `name` how each that waits was decided.
class Told {
 public:
  Duplicates::OnDecided Waiter(const char* name) {
    return [this, name](const Result<Claim>& decided) {
      text_ += name;
      text_ += !decided ? "!" + decided.error().context : *decided == Claim::kStored ? "+" : "-";
    };
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace

TEST_CASE("a repeat waits for the first, and takes its place when that was refused") {
  Duplicates duplicates(kOptions);
  Told told;
  CHECK(Take(duplicates, kId, kNow, kBytes, NotDecided) == Claim::kYours);
  for (const char* name : {"a", "b", "c"}) {
    CHECK(Take(duplicates, kId, kNow, kBytes, told.Waiter(name)) == Claim::kWait);
  }
  CHECK(told.text().empty());
  duplicates.Refused(kId);
  CHECK(told.text() == "a-");  // a is to store it now; the others wait for a
  duplicates.Stored(kIds, kNow);
  CHECK(told.text() == "a-b+c+");
  CHECK(Take(duplicates, kId, kNow, kBytes, NotDecided) == Claim::kStored);
}

TEST_CASE("when the first fails for want of Kafka, all that wait fail with it") {
  Duplicates duplicates(kOptions);
  Told told;
  CHECK(Take(duplicates, kId, kNow, kBytes, NotDecided) == Claim::kYours);
  for (const char* name : {"a", "b"}) {
    CHECK(Take(duplicates, kId, kNow, kBytes, told.Waiter(name)) == Claim::kWait);
  }
  duplicates.Failed(kId, {Fault::kUnavailable, "away;"});
  CHECK(told.text() == "a!away;b!away;");
  CHECK(Take(duplicates, kId, kNow, kBytes, NotDecided) == Claim::kYours);
}

TEST_CASE("so many may wait for one event, and no more") {
  Duplicates duplicates(kOptions);
  size_t refused = 0;
  CHECK(Take(duplicates, kId, kNow, kBytes, NotDecided) == Claim::kYours);
  const auto wait = [&] {
    return Take(duplicates, kId, kNow, kBytes, [&](const Result<Claim>& decided) {
      if (decided && *decided == Claim::kYours) ++refused;
      duplicates.Refused(kId);
    });
  };
  for (size_t i = 0; i < kWaitersPerEventMax; ++i) REQUIRE(wait() == Claim::kWait);
  CHECK(wait() == Claim::kTooMany);
  // Each is refused in its turn: that needs no deep stack, and linear time.
  duplicates.Refused(kId);
  CHECK(refused == kWaitersPerEventMax);
  CHECK(Take(duplicates, kId, kNow, kBytes, NotDecided) == Claim::kYours);
}

TEST_CASE("what waits for all events together is bounded by its bytes, and given back") {
  Duplicates duplicates(kOptions);
  constexpr size_t kHalf = kWaitingBytesMax / 2;
  const auto ignore = [](const Result<Claim>&) {};
  const IdHash other = EventIdentity("other", "");
  for (int round = 0; round < 3; ++round) {
    CHECK(Take(duplicates, kId, kNow, kHalf, NotDecided) == Claim::kYours);
    CHECK(Take(duplicates, other, kNow, kHalf, NotDecided) == Claim::kYours);
    CHECK(Take(duplicates, kId, kNow, kHalf, ignore) == Claim::kWait);
    CHECK(Take(duplicates, other, kNow, kHalf, ignore) == Claim::kWait);
    CHECK(Take(duplicates, kId, kNow, 1, NotDecided) == Claim::kTooMany);
    duplicates.Refused(kId);  // its heir waits no longer
    CHECK(Take(duplicates, kId, kNow, 1, ignore) == Claim::kWait);
    duplicates.Failed(kId, {Fault::kIo, "disk"});
    duplicates.Failed(other, {Fault::kIo, "disk"});
  }
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
  CHECK(Take(duplicates, kId, kNow, kBytes, NotDecided) == Claim::kStored);
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
      // Of each event one thread's attempt succeeds, the others' are refused.
      const auto store = [&, id, i, thread] {
        if (i % 4 != thread) return duplicates.Refused(id);
        ++stored[static_cast<size_t>(i)];
        duplicates.Stored(std::vector{std::optional(id)}, kNow);
      };
      const Claim claim =
          Take(duplicates, id, kNow, kBytes, [&told, store](const Result<Claim>& done) {
            if (done && *done == Claim::kYours) store();
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

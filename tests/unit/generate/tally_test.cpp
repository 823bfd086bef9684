// Goal: each event is counted once, whatever becomes of it, and reasons cannot grow without bound.
// Method: outcomes told by hand and by threads.
#include "core/generate/tally.h"

#include "tests/unit/catch.h"

#include <thread>
#include <vector>

namespace gamevents::generate {

using std::chrono::microseconds;

TEST_CASE("outcomes are counted by fate and reason") {
  Tally tally;
  tally.Sent(5);
  tally.Request(false);
  tally.Request(true);
  tally.Ended({Fate::kAcknowledged, false, {}}, microseconds(100));
  tally.Ended({Fate::kAcknowledged, true, {}}, microseconds(300));
  tally.Ended({Fate::kRefused, false, "503"}, microseconds(9'000));
  tally.Ended({Fate::kRefused, false, "503"}, microseconds(9'000));
  tally.Ended({Fate::kUnknown, false, "gone"}, microseconds(9'000));
  const Counts counts = tally.Read();
  CHECK(counts.sent == 5);
  CHECK(counts.acknowledged == 2);
  CHECK(counts.duplicates == 1);
  CHECK(counts.refused == 2);
  CHECK(counts.unknown == 1);
  CHECK(counts.requests == 2);
  CHECK(counts.retries == 1);
  CHECK(counts.refusals == std::map<std::string, int64_t>{{"503", 2}});
  CHECK(counts.unknowns == std::map<std::string, int64_t>{{"gone", 1}});
  // Only what was acknowledged has a latency.
  CHECK(counts.latency.count() == 2);
  CHECK(counts.latency.max() == microseconds(300));
}

TEST_CASE("there is an end to reasons") {
  Tally tally;
  constexpr int kDifferent = 1'000;
  for (int i = 0; i < kDifferent; ++i) {
    tally.Ended({Fate::kRefused, false, "reason " + std::to_string(i)}, microseconds(0));
  }
  tally.Ended({Fate::kRefused, false, "reason 3"}, microseconds(0));
  const Counts counts = tally.Read();
  CHECK(counts.refusals.size() == kReasonsMax + 1);
  CHECK(counts.refusals.at("reason 3") == 2);
  CHECK(counts.refusals.at(kOtherReason) == kDifferent - static_cast<int64_t>(kReasonsMax));
}

TEST_CASE("threads lose no count") {
  Tally tally;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 5'000; ++i)
        tally.Ended({Fate::kAcknowledged, false, {}}, microseconds(i));
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(tally.Read().acknowledged == 20'000);
  CHECK(tally.Read().latency.count() == 20'000);
}

}  // namespace gamevents::generate

// Goal: an id is found as long as it is recent and among the last so many, and never otherwise.
// Method: a model that keeps everything, beside it in a long random run; the edges by hand.
#include "core/collector/ingest/recent_ids.h"

#include "tests/unit/catch.h"

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <utility>

namespace gamevents::collector {

TEST_CASE("names of different parts and kinds have different hashes") {
  CHECK(HashId('e', "a", "b") == HashId('e', "a", "b"));
  CHECK_FALSE(HashId('e', "a", "b") == HashId('p', "a", "b"));
  CHECK_FALSE(HashId('e', "ab", "c") == HashId('e', "a", "bc"));
  CHECK_FALSE(HashId('e', "a") == HashId('e', "b"));
}

TEST_CASE("an id is known for the window, with its mark") {
  RecentIds ids(10, 60);
  const IdHash id = HashId('e', "a");
  CHECK_FALSE(ids.Find(id, 1000).has_value());
  ids.Add(id, 7, 1000);
  CHECK(ids.Find(id, 1000) == 7);
  CHECK(ids.Find(id, 1060) == 7);
  CHECK_FALSE(ids.Find(id, 1061).has_value());
  CHECK(ids.Find(id, 900) == 7);  // a clock that went back
  ids.Add(id, 8, 1061);
  CHECK(ids.Find(id, 1100) == 8);
  CHECK(ids.size() == 1);
}

TEST_CASE("with no room nothing is kept, and nothing breaks") {
  RecentIds ids(0, 60);
  ids.Add(HashId('e', "a"), 1, 1);
  CHECK_FALSE(ids.Find(HashId('e', "a"), 1).has_value());
}

TEST_CASE("an old id that is added again before it was dropped is found again") {
  RecentIds ids(10, 60);
  ids.Add(HashId('e', "young"), 1, 5'000);  // out of order: it keeps the old one behind it
  ids.Add(HashId('e', "old"), 1, 1'000);
  CHECK_FALSE(ids.Find(HashId('e', "old"), 5'000).has_value());
  ids.Add(HashId('e', "old"), 2, 5'001);
  CHECK(ids.Find(HashId('e', "old"), 5'001) == 2);
  CHECK(ids.size() == 2);
}

TEST_CASE("a long run agrees with a model that keeps everything") {
  constexpr size_t kMax = 3'000;  // grows twice, then turns over many times
  constexpr uint32_t kWindow = 50;
  RecentIds ids(kMax, kWindow);
  std::deque<std::pair<int, uint32_t>> model;  // name and time, oldest first
  std::mt19937 random(1);                      // NOLINT: the same run every time
  uint32_t now = 1'000;
  for (int name = 0; name < 60'000; ++name) {
    if (random() % 200 == 0) now += static_cast<uint32_t>(random() % 30);
    ids.Add(HashId('e', std::to_string(name)), static_cast<uint32_t>(name), now);
    model.emplace_back(name, now);
    if (model.size() > kMax) model.pop_front();
    while (now - model.front().second > kWindow) model.pop_front();
    REQUIRE(ids.size() == model.size());
    const int asked = std::max(0, name - static_cast<int>(random() % (kMax + 500)));
    const auto found = ids.Find(HashId('e', std::to_string(asked)), now);
    REQUIRE(found.has_value() == (asked >= model.front().first));
    if (found) REQUIRE(*found == static_cast<uint32_t>(asked));
  }
}

}  // namespace gamevents::collector

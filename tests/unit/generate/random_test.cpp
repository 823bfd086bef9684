// Goal: the same numbers from the same seed for ever, distributed as they should be. Method: known
// values, and counts over many draws within wide bounds.
#include "core/generate/random.h"

#include "tests/unit/catch.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace gamevents::generate {

TEST_CASE("a seed's numbers never change") {
  // The 10,000th of the standard engine with its default seed is in the C++ standard.
  Random standard(5489);
  uint64_t last = 0;
  for (int i = 0; i < 10'000; ++i) last = standard.Bits();
  CHECK(last == 9981545732273789042u);
}

TEST_CASE("numbers below a bound are below it and even") {
  Random random(1);
  std::array<int, 6> counts{};
  constexpr int kDraws = 60'000;
  for (int i = 0; i < kDraws; ++i) ++counts.at(random.Below(counts.size()));
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 500);
  CHECK(random.Below(1) == 0);
  for (int i = 0; i < 100; ++i) CHECK(random.Below((uint64_t{1} << 63) + 1) <= uint64_t{1} << 63);
}

TEST_CASE("skewed numbers follow Zipf's law in steps") {
  Random random(2);
  std::vector<int> counts(1'000);
  constexpr int kDraws = 200'000;
  for (int i = 0; i < kDraws; ++i) ++counts.at(random.SkewedBelow(counts.size()));
  const auto sum = [&](size_t from, size_t to) {
    int all = 0;
    for (size_t i = from; i < to; ++i) all += counts[i];
    return all;
  };
  // Each power of two as often as the next: 0, 1-2, 3-6, …, 255-510.
  const int first = counts[0];
  for (size_t level = 1; level < 9; ++level) {
    const size_t from = (size_t{1} << level) - 1;
    CHECK(std::abs(sum(from, 2 * from + 1) - first) < first / 10);
  }
  CHECK(counts[999] > 0);
  for (int i = 0; i < 100; ++i) CHECK(random.SkewedBelow(1) == 0);
}

TEST_CASE("times between arrivals are exponential") {
  Random random(3);
  constexpr int kDraws = 100'000;
  double sum = 0;
  int above_one = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = random.Exponential();
    REQUIRE(value >= 0);
    sum += value;
    if (value > 1) ++above_one;
  }
  CHECK(std::abs(sum / kDraws - 1) < 0.02);
  CHECK(std::abs(above_one / double{kDraws} - 0.3679) < 0.01);  // 1/e
}

TEST_CASE("draws are the same for the same three numbers, and others for others") {
  const uint64_t bits = Draws(1, 2, 3).Bits();
  CHECK(Draws(1, 2, 3).Bits() == bits);
  CHECK(Draws(1, 2, 4).Bits() != bits);
  CHECK(Draws(1, 3, 3).Bits() != bits);
  CHECK(Draws(2, 2, 3).Bits() != bits);
}

TEST_CASE("draws are uniform or normal, also the first ones of many series") {
  constexpr uint64_t kSeries = 100'000;
  double sum = 0;
  double normal_sum = 0;
  double squares = 0;
  int chances = 0;
  for (uint64_t player = 0; player < kSeries; ++player) {
    Draws draws(4, player, 0);
    const double unit = draws.Unit();
    REQUIRE((unit >= 0 && unit < 1));
    sum += unit;
    const double normal = draws.Normal();
    normal_sum += normal;
    squares += normal * normal;
    chances += draws.Chance(0.25) ? 1 : 0;
  }
  CHECK(std::abs(sum / kSeries - 0.5) < 0.01);
  CHECK(std::abs(normal_sum / kSeries) < 0.02);
  CHECK(std::abs(squares / kSeries - 1) < 0.02);
  CHECK(std::abs(chances / double{kSeries} - 0.25) < 0.01);
}

}  // namespace gamevents::generate

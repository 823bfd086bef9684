// Goal: what is chosen follows the mix, and a player owns no more than the state allows. Method:
// many choices; bags on both sides of each limit.
#include "core/generate/goods.h"

#include "core/generate/curves.h"
#include "tests/unit/catch.h"

#include <cmath>
#include <cstddef>
#include <vector>

namespace gamevents::generate {
namespace {

const std::vector<event::Item> kItems = {{"cheap", "thing", {}, 10, 100, false},
                                         {"dear", "thing", {"red", "blue"}, 1'000, 5, false},
                                         {"gift", "thing", {}, 0, 2, false},
                                         {"one", "thing", {"left", "right"}, 90, 9, true}};

std::vector<double> Chosen(ItemMix mix, int times) {
  const Shelf shelf(kItems, mix);
  Random random(7);
  std::vector<double> counts(kItems.size());
  for (int i = 0; i < times; ++i) {
    const Goods goods = shelf.Choose(random);
    REQUIRE((goods.type == 0) == shelf.at(goods.item).types.empty());
    REQUIRE(goods.type <= shelf.at(goods.item).types.size());
    REQUIRE((goods.quantity >= 1 && goods.quantity <= 3));
    counts[goods.item] += 1;
  }
  return counts;
}

}  // namespace

TEST_CASE("by price the cheap is chosen as much more often as the elasticity says") {
  const auto counts = Chosen(ItemMix::kByPrice, 200'000);
  const double slope = std::log(counts[1] / counts[0]) / std::log(1'000.0 / 10);
  CHECK(std::abs(slope + kPriceElasticity) < 0.02);
  // What costs nothing counts as if it cost one coin.
  CHECK(counts[2] > counts[0]);
}

TEST_CASE("a uniform mix chooses alike, a skewed one the first") {
  const auto uniform = Chosen(ItemMix::kUniform, 40'000);
  for (const double count : uniform) CHECK(std::abs(count - 10'000) < 400);
  const auto skewed = Chosen(ItemMix::kSkewed, 40'000);
  CHECK(skewed[0] > 1.5 * skewed[1]);
}

TEST_CASE("a bag holds a type up to its limit, and one of what is unique") {
  Bag bag;
  CHECK(MayOwn(bag, {1, 1, 5}, kItems[1]));
  CHECK_FALSE(MayOwn(bag, {1, 1, 6}, kItems[1]));
  KeepAll(bag, {1, 1, 2});
  KeepAll(bag, {1, 1, 2});
  REQUIRE(bag.owned.size() == 1);
  CHECK(bag.owned.front().quantity == 4);
  CHECK(MayOwn(bag, {1, 1, 1}, kItems[1]));
  CHECK_FALSE(MayOwn(bag, {1, 1, 2}, kItems[1]));
  CHECK(MayOwn(bag, {1, 2, 5}, kItems[1]));
  bag.cart.push_back({1, 1, 1});
  CHECK_FALSE(MayOwn(bag, {1, 1, 1}, kItems[1]));

  KeepAll(bag, {3, 1, 1});
  CHECK_FALSE(MayOwn(bag, {3, 2, 1}, kItems[3]));
}

}  // namespace gamevents::generate

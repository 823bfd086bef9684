#include "core/generate/goods.h"

#include "core/base/check.h"
#include "core/generate/curves.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace gamevents::generate {
namespace {

// Nobody buys more of one thing at once, though the catalogue may allow it.
constexpr int64_t kQuantityAtOnceMax = 3;
// What an item for one coin weighs: even the dearest keeps some digits.
constexpr double kWeightOfOneCoin = 1e12;

}  // namespace

void KeepAll(Bag& bag, const Goods& goods) {
  const auto found = std::ranges::find_if(bag.owned, [&](const Goods& each) {
    return each.item == goods.item && each.type == goods.type;
  });
  if (found == bag.owned.end()) {
    bag.owned.push_back(goods);
  } else {
    found->quantity += goods.quantity;
  }
}

bool MayOwn(const Bag& bag, const Goods& goods, const event::Item& item) {
  int64_t all = goods.quantity;
  for (const std::vector<Goods>* place : {&bag.owned, &bag.cart}) {
    for (const Goods& each : *place) {
      const bool counts = each.item == goods.item && (item.unique || each.type == goods.type);
      if (counts) all += each.quantity;
    }
  }
  return all <= (item.unique ? 1 : item.stack_limit);
}

Shelf::Shelf(std::vector<event::Item> items, ItemMix mix) : items_(std::move(items)), mix_(mix) {
  INVARIANT(!items_.empty());
  if (mix_ != ItemMix::kByPrice) return;
  uint64_t sum = 0;
  for (const event::Item& item : items_) {
    const auto price = static_cast<double>(std::max<int64_t>(item.price, 1));
    sum += static_cast<uint64_t>(kWeightOfOneCoin * std::pow(price, -kPriceElasticity));
    weights_.push_back(sum);
  }
}

uint64_t Shelf::ChooseItem(Random& random) const {
  switch (mix_) {
    case ItemMix::kSkewed:
      return random.SkewedBelow(items_.size());
    case ItemMix::kUniform:
      return random.Below(items_.size());
    case ItemMix::kByPrice:
      break;
  }
  const uint64_t at = random.Below(weights_.back());
  return static_cast<uint64_t>(std::ranges::upper_bound(weights_, at) - weights_.begin());
}

Goods Shelf::Choose(Random& random) const {
  const uint64_t item = ChooseItem(random);
  const event::Item& chosen = items_[item];
  Goods goods{static_cast<uint32_t>(item), 0, 1};
  if (!chosen.types.empty()) {
    goods.type = static_cast<uint32_t>(1 + random.Below(chosen.types.size()));
  }
  const int64_t most = chosen.unique ? 1 : std::min(chosen.stack_limit, kQuantityAtOnceMax);
  goods.quantity = static_cast<uint32_t>(1 + random.Below(static_cast<uint64_t>(most)));
  return goods;
}

}  // namespace gamevents::generate

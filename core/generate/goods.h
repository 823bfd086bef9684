#pragma once

#include "core/event/catalogue.h"
#include "core/generate/random.h"

#include <cstdint>
#include <vector>

namespace gamevents::generate {

/// How often one item is bought beside another.
enum class ItemMix : uint8_t {
  kSkewed,   ///< the first often, the last seldom: Random::SkewedBelow
  kUniform,  ///< each as often as any other
  kByPrice,  ///< the cheap often, the dear seldom: kPriceElasticity
};

/// So many of an item in one of its types.
struct Goods {
  uint32_t item = 0;  ///< its place in the catalogue
  uint32_t type = 0;  ///< 1 + its place in the item's types; 0: it has none
  uint32_t quantity = 0;
};

/// What a player has in mind.
struct Bag {
  std::vector<Goods> cart;
  std::vector<Goods> owned;
};

/// Adds to what is owned: each item in each of its types is there once.
void KeepAll(Bag& bag, const Goods& goods);

/// Whether the state would let the bag's player own these goods, too: so many of each type, or one
/// of a unique item. What lies in the cart counts, so that it can be checked out whatever is bought
/// meanwhile. Requires: `goods` are of `item`.
bool MayOwn(const Bag& bag, const Goods& goods, const event::Item& item);

/// What can be bought, and how often each thing is. Not thread-safe.
class Shelf {
 public:
  /// Requires: an item.
  Shelf(std::vector<event::Item> items, ItemMix mix);

  const event::Item& at(uint32_t item) const { return items_[item]; }

  /// Some of one thing, in one of its types.
  Goods Choose(Random& random) const;

 private:
  uint64_t ChooseItem(Random& random) const;

  std::vector<event::Item> items_;
  ItemMix mix_;
  std::vector<uint64_t> weights_;  // by price only: of all items up to each
};

}  // namespace gamevents::generate

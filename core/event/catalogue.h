#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::event {

/// A catalogue's file is a few pages of text; more than this is some other file.
inline constexpr size_t kCatalogueBytesMax = 1u << 20;
inline constexpr size_t kItemsMax = 10'000;
/// The longest name of an item, a kind or a type.
inline constexpr size_t kItemNameMax = 64;
inline constexpr size_t kItemTypesMax = 100;
/// What one thing may cost, in coins: a cart's total then fits 64 bits.
inline constexpr int64_t kPriceMax = 1'000'000'000;
/// How many of one thing can be bought or owned, where the item sets no lower limit.
inline constexpr int64_t kQuantityMax = 1'000'000;

/// One thing that can be bought.
struct Item {
  std::string name;  ///< "sword": lower-case letters, digits and '_'
  std::string kind;
  std::vector<std::string> types;  ///< its variants; empty: it comes in one only
  int64_t price = 0;               ///< in coins
  int64_t stack_limit = kQuantityMax;
  bool unique = false;
};

/// {"name","kind","types","price","stack_limit","unique"}, on one line.
std::string ToJson(const Item& item);

/// What can be bought: configs/items.yaml, or a file like it. Immutable, so thread-safe.
class Catalogue {
 public:
  /// configs/items.yaml as it was when the program was built. Lives for ever.
  static const Catalogue& BuiltIn();

  /// Reads YAML `text`, which came from `path`. Errors: kBadInput, everything that is wrong at
  /// once, one a line: "items.yaml:3:5: sword.prise is not known; did you mean price?".
  static Result<Catalogue> Parse(const std::string& path, const std::string& text);

  /// The same of the file at `path`. Errors: also kNotFound, kFull, kIo.
  static Result<Catalogue> Load(const std::string& path);

  /// In the file's order; never empty.
  std::span<const Item> items() const { return items_; }

  /// The item of that name, or null.
  const Item* Find(std::string_view name) const;

  /// For people whose item is not there: "; did you mean sword?" where one is near, and all names.
  std::string Alternatives(std::string_view name) const;

  /// {"items":[…]}, each as the function ToJson has it, on one line.
  std::string ToJson() const;

 private:
  explicit Catalogue(std::vector<Item> items);

  std::vector<Item> items_;
  std::vector<size_t> by_name_;  // indices into items_, sorted
};

}  // namespace gamevents::event

// Goal: a catalogue says what is in its file, and a wrong one is refused with the place and the
// remedy. Method: small YAML texts with known contents; the shipped file beside the built-in one.

#include "core/event/catalogue.h"

#include "core/base/file.h"
#include "tests/unit/catch.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace gamevents::event {
namespace {

std::string ErrorOf(const std::string& text) {
  const auto parsed = Catalogue::Parse("i.yaml", text);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().fault == Fault::kBadInput);
  return parsed.error().context;
}

TEST_CASE("an item has what the file gives it, and defaults for the rest") {
  const auto catalogue = Catalogue::Parse("i.yaml",
                                          "items:\n"
                                          "  sword: {kind: blade, types: [katana, rapier], "
                                          "price: 7, stack_limit: 3, unique: true}\n"
                                          "  bread: {kind: food, price: 0}\n");
  REQUIRE(catalogue);
  REQUIRE(catalogue->items().size() == 2);
  const Item* sword = catalogue->Find("sword");
  REQUIRE(sword != nullptr);
  CHECK(sword->kind == "blade");
  CHECK(sword->types == std::vector<std::string>{"katana", "rapier"});
  CHECK(sword->price == 7);
  CHECK(sword->stack_limit == 3);
  CHECK(sword->unique);
  const Item* bread = catalogue->Find("bread");
  REQUIRE(bread != nullptr);
  CHECK(bread->types.empty());
  CHECK(bread->stack_limit == kQuantityMax);
  CHECK_FALSE(bread->unique);
  CHECK(catalogue->Find("swor") == nullptr);
  CHECK(catalogue->Alternatives("swrod") == "; did you mean sword?; there are bread, sword");
  CHECK(catalogue->ToJson() ==
        R"({"items":[{"name":"sword","kind":"blade","types":["katana","rapier"],"price":7,)"
        R"("stack_limit":3,"unique":true},{"name":"bread","kind":"food","types":[],"price":0,)"
        R"("stack_limit":1000000,"unique":false}]})");
}

TEST_CASE("everything wrong is reported with its place") {
  CHECK(ErrorOf("items:\n  sword:\n    kind: blade\n    prise: 1\n  Axe: {}\n"
                "  bow: {kind: bow, price: -1, stack_limit: 0, unique: yes}\n") ==
        "i.yaml:4:5: sword.prise is not known; did you mean price?\n"
        "i.yaml:2:3: sword.price is missing\n"
        "i.yaml:5:3: an item: 'Axe' is no name: 1 to 64 lower-case letters, digits and '_'\n"
        "i.yaml:6:27: bow.price: -1 is out of range: 0 to 1000000000\n"
        "i.yaml:6:44: bow.stack_limit: 0 is out of range: 1 to 1000000\n"
        "i.yaml:6:55: bow.unique: expected true or false");
  CHECK(ErrorOf("items:\n  a: {kind: a, price: 1}\n  a: {kind: a, price: 1}\n") ==
        "i.yaml:3:3: duplicate a; remove one");
  CHECK(ErrorOf("items:\n  a: {kind: a, price: 1, types: [b, b]}\n") ==
        "i.yaml:2:37: a.types: duplicate b; remove one");
  CHECK(ErrorOf("items:\n  a: {kind: a, price: 1.5}\n") ==
        "i.yaml:2:23: a.price: expected a whole number");
  CHECK(ErrorOf("thing: 1\n").find("thing is not known; there is items") != std::string::npos);
  CHECK(ErrorOf("") == "i.yaml: empty; expected 'items:'");
  CHECK(ErrorOf("items: {}\n").find("at least one item") != std::string::npos);
  CHECK(ErrorOf("items: [\n").find("i.yaml:2:1: not YAML") == 0);
  CHECK(ErrorOf("items: \xFF\n") == "i.yaml: not a text in UTF-8");
}

TEST_CASE("errors beyond a screenful are counted") {
  std::string text = "items:\n";
  for (int i = 0; i < 30; ++i) text += "  a" + std::to_string(i) + ": {kind: a}\n";
  CHECK(ErrorOf(text).ends_with("\nand 10 more errors"));
}

TEST_CASE("the built-in catalogue is the shipped file") {
  const auto text = ReadFile(GAMEVENTS_ITEMS_FILE, kCatalogueBytesMax);
  REQUIRE(text);
  const auto shipped = Catalogue::Load(GAMEVENTS_ITEMS_FILE);
  REQUIRE(shipped);
  CHECK(shipped->ToJson() == Catalogue::BuiltIn().ToJson());
  CHECK(nlohmann::json::parse(shipped->ToJson()).at("items").size() == shipped->items().size());
  CHECK(shipped->items().size() >= 20);
  REQUIRE(shipped->Find("sword") != nullptr);
  CHECK(std::ranges::count(shipped->Find("sword")->types, "katana") == 1);
  std::set<std::string> kinds;
  for (const Item& item : shipped->items()) kinds.insert(item.kind);
  CHECK(kinds.size() >= 8);
}

TEST_CASE("a file that is not there is named") {
  const auto missing = Catalogue::Load("/nowhere/items.yaml");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().fault == Fault::kNotFound);
  CHECK(missing.error().context.find("/nowhere/items.yaml") != std::string::npos);
}

}  // namespace
}  // namespace gamevents::event

// Goal: each language gets a type for each contract, whatever the names are. Method: contracts with
// names that are no identifiers; tests/interop/test_contracts.py compiles what is printed.
#include "core/contracts/client.h"

#include "tests/unit/catch.h"

#include <string>

namespace gamevents::contracts {
namespace {

std::string Client(std::string_view language, const std::map<std::string, std::string>& files) {
  const auto read = Contracts::Of(files);
  REQUIRE(read.ok());
  const auto text = ClientFor(language, **read);
  REQUIRE(text.ok());
  return *text;
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const std::map<std::string, std::string> kFiles = {
    {"purchase_sword.json", R"({"title":"A sale */ of\na sword","properties":{
        "event_type":{"const":"purchase_sword"},"rarity":{"enum":["common","epic"]},
        "price":{"$ref":"#/$defs/money"},"user-name":{"type":"string"},"class":{"type":"boolean"},
        "tags":{"type":"array","items":{"type":"string"}},"any":{"type":["string","null"]}},
        "required":["event_type","user-name","price"],"$defs":{"money":{"type":"integer"}}})"},
    {"purchase-sword.json", "{}"}};

}  // namespace

TEST_CASE("TypeScript has an interface of each type") {
  const std::string text = Client("typescript", kFiles);
  CHECK(Has(text,
            "/** A sale *  of a sword */\nexport interface PurchaseSword_2 {\n"
            "  event_type: \"purchase_sword\";\n  price: number;\n"
            "  \"user-name\": string;\n  rarity?: \"common\" | \"epic\";\n"
            "  class?: boolean;\n  tags?: string[];\n  any?: unknown;\n}\n"));
  CHECK(Has(text, "export type GameEvent =\n  | PurchaseSword\n  | PurchaseSword_2;\n"));
  CHECK(Has(text, "\"Idempotency-Key\": key"));
}

TEST_CASE("GDScript has a function of each type") {
  const std::string text = Client("gdscript", kFiles);
  CHECK(Has(text,
            "static func purchase_sword_event_2(price_: int, user_name_: String, "
            "rarity_ = null, class_ = null, tags_ = null, any_ = null) -> Dictionary:\n"));
  CHECK(Has(text, "\tif rarity_ != null:\n\t\tevent[\"rarity\"] = rarity_\n"));
}

TEST_CASE("another language is refused, with those that there are") {
  const auto read = Contracts::Of({});
  const auto text = ClientFor("cobol", **read);
  REQUIRE_FALSE(text.ok());
  CHECK(text.error().context == "'cobol' is not one of csharp, gdscript, typescript");
  for (const std::string_view language : ClientLanguages()) CHECK(ClientFor(language, **read).ok());
}

}  // namespace gamevents::contracts

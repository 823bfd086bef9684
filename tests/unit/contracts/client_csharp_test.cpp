// Goal: C# gets a class of each contract, whatever the names are. Method: types with names that are
// words of the language or no identifiers; tests/interop/test_contracts.py compiles such a client.
#include "core/contracts/client_type.h"
#include "tests/unit/catch.h"

#include <string>

namespace gamevents::contracts {

TEST_CASE("C# has a class of each type") {
  const std::string text =
      CSharp({{"BuySword",
               "buy_sword",
               "A sale",
               {{"price", "price", Shown::kWhole, true, {}, {}},
                {"user-name", "user_name", Shown::kText, true, {}, "who"},
                {"rarity", "rarity", Shown::kText, false, {"common", "epic"}, {}},
                {"class", "class", Shown::kTruth, false, {}, {}},
                {"tags", "tags", Shown::kTexts, false, {}, {}}}}});
  const auto has = [&text](const char* part) { return text.find(part) != std::string::npos; };
  CHECK(has("/// A sale\npublic sealed class BuySword : GameEvent\n"));
  CHECK(has("    public BuySword(long @price, string @user_name)\n"));
  CHECK(has("    /// who\n    public string @user_name;\n"));
  CHECK(has("    /// One of \"common\", \"epic\"\n    public string @rarity;\n"));
  CHECK(has("    public bool? @class;\n"));
  CHECK(has("        fields[\"user-name\"] = @user_name;\n"));
  CHECK(has("        if (@tags != null) fields[\"tags\"] = @tags;\n"));
  CHECK(has("EventType { get { return \"buy_sword\"; } }"));
}

}  // namespace gamevents::contracts

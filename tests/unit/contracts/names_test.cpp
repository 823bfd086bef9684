// Goal: names of types are identifiers, and no two are the same. Method: names that are none.
#include "core/contracts/names.h"

#include "tests/unit/catch.h"

namespace gamevents::contracts {

TEST_CASE("a name in Pascal case has letters and digits alone") {
  CHECK(PascalCase("purchase_sword") == "PurchaseSword");
  CHECK(PascalCase("2nd-Try of it") == "2ndTryOfIt");
  CHECK(PascalCase("Match.Start") == "MatchStart");
  CHECK(PascalCase("\xC3\xBC").empty());
}

TEST_CASE("a name that is taken gets a number") {
  std::set<std::string> taken = {"Event"};
  CHECK(Unused("Buy", taken) == "Buy");
  CHECK(Unused("Buy", taken) == "Buy_2");
  CHECK(Unused("Buy", taken) == "Buy_3");
  CHECK(Unused("Event", taken) == "Event_2");
}

}  // namespace gamevents::contracts

// Goal: an item is had as the catalogue allows, and its facts go into the event. Method: a small
// catalogue, requests for what it has and has not.

#include "core/collector/routes/purchase_routes.h"

#include "core/collector/store/events.h"
#include "tests/unit/catch.h"

#include <array>

namespace gamevents::collector {
namespace {

constexpr auto kKnown = std::to_array<std::string_view>({"type", "quantity"});

event::Catalogue Small() {
  auto catalogue = event::Catalogue::Parse(
      "i.yaml",
      "items:\n  sword: {kind: blade, types: [katana], price: 7, stack_limit: 3}\n"
      "  crown: {kind: jewel, price: 9, unique: true}\n");
  REQUIRE(catalogue);
  return std::move(*catalogue);
}

Arguments With(const std::string& query) {
  http::Request request;
  request.query = query;
  auto read = Arguments::Read(request, kKnown);
  REQUIRE(read);
  return std::move(*read);
}

std::string Why(const std::string& item, const std::string& query, problem::Code code) {
  const auto choice = ChooseFromCatalogue(Small(), item, With(query));
  REQUIRE_FALSE(choice);
  CHECK(choice.problem().code == code);
  return choice.problem().detail;
}

TEST_CASE("what the catalogue has can be chosen") {
  const auto choice = ChooseFromCatalogue(Small(), "sword", With("type=katana&quantity=3"));
  REQUIRE(choice);
  CHECK(choice->item.price == 7);
  CHECK(choice->type == "katana");
  CHECK(choice->quantity == 3);
  const EventBuilder events({}, Clock::System());
  const auto start_of = [&](bool facts) {
    const std::string json = events.Build(ItemFields(*choice, facts), {}).json;
    return json.substr(0, json.find(R"(,"event_id")"));
  };
  CHECK(start_of(false) == R"({"item":"sword","kind":"blade","type":"katana","quantity":3)");
  CHECK(start_of(true) == R"({"item":"sword","kind":"blade","type":"katana","quantity":3,)"
                          R"("price":7,"stack_limit":3,"unique":false)");
  const auto plain = ChooseFromCatalogue(Small(), "crown", With(""));
  REQUIRE(plain);
  CHECK_FALSE(plain->quantity);
}

TEST_CASE("what it has not is refused, with what it has") {
  CHECK(Why("swrod", "", problem::Code::kUnknownItem) ==
        "there is no item 'swrod'; did you mean sword?; there are crown, sword");
  CHECK(Why("sword", "type=spoon", problem::Code::kUnknownType) ==
        "type: 'spoon' is not known; sword comes in the types katana");
  CHECK(Why("crown", "type=gold", problem::Code::kUnknownType) ==
        "type: 'gold' is not known; crown comes in no types: leave it out");
  CHECK(Why("sword", "quantity=4", problem::Code::kInvalidArgument) ==
        "quantity: '4' is not a whole number of 1 to 3");
  CHECK(Why("crown", "quantity=2", problem::Code::kInvalidArgument) ==
        "quantity: '2' is not a whole number of 1 to 1");
}

TEST_CASE("what has left the catalogue can still be given up") {
  const auto choice = ChooseAny(Small(), "spoon", With("type=silver&quantity=1000"));
  REQUIRE(choice);
  CHECK(choice->item.kind == "spoon");
  CHECK(choice->quantity == 1000);
  CHECK(ChooseAny(Small(), "sword", With(""))->item.kind == "blade");
  CHECK_FALSE(ChooseAny(Small(), std::string(65, 'x'), With("")));
  CHECK_FALSE(ChooseAny(Small(), "spoon", With("type=" + std::string(65, 'x'))));
}

TEST_CASE("the catalogue in use can be exchanged") {
  CatalogueInUse in_use(event::Catalogue::BuiltIn());
  const auto before = in_use.Get();
  in_use.Set(Small());
  CHECK(in_use.Get()->items().size() == 2);
  CHECK(before->items().size() >= 20);  // Whoever has the old one keeps it.
}

}  // namespace
}  // namespace gamevents::collector

// Goal: what users gain and lose is what the fold gives and takes, so that it adds up to what they
// have.
// Method: events in memory and the rows that come of them; random courses beside the fold's state.

#include "core/report/scan/flow_source.h"

#include "core/state/fold.h"
#include "core/state/state.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/report/views.h"

#include <nlohmann/json.hpp>

#include <map>
#include <random>

namespace gamevents::report {
namespace {

/// The event under its user's key.
Message Under(const std::string& user, const std::string& fields) {
  return {fmt::format(R"({{"user":"{}",{}}})", user, fields), user};
}

std::vector<std::string> Flows(const std::vector<Message>& messages,
                               std::optional<event::FieldPath> time = std::nullopt) {
  const auto source = FlowsOf(Topic(messages), kViewBytesMax, std::move(time))();
  REQUIRE(source);
  std::vector<std::string> flows;
  while (true) {
    const auto records = (*source)->Next();
    REQUIRE(records);
    if (records->empty()) return flows;
    for (const kafka::RecordView& record : *records) flows.emplace_back(*record.value);
  }
}

const std::string kBuy = R"("event_type":"purchase_axe","kind":"blade","quantity":3,"price":95)";
const std::string kUse = R"("event_type":"use_item","item":"axe","kind":"blade","quantity":2)";

TEST_CASE("a purchase brings items for coins, and a use takes them away") {
  CHECK(Flows({Under("ann", kBuy), Under("ann", kUse)}) ==
        std::vector<std::string>{
            R"({"user":"ann","what":"items","item":"axe","kind":"blade","gained":3,"lost":0,)"
            R"("through":"purchase"})",
            R"({"user":"ann","what":"coins","item":"axe","kind":"blade","gained":0,"lost":285,)"
            R"("through":"purchase"})",
            R"({"user":"ann","what":"items","item":"axe","kind":"blade","gained":0,"lost":2,)"
            R"("through":"use"})"});
}

TEST_CASE("what is free costs no coins, and a cart is gained at its checkout") {
  CHECK(Flows({Under("ann", R"("event_type":"add_to_cart","item":"axe","type":"big")"),
               Under("ann", R"("event_type":"checkout")")}) ==
        std::vector<std::string>{
            R"({"user":"ann","what":"items","item":"axe","kind":"axe","type":"big","gained":1,)"
            R"("lost":0,"through":"cart"})"});
}

TEST_CASE("what the fold does not do changes nothing") {
  Message misplaced = Under("ann", kBuy);
  misplaced.key = "bob";
  const std::string once = kBuy + R"(,"event_id":"1")";
  CHECK(Flows({misplaced, Under("ann", kUse), Under("ann", once), Under("ann", once)}).size() == 2);
}

TEST_CASE("the time of a field goes along, where the event has it") {
  const auto flows =
      Flows({Under("ann", kUse), Under("ann", kBuy + R"(,"at":"2026-11-23T10:00:00Z")"),
             Under("ann", kUse)},
            event::FieldPath{"at"});
  REQUIRE(flows.size() == 3);
  CHECK(flows[0].find(R"("time":1795428000000)") != std::string::npos);
  CHECK(flows[2].find("time") == std::string::npos);
}

TEST_CASE("all changes together are what users have") {
  std::mt19937 chance(7);
  const std::vector<std::string> types = {"add_to_cart",  "checkout",     "use_item",  "use_item",
                                          "purchase_axe", "purchase_bow", "clear_cart"};
  for (int round = 0; round < 20; ++round) {
    CAPTURE(round);
    std::vector<Message> messages;
    for (int i = 0; i < 300; ++i) {
      messages.push_back(
          Under(fmt::format("user{}", chance() % 5),
                fmt::format(R"("event_type":"{}","item":"{}","type":"{}","quantity":{},"price":{},)"
                            R"("stack_limit":9)",
                            types[chance() % types.size()], chance() % 2 == 0 ? "axe" : "bow",
                            chance() % 2 == 0 ? "big" : "", 1 + chance() % 3, chance() % 20)));
    }
    std::map<std::string, int64_t> flowed;
    for (const std::string& text : Flows(messages)) {
      const auto flow = nlohmann::json::parse(text);
      if (flow["what"] != "items") continue;
      flowed[flow["item"]] += flow["gained"].get<int64_t>() - flow["lost"].get<int64_t>();
    }
    state::State state;
    state::Fold fold;
    for (const Message& message : messages) {
      fold.Apply({.key = *message.key, .value = *message.value}, state);
    }
    std::map<std::string, int64_t> owned = {{"axe", 0}, {"bow", 0}};
    for (const state::User& user : state.users()) {
      for (const state::Stack& stack : user.stacks) {
        owned[state.goods(stack.goods).item] += stack.quantity;
      }
    }
    CHECK(flowed == owned);
  }
}

}  // namespace
}  // namespace gamevents::report

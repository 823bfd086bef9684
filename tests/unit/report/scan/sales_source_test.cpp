// Goal: a sale is what was bought, by purchase or checkout, once, and nothing that was refused.
// Method: events in memory, as serve writes them, and the rows that come of them.

#include "core/report/scan/sales_source.h"

#include "tests/support/fixed_clock.h"
#include "tests/unit/report/views.h"

namespace gamevents::report {
namespace {

constexpr size_t kSalesBytesMax = size_t{1} << 20;

/// The event under its user's key.
Message Keyed(const std::string& user, const std::string& fields) {
  return {fmt::format(R"({{"user":"{}",{}}})", user, fields), user};
}

std::vector<std::string> Sales(const std::vector<Message>& messages) {
  const auto source = SalesOf(Topic(messages), kSalesBytesMax)();
  REQUIRE(source);
  std::vector<std::string> sales;
  while (true) {
    const auto records = (*source)->Next();
    REQUIRE(records);
    if (records->empty()) return sales;
    for (const kafka::RecordView& record : *records) {
      CHECK(record.timestamp == TimestampMs(kTestNow));
      sales.emplace_back(*record.value);
    }
  }
}

TEST_CASE("a purchase is a sale, as often as it was asked for") {
  CHECK(Sales({Keyed("ann", R"("event_type":"purchase_sword","kind":"blade","type":"katana",)"
                            R"("quantity":3,"price":120)"),
               {"42"},
               {R"({"event_type":"purchase_sword","purchase_user":"bob"})"}}) ==
        std::vector<std::string>{
            R"({"user":"ann","item":"sword","kind":"blade","type":"katana","quantity":3,)"
            R"("price":120,"revenue":360,"through":"purchase"})",
            R"({"user":"bob","item":"sword","kind":"sword","quantity":1,"price":0,)"
            R"("revenue":0,"through":"purchase"})"});
}

TEST_CASE("a cart sells at its checkout what it holds then") {
  const std::string add = R"("event_type":"add_to_cart","item":"axe","quantity":2,"price":95)";
  const std::string remove = R"("event_type":"remove_from_cart","item":"axe","quantity":1)";
  const std::string checkout = R"("event_type":"checkout")";
  CHECK(Sales({Keyed("ann", add), Keyed("ann", remove), Keyed("bob", add), Keyed("ann", checkout),
               Keyed("ann", checkout)}) ==
        std::vector<std::string>{R"({"user":"ann","item":"axe","kind":"axe","quantity":1,)"
                                 R"("price":95,"revenue":95,"through":"cart"})"});
}

TEST_CASE("what came twice or was refused is no sale") {
  const std::string unique =
      R"("event_type":"purchase_excalibur","unique":true,"price":25000,"event_id":")";
  const auto sales = Sales(
      {Keyed("ann", unique + "1\""), Keyed("ann", unique + "1\""), Keyed("ann", unique + "2\"")});
  CHECK(sales.size() == 1);
}

TEST_CASE("carts beyond the memory end the scan") {
  std::vector<Message> messages;
  for (int i = 0; i < 3'000; ++i) {
    messages.push_back(
        Keyed("user" + std::to_string(i), R"("event_type":"add_to_cart","item":"axe","price":1)"));
  }
  const auto source = SalesOf(Topic(messages), 10'000)();
  REQUIRE(source);
  const auto records = (*source)->Next();
  REQUIRE_FALSE(records);
  CHECK(records.error().fault == Fault::kFull);
  CHECK(records.error().context.find("begin later") != std::string::npos);
}

}  // namespace
}  // namespace gamevents::report

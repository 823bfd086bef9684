// Goal: the till says what each event sells, at once, and nothing of events that sell nothing.
// Method: a cart that is filled and checked out, a purchase under another key, and an event that is
// neither. What is a sale in general: sales_source_test.cpp.
#include "core/report/scan/till.h"

#include "tests/unit/catch.h"

#include <optional>
#include <string>

namespace gamevents::report {
namespace {

/// What the event sells, as "item x quantity at price".
std::vector<std::string> SoldBy(Till& till, int64_t offset, const std::string& key,
                                const std::string& json) {
  event::Document document;
  REQUIRE(document.Parse(json));
  kafka::RecordView record;
  record.offset = offset;
  record.key = key;
  record.value = json;
  till.Pass(record);
  std::vector<std::string> sold;
  for (const Sale& sale : till.SalesOf(record, document)) {
    sold.push_back(std::string(sale.item) + " x " + std::to_string(sale.quantity) + " at " +
                   std::to_string(sale.price) + (sale.cart ? " by cart" : ""));
  }
  return sold;
}

TEST_CASE("a checkout sells what the cart holds, and a purchase itself") {
  Till till;
  CHECK(SoldBy(till, 0, "ann",
               R"({"event_type":"add_to_cart","user":"ann","item":"bow","quantity":2,"price":90})")
            .empty());
  CHECK(SoldBy(till, 1, "ann", R"({"event_type":"login","user":"ann"})").empty());
  CHECK(SoldBy(till, 2, "ann", R"({"event_type":"checkout","user":"ann"})") ==
        std::vector<std::string>{"bow x 2 at 90 by cart"});
  CHECK(SoldBy(till, 3, "ann", R"({"event_type":"checkout","user":"ann"})").empty());
  CHECK(SoldBy(till, 4, "another",
               R"({"event_type":"purchase_hat","purchase_user":"ann","item":"hat","price":60})") ==
        std::vector<std::string>{"hat x 1 at 60"});
}

}  // namespace
}  // namespace gamevents::report

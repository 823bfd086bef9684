#include "core/report/scan/sales_source.h"

#include "core/event/event_writer.h"
#include "core/report/scan/folded_source.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::report {
namespace {

/// One thing sold.
struct Sale {
  std::string_view user;
  std::string_view item;
  std::string_view kind;
  std::string_view type;  ///< empty: none
  int64_t quantity = 0;
  int64_t price = 0;  ///< of one, in coins
  bool cart = false;
};

std::string ToJson(const Sale& sale) {
  event::EventWriter writer;
  writer.Add("user", sale.user);
  writer.Add("item", sale.item);
  writer.Add("kind", sale.kind);
  if (!sale.type.empty()) writer.Add("type", sale.type);
  writer.Add("quantity", sale.quantity);
  writer.Add("price", sale.price);
  writer.Add("revenue", sale.price * sale.quantity);
  writer.Add("through", sale.cart ? "cart" : "purchase");
  return writer.Finish();
}

void DescribeSales(const FoldedEvent& folded, const AddRow& add) {
  const state::Command& command = folded.command;
  if (folded.is_misplaced) {
    if (command.verb != state::Verb::kPurchase) return;
    const int64_t quantity = std::max<int64_t>(1, command.quantity);  // 0: none named
    add(ToJson({command.user, command.item, command.kind, command.type, quantity, command.price}));
    return;
  }
  for (const state::CartLine& line : folded.outcome.bought) {
    const state::Goods& goods = folded.state.goods(line.goods);
    add(ToJson({command.user, goods.item, goods.kind, goods.type, line.quantity, line.price,
                command.verb == state::Verb::kCheckout}));
  }
}

}  // namespace

OpenSource SalesOf(OpenSource events, size_t bytes_max) {
  return FoldedFrom(std::move(events), bytes_max, DescribeSales);
}

}  // namespace gamevents::report

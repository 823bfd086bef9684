#include "core/report/scan/sales_source.h"

#include "core/event/event_writer.h"
#include "core/report/scan/folded_source.h"
#include "core/report/scan/till.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

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
  thread_local std::vector<Sale> sales;
  sales.clear();
  AddSales(folded.command, folded.is_misplaced ? nullptr : &folded.outcome, folded.state, sales);
  for (const Sale& sale : sales) add(ToJson(sale));
}

}  // namespace

OpenSource SalesOf(OpenSource events, size_t bytes_max) {
  return FoldedFrom(std::move(events), bytes_max, DescribeSales);
}

}  // namespace gamevents::report

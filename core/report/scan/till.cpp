#include "core/report/scan/till.h"

#include <algorithm>

namespace gamevents::report {

void AddSales(const state::Command& command, const state::Outcome* outcome,
              const state::State& state, std::vector<Sale>& sales) {
  if (outcome == nullptr) {
    if (command.verb != state::Verb::kPurchase) return;
    const int64_t quantity = std::max<int64_t>(1, command.quantity);  // 0: none named
    sales.push_back(
        {command.user, command.item, command.kind, command.type, quantity, command.price});
    return;
  }
  for (const state::CartLine& line : outcome->bought) {
    const state::Goods& goods = state.goods(line.goods);
    sales.push_back({command.user, goods.item, goods.kind, goods.type, line.quantity, line.price,
                     command.verb == state::Verb::kCheckout});
  }
}

void Till::Pass(const kafka::RecordView& record) {
  state_.ForgetIdle(record.partition, record.offset);
}

std::span<const Sale> Till::SalesOf(const kafka::RecordView& record, const event::Document& event) {
  sales_.clear();
  state::Command command;
  if (state::ReadCommand(event, command) != state::Reading::kCommand) return sales_;
  if (record.key != command.user) {
    AddSales(command, nullptr, state_, sales_);
    return sales_;
  }
  const state::Place place{record.partition, record.offset};
  const auto outcome = state::Obey(command, record.timestamp, state_, place);
  AddSales(command, &outcome, state_, sales_);
  return sales_;
}

}  // namespace gamevents::report

#include "core/report/scan/sales_source.h"

#include "core/base/units.h"
#include "core/event/event_writer.h"
#include "core/state/command.h"
#include "core/state/fold.h"
#include "core/state/state.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

/// The state's size is looked at after so many records.
constexpr size_t kRecordsPerLook = 1'024;

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

class SalesSource final : public RecordSource {
 public:
  SalesSource(std::unique_ptr<RecordSource> events, size_t bytes_max)
      : events_(std::move(events)), bytes_max_(bytes_max) {}

  Result<std::span<const kafka::RecordView>> Next() override {
    sales_.clear();
    texts_.clear();
    while (sales_.empty()) {
      auto events = events_->Next();
      if (!events || events->empty()) return events;
      for (const kafka::RecordView& event : *events) Take(event);
      if (auto fits = CheckMemory(events->size()); !fits) return std::move(fits).error();
    }
    return std::span<const kafka::RecordView>(sales_);
  }

  std::vector<int32_t> Partitions() const override { return events_->Partitions(); }

 private:
  void Take(const kafka::RecordView& event) {
    if (!event.value || !document_.Parse(*event.value)) return;
    state::Command command;
    if (state::ReadCommand(document_, command) != state::Reading::kCommand) return;
    if (event.key != command.user) {
      if (command.verb == state::Verb::kPurchase) AddPurchase(event, command);
      return;
    }
    const state::Place place{event.partition, event.offset};
    state_.ForgetIdle(place.partition, place.offset);
    const auto outcome = state::Obey(command, event.timestamp, state_, place);
    for (const state::CartLine& line : outcome.bought) {
      const state::Goods& goods = state_.goods(line.goods);
      Add(event, {command.user, goods.item, goods.kind, goods.type, line.quantity, line.price,
                  command.verb == state::Verb::kCheckout});
    }
  }

  void AddPurchase(const kafka::RecordView& event, const state::Command& command) {
    const int64_t quantity = std::max<int64_t>(1, command.quantity);  // 0: none named
    Add(event, {command.user, command.item, command.kind, command.type, quantity, command.price});
  }

  void Add(const kafka::RecordView& event, const Sale& sale) {
    kafka::RecordView record = event;
    record.value = texts_.emplace_back(ToJson(sale));
    sales_.push_back(record);
  }

  Status CheckMemory(size_t records) {
    unlooked_ += records;
    if (unlooked_ < kRecordsPerLook) return Done{};
    unlooked_ = 0;
    if (state_.MemoryBytes() <= bytes_max_) return Done{};
    return Error{Fault::kFull,
                 fmt::format("the carts and inventories take more than {} (report.memory): begin "
                             "later, or raise the key",
                             FormatSize(static_cast<int64_t>(bytes_max_)))};
  }

  std::unique_ptr<RecordSource> events_;
  const size_t bytes_max_;
  event::Document document_;
  state::State state_;
  size_t unlooked_ = 0;
  std::deque<std::string> texts_;  ///< what the records point at; a deque, so that it stays there
  std::vector<kafka::RecordView> sales_;
};

}  // namespace

OpenSource SalesOf(OpenSource events, size_t bytes_max) {
  return [events = std::move(events), bytes_max]() -> Result<std::unique_ptr<RecordSource>> {
    auto source = events();
    if (!source) return source;
    return std::unique_ptr<RecordSource>(
        std::make_unique<SalesSource>(std::move(*source), bytes_max));
  };
}

}  // namespace gamevents::report

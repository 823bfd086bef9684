#include "core/report/scan/flow_source.h"

#include "core/event/event_writer.h"
#include "core/report/ask/view.h"
#include "core/report/scan/folded_source.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace gamevents::report {
namespace {

/// Goods that a user gained or lost.
struct Flow {
  std::string_view user;
  state::GoodsName goods;
  std::string_view through;
  std::optional<int64_t> time;
};

/// `change`: negative when they are gone.
std::string ToJson(const Flow& flow, std::string_view what, int64_t change) {
  event::EventWriter writer;
  writer.Add("user", flow.user);
  writer.Add("what", what);
  writer.Add("item", flow.goods.item);
  writer.Add("kind", flow.goods.kind);
  if (!flow.goods.type.empty()) writer.Add("type", flow.goods.type);
  writer.Add("gained", std::max<int64_t>(change, 0));
  writer.Add("lost", std::max<int64_t>(-change, 0));
  writer.Add("through", flow.through);
  if (flow.time) writer.Add(kFlowTime, *flow.time);
  return writer.Finish();
}

void DescribeFlows(const FoldedEvent& folded, const std::optional<event::FieldPath>& time,
                   const AddRow& add) {
  if (folded.outcome.verdict != state::Verdict::kDone) return;
  const state::Command& command = folded.command;
  Flow flow{command.user, {}, command.verb == state::Verb::kCheckout ? "cart" : "purchase", {}};
  if (time) flow.time = folded.event.TimeAt(*time);
  for (const state::CartLine& line : folded.outcome.bought) {
    flow.goods = folded.state.goods(line.goods).name();
    add(ToJson(flow, kFlowItems, line.quantity));
    const int64_t coins = int64_t{line.price} * line.quantity;
    if (coins > 0) add(ToJson(flow, kFlowCoins, -coins));
  }
  if (command.verb != state::Verb::kUseItem) return;
  flow.goods = {command.item, command.kind, command.type};
  flow.through = "use";
  add(ToJson(flow, kFlowItems, -std::max<int64_t>(1, command.quantity)));  // 0: none named
}

}  // namespace

OpenSource FlowsOf(OpenSource events, size_t bytes_max, std::optional<event::FieldPath> time) {
  return FoldedFrom(std::move(events), bytes_max,
                    [time = std::move(time)](const FoldedEvent& folded, const AddRow& add) {
                      DescribeFlows(folded, time, add);
                    });
}

}  // namespace gamevents::report

#pragma once

#include "core/event/document.h"
#include "core/kafka/record.h"
#include "core/state/command.h"
#include "core/state/fold.h"
#include "core/state/state.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// One thing sold.
struct Sale {
  std::string_view user;
  std::string_view item;
  std::string_view kind;
  std::string_view type;  ///< empty: none
  int64_t quantity = 0;
  int64_t price = 0;  ///< of one, in coins
  bool cart = false;  ///< by a checkout
};

/// What a command sells. `outcome` is what the fold made of it, and `state` is as it was then;
/// null: the command is not under its user's key, which the fold leaves out, and a purchase is a
/// sale as it stands. Texts are views into the command and the state.
void AddSales(const state::Command& command, const state::Outcome* outcome,
              const state::State& state, std::vector<Sale>& sales);

/// Says what events sell. It follows carts by the fold (core/state), so that what was refused or
/// came twice is no sale, and a checkout sells what the cart held. Not thread-safe.
class Till {
 public:
  /// Goes past a record of the topic, in order, whatever it holds: before SalesOf, if that follows.
  void Pass(const kafka::RecordView& record);

  /// What the event of the record sells. Texts are views into `event` and the till: they live until
  /// the next call, and not longer than the event.
  std::span<const Sale> SalesOf(const kafka::RecordView& record, const event::Document& event);

  /// The carts and inventories that are kept meanwhile.
  state::State& state() { return state_; }
  const state::State& state() const { return state_; }

 private:
  state::State state_;
  std::vector<Sale> sales_;
};

}  // namespace gamevents::report

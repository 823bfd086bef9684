#pragma once

#include "core/report/steps/per_user.h"
#include "core/report/steps/step_events.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace gamevents::report {

/// One event that is at least one of the steps.
struct Moment {
  int64_t time = 0;
  int64_t offset = 0;
  int32_t partition = 0;
  uint32_t steps = 0;  ///< bit i: it is step i
};
using Moments = std::vector<Moment>;

/// How far users get: a row for each step with how many users took it after all steps before it,
/// in this order and all within the window from the first. An event is one step at most; others
/// may lie between. A user counts once, with the furthest that any of the user's tries got, as in
/// ClickHouse's windowFunnel. Events of the same millisecond follow in the order of the topic.
class Funnel final : public PerUserView<Moments> {
 public:
  /// Requires: 1 to kFunnelStepsMax steps.
  Funnel(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory);

  std::unique_ptr<EventView> Sibling() const override;
  Status Take(const Scanned& scanned) override;
  void Merge(EventView&& sibling) override;
  /// The steps that no event is, with the event type that may have been meant.
  std::vector<MissingName> Missing() const override { return steps_.Missing(); }

 private:
  struct Tally;

  void Follow(Moments history, std::vector<Tally>& tallies) const;
  int64_t Join(Moments& mine, const Moments& theirs) const override;
  Result<Table> TableOf(const Users& users) const override;

  StepEvents steps_;
};

}  // namespace gamevents::report

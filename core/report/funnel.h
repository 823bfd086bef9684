#pragma once

#include "core/report/event_view.h"
#include "core/report/per_user.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace gamevents::report {

/// How far users get: a row for each step with how many users took it after all steps before it,
/// in this order and all within the window from the first. An event is one step at most; others
/// may lie between. A user counts once, with the furthest that any of the user's tries got, as in
/// ClickHouse's windowFunnel. Events of the same millisecond follow in the order of the topic.
class Funnel final : public EventView {
 public:
  /// Requires: 1 to kFunnelStepsMax steps.
  Funnel(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory);

  std::unique_ptr<EventView> Sibling() const override;
  void Merge(EventView&& sibling) override;
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override { return users_.overflow(); }
  Result<Table> Finish() const override;
  std::vector<std::string> Notes() const override { return reader_.Notes(); }

 private:
  /// One event that is at least one of the steps.
  struct Moment {
    int64_t time = 0;
    int64_t offset = 0;
    int32_t partition = 0;
    uint32_t steps = 0;  ///< bit i: it is step i
  };
  using History = std::vector<Moment>;
  struct Tally;

  uint32_t StepsOf(const Scanned& scanned) const;
  void Follow(History history, std::vector<Tally>& tallies) const;

  std::vector<FunnelStep> steps_;
  std::chrono::milliseconds window_;
  UserEventReader reader_;
  PerUser<History> users_;
};

}  // namespace gamevents::report

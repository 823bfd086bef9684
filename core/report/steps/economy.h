#pragma once

#include "core/report/steps/event_view.h"
#include "core/report/steps/grouping.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {

/// What a game's users gain and lose: its events are the changes that FlowsOf makes
/// (flow_source.h). A row for each day (or step of another length) on which anything changed, for
/// coins and items apart, and for each group of them where the question names some: how many were
/// gained and lost, the net, and the total of that and all days before.
class Economy final : public EventView {
 public:
  Economy(const ViewQuestion& question, size_t bytes_max);

  std::unique_ptr<EventView> Sibling() const override;
  void Merge(EventView&& sibling) override;
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override { return groups_->Satisfied(); }
  /// Errors: kFull; kBadInput for a sum that does not fit a long.
  Result<Table> Finish() const override;
  std::vector<std::string> Notes() const override;

 private:
  Economy(const ViewQuestion& question, std::unique_ptr<Groups> groups)
      : question_(question), groups_(std::move(groups)) {}

  const ViewQuestion question_;
  std::unique_ptr<Groups> groups_;
  int64_t without_time_ = 0;
};

}  // namespace gamevents::report

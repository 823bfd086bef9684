#pragma once

#include "core/report/steps/per_user.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace gamevents::report {

/// After how many days a user is looked for.
inline constexpr std::array<int32_t, 4> kCohortDays = {0, 1, 7, 30};

using ActiveDays = std::vector<int32_t>;  ///< since 1970, ascending, each once

/// Who comes back: users by the day of their first event (of the question's zone), or by the week
/// or other step of days that it is in, and how many of them have an event on that day, on the
/// next, and on the seventh and thirtieth after it. What lies, for any of them, after the last day
/// that any event has is null, not zero: it has not been.
class Cohorts final : public PerUserView<ActiveDays> {
 public:
  Cohorts(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory);

  std::unique_ptr<EventView> Sibling() const override;
  Status Take(const Scanned& scanned) override;

 private:
  int64_t Join(ActiveDays& mine, const ActiveDays& theirs) const override;
  Result<Table> TableOf(const Users& users) const override;
};

}  // namespace gamevents::report

#pragma once

#include "core/report/event_view.h"
#include "core/report/per_user.h"

#include <array>
#include <cstdint>
#include <vector>

namespace gamevents::report {

/// After how many days a user is looked for.
inline constexpr std::array<int32_t, 4> kRetentionDays = {0, 1, 7, 30};

/// Who comes back: users by the day (UTC) of their first event, and how many of them have an event
/// on that day, on the next, and on the seventh and thirtieth after it. What lies after the last
/// day that any event has is null, not zero: it has not been.
class Retention final : public EventView {
 public:
  Retention(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory);

  std::unique_ptr<EventView> Sibling() const override;
  void Merge(EventView&& sibling) override;
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override { return users_.overflow(); }
  Result<Table> Finish() const override;
  std::vector<std::string> Notes() const override { return reader_.Notes(); }

 private:
  using History = std::vector<int32_t>;  ///< days since 1970 with an event, ascending, each once

  static int64_t Insert(History& history, int32_t day);

  UserEventReader reader_;
  PerUser<History> users_;
};

}  // namespace gamevents::report

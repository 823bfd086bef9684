#pragma once

#include "core/report/event_view.h"
#include "core/report/per_user.h"

#include <chrono>
#include <cstdint>
#include <vector>

namespace gamevents::report {

/// How long and how often people play: a user's events belong to one session until a pause longer
/// than the gap. A row for each day (or step of another length, UTC) in which sessions began: how
/// many, of how many users, with how many events, and how long they lasted.
class Sessions final : public EventView {
 public:
  Sessions(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory);

  std::unique_ptr<EventView> Sibling() const override;
  void Merge(EventView&& sibling) override;
  Status Take(const Scanned& scanned) override;
  bool Satisfied() const override { return users_.overflow(); }
  Result<Table> Finish() const override;
  std::vector<std::string> Notes() const override { return reader_.Notes(); }

 private:
  /// Events no further apart than the gap. Events may come in any order, as the parts of a scan
  /// do: a stretch that closes a gap joins what is on both sides.
  struct Stretch {
    int64_t begin = 0;
    int64_t end = 0;
    int64_t events = 0;
  };
  using History = std::vector<Stretch>;  ///< by time, further apart than the gap

  int64_t Insert(History& history, Stretch stretch) const;

  std::chrono::milliseconds gap_;
  std::chrono::milliseconds day_;
  UserEventReader reader_;
  PerUser<History> users_;
};

}  // namespace gamevents::report

#pragma once

#include "core/report/steps/per_user.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace gamevents::report {

/// Events of one user no further apart than the gap. Events may come in any order, as the parts of
/// a scan do: a stretch that closes a gap joins what is on both sides.
struct Stretch {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t events = 0;
};
using Stretches = std::vector<Stretch>;  ///< by time, further apart than the gap

/// How long and how often people play: a user's events belong to one session until a pause longer
/// than the gap. A row for each day (or step of another length) in which sessions began: how
/// many, of how many users, with how many events, and how long they lasted.
class PlaySessions : public PerUserView<Stretches> {
 public:
  PlaySessions(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory);

  std::unique_ptr<EventView> Sibling() const override;
  Status Take(const Scanned& scanned) override;

 private:
  int64_t Insert(Stretches& history, Stretch stretch) const;
  int64_t Join(Stretches& mine, const Stretches& theirs) const override;
  Result<Table> TableOf(const Users& users) const override;
};

/// The same sessions, a row for each: user, begin and end in milliseconds since 1970, events; by
/// user, then by time.
class EachSession final : public PlaySessions {
 public:
  using PlaySessions::PlaySessions;

  std::unique_ptr<EventView> Sibling() const override;

 private:
  Result<Table> TableOf(const Users& users) const override;
};

}  // namespace gamevents::report

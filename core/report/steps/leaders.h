#pragma once

#include "core/report/steps/event_view.h"
#include "core/report/steps/grouping.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::report {

/// How many of each, by default.
inline constexpr size_t kLeaderRows = 10;

/// The users with the most events, the items bought most often and the guilds joined most often,
/// one list after another with their ranks.
class Leaders final : public EventView {
 public:
  Leaders(const ViewQuestion& question, size_t bytes_max);

  std::unique_ptr<EventView> Sibling() const override;
  void Merge(EventView&& sibling) override;
  Status Take(const Scanned& scanned) override;
  Result<Table> Finish() const override;
  std::vector<std::string> Notes() const override { return {}; }

 private:
  static constexpr size_t kLists = 3;
  using Lists = std::array<std::unique_ptr<Groups>, kLists>;
  Leaders(size_t rows, Lists lists) : rows_(rows), lists_(std::move(lists)) {}

  size_t rows_;
  Lists lists_;
};

}  // namespace gamevents::report

#include "core/report/steps/funnel.h"

#include "core/report/steps/sketch.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace gamevents::report {
namespace {

/// How far one try got: when it began, and when it took the step that it stands at.
struct Try {
  int64_t begin = 0;
  int64_t at = 0;
};

}  // namespace

/// What one step has seen.
struct Funnel::Tally {
  int64_t users = 0;
  Quantiles seconds;  ///< from the step before, of each user the first time
};

Funnel::Funnel(const ViewQuestion& question, std::shared_ptr<MemoryBudget> memory)
    : PerUserView(question, std::move(memory)), steps_(question.steps) {}

std::unique_ptr<EventView> Funnel::Sibling() const {
  return std::make_unique<Funnel>(question(), memory());
}

Status Funnel::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  const uint32_t steps = steps_.Of(scanned);
  if (steps == 0) return Done{};
  AddTo(scanned, [&](Moments& history, int64_t time) {
    history.push_back({time, scanned.record.offset, scanned.record.partition, steps});
    return static_cast<int64_t>(sizeof(Moment));
  });
  return Done{};
}

void Funnel::Merge(EventView&& sibling) {
  steps_.Merge(std::move(static_cast<Funnel&>(sibling).steps_));
  PerUserView::Merge(std::move(sibling));
}

int64_t Funnel::Join(Moments& mine, const Moments& theirs) const {
  mine.insert(mine.end(), theirs.begin(), theirs.end());
  return 0;  // counted when it was gathered
}

// Of all tries that stand at a step only the one that began last matters: it has the most time
// left. The steps of one event are tried from the last on, so that it cannot be two of them.
void Funnel::Follow(Moments history, std::vector<Tally>& tallies) const {
  std::ranges::sort(history, [](const Moment& a, const Moment& b) {
    return std::tie(a.time, a.partition, a.offset) < std::tie(b.time, b.partition, b.offset);
  });
  std::vector<std::optional<Try>> tries(question().steps.size());
  size_t reached = 0;
  for (const Moment& moment : history) {
    for (size_t step = question().steps.size(); step-- > 0;) {
      if ((moment.steps >> step & 1) == 0) continue;
      if (step == 0) {
        tries[0] = Try{moment.time, moment.time};
      } else if (tries[step - 1] &&
                 moment.time - tries[step - 1]->begin <= question().window.count()) {
        const Try before = *tries[step - 1];
        tries[step] = Try{before.begin, moment.time};
        if (step == reached) {
          const double waited = static_cast<double>(moment.time - before.at) / 1'000;
          tallies[step].seconds.Add(waited);
        }
      } else {
        continue;
      }
      if (step == reached) {
        tallies[step].users += 1;
        ++reached;
      }
    }
  }
}

Result<Table> Funnel::TableOf(const Users& users) const {
  std::vector<Tally> tallies(question().steps.size());
  for (const auto& [user, history] : users) Follow(history, tallies);
  Table table;
  table.headings = {{"step", Type::kString},
                    {"users", Type::kLong},
                    {"share", Type::kAny},
                    {"of_previous", Type::kAny},
                    {"median_seconds", Type::kAny}};
  for (size_t i = 0; i < question().steps.size(); ++i) {
    const Tally& tally = tallies[i];
    Row row = {
        question().steps[i].name, tally.users, ShareOf(tally.users, tallies[0].users), {}, {}};
    if (i > 0) row[3] = ShareOf(tally.users, tallies[i - 1].users);
    if (!tally.seconds.empty()) row[4] = tally.seconds.At(0.5);
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace gamevents::report

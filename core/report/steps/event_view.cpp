#include "core/report/steps/event_view.h"

#include "core/report/steps/cohorts.h"
#include "core/report/steps/economy.h"
#include "core/report/steps/experiment.h"
#include "core/report/steps/funnel.h"
#include "core/report/steps/leaders.h"
#include "core/report/steps/play_sessions.h"
#include "core/report/table/memory_budget.h"

#include <cmath>
#include <utility>

namespace gamevents::report {
Cell ShareOf(int64_t part, int64_t whole) {
  constexpr double kParts = 10'000;
  if (whole == 0) return std::monostate{};
  return std::round(static_cast<double>(part) / static_cast<double>(whole) * kParts) / kParts;
}

std::unique_ptr<EventView> MakeView(const ViewQuestion& question, size_t bytes_max) {
  auto memory = std::make_shared<MemoryBudget>(bytes_max);
  switch (question.kind) {
    case ViewKind::kFunnel:
      return std::make_unique<Funnel>(question, std::move(memory));
    case ViewKind::kRetention:
      return std::make_unique<Cohorts>(question, std::move(memory));
    case ViewKind::kSessions:
      return std::make_unique<PlaySessions>(question, std::move(memory));
    case ViewKind::kExperiment:
      return std::make_unique<Experiment>(question, std::move(memory));
    case ViewKind::kEconomy:
      return std::make_unique<Economy>(question, bytes_max);
    case ViewKind::kTop:
      break;
  }
  return std::make_unique<Leaders>(question, bytes_max);
}

}  // namespace gamevents::report

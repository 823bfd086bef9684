#include "core/collector/ingest/contract_guard.h"

#include <chrono>

namespace gamevents::collector {

Result<std::unique_ptr<ContractGuard>> ContractGuard::Open(ContractGuardOptions options) {
  std::unique_ptr<ContractGuard> guard(new ContractGuard(std::move(options)));
  if (Status read = guard->Reload(); !read) return std::move(read).error();
  return guard;
}

Status ContractGuard::Reload() {
  auto read = contracts::Contracts::Load(options_.folder);
  if (!read) return std::move(read).error();
  const std::lock_guard lock(mutex_);
  contracts_.swap(*read);  // the old ones end without the lock
  return Done{};
}

std::shared_ptr<const contracts::Contracts> ContractGuard::Current() const {
  const std::lock_guard lock(mutex_);
  return contracts_;
}

Status ContractGuard::Admit(const contracts::Contracts& current, std::string_view event_type,
                            const event::Document& event,
                            std::vector<contracts::Problem>& problems) {
  const auto count = [this](Outcome outcome) {
    counts_[outcome].fetch_add(1, std::memory_order_relaxed);
  };
  const contracts::Contract* contract = current.Find(event_type);
  if (contract == nullptr) {
    count(kNoContract);
    if (options_.takes_unknown) return Done{};
    problems.push_back({"/event_type", "has no contract, without which no event is taken"});
    return Error{Fault::kNotFound, contracts::Describe(problems)};
  }
  problems = contracts::Check(*contract, event);
  count(problems.empty() ? kKept : kBroken);
  if (problems.empty()) return Done{};
  std::string what =
      "breaks the contract of " + contract->event_type + ": " + contracts::Describe(problems);
  notes_.Add(RefusalKind::kContract, std::chrono::steady_clock::now(), [&] {
    return "an event " + Noted(what) + (options_.enforces ? "; refused" : "; taken");
  });
  if (options_.enforces) return Error{Fault::kBadInput, std::move(what)};
  problems.clear();
  return Done{};
}

std::string_view ContractGuard::NameOf(Outcome outcome) {
  switch (outcome) {
    case kKept:
      return "kept";
    case kBroken:
      return "broken";
    case kNoContract:
    case kOutcomes:
      break;
  }
  return "no_contract";
}

}  // namespace gamevents::collector

#pragma once

#include "core/base/result.h"
#include "core/collector/request/refusal_notes.h"
#include "core/contracts/contracts.h"
#include "core/event/document.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {

struct ContractGuardOptions {
  std::string folder;
  /// Whether an event that breaks its contract is refused; else it is only noted and counted.
  bool enforces = true;
  /// Whether an event whose type has no contract is taken.
  bool takes_unknown = true;
  /// Takes a line about broken contracts now and then (RefusalNotes); none: nobody is told.
  RefusalNotes::Write note = {};
};

/// Holds the events of POST /events against the contracts of a folder, which can be read again
/// meanwhile. Thread-safe.
class ContractGuard {
 public:
  /// Errors: as contracts::Contracts::Load.
  static Result<std::unique_ptr<ContractGuard>> Open(ContractGuardOptions options);

  /// Reads the folder again. Errors: as Open; the contracts are then as before.
  Status Reload();

  /// The contracts as they are now: for all events of one request the same.
  std::shared_ptr<const contracts::Contracts> Current() const;

  /// Whether an event whose type has no contract is taken.
  bool takes_unknown() const { return options_.takes_unknown; }

  /// Counts the event, and notes one that breaks its contract now and then. Errors, when it is not
  /// to be taken: kBadInput (it breaks its contract), kNotFound (its type has none); `problems` has
  /// where and why, then.
  Status Admit(const contracts::Contracts& current, std::string_view event_type,
               const event::Document& event, std::vector<contracts::Problem>& problems);

  /// What an event can be found to be.
  enum Outcome : size_t { kKept, kBroken, kNoContract, kOutcomes };
  /// "kept", "broken", "no_contract".
  static std::string_view NameOf(Outcome outcome);
  /// How many events were so far.
  int64_t count(Outcome outcome) const { return counts_[outcome].load(std::memory_order_relaxed); }

 private:
  explicit ContractGuard(ContractGuardOptions options)
      : options_(std::move(options)), notes_(options_.note) {}

  const ContractGuardOptions options_;
  mutable std::mutex mutex_;
  std::shared_ptr<const contracts::Contracts> contracts_;
  std::array<std::atomic<int64_t>, kOutcomes> counts_{};
  RefusalNotes notes_;
};

}  // namespace gamevents::collector

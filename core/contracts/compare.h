#pragma once

#include "core/contracts/contracts.h"

#include <string>
#include <vector>

namespace gamevents::contracts {

/// One difference between two versions of a contract that somebody may stumble over.
struct Change {
  std::string event_type;
  std::string pointer;  ///< into an event; `*` stands for any element or other member
  std::string what;
  /// An event that kept the old contract may break the new one: senders must change first.
  bool breaks_producers = false;
  /// An event that keeps the new contract may break the old one: readers must change first.
  bool breaks_readers = false;
};

/// What has changed from `before` to `after`, by event type. Which changes break whom:
/// docs/contracts.md. Descriptions, defaults and examples are not compared; a contract that is new
/// is no change. Two regular expressions that differ, and the like, are taken to break both.
std::vector<Change> Compare(const Contracts& before, const Contracts& after);

}  // namespace gamevents::contracts

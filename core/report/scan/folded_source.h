#pragma once

#include "core/report/scan/record_event.h"
#include "core/report/scan/scan.h"
#include "core/state/command.h"
#include "core/state/fold.h"
#include "core/state/state.h"

#include <cstddef>
#include <functional>
#include <string>

namespace gamevents::report {

/// A command, and what the fold made of it.
struct FoldedEvent {
  const RecordEvent& event;
  const state::Command& command;
  const state::State& state;  ///< after it
  bool is_misplaced = false;  ///< not under its user's key: the fold leaves it out
  state::Outcome outcome{};
};

/// Gives `add` the JSON objects, in any number, that a command becomes.
using AddRow = std::function<void(std::string json)>;
using DescribeFolded = std::function<void(const FoldedEvent& folded, const AddRow& add)>;

/// What `describe` says of each command of `events`, as a scan's records: each has the key, the
/// place and the timestamp of its event. `describe` is called by several threads at once.
///
/// Carts and inventories are followed from `events`' start on by the fold (core/state). Where
/// `events` are read again at little cost, it can be split: each part reads all events and folds
/// those of its users, so that the rows do not depend on the number of parts.
///
/// `bytes_max`: of the carts and inventories that are kept meanwhile, of all parts together.
/// Errors of reading: those of `events`; kFull beyond it, with what to do.
OpenSource FoldedFrom(OpenSource events, size_t bytes_max, DescribeFolded describe);

}  // namespace gamevents::report

#pragma once

#include "core/event/document.h"
#include "core/report/ask/view.h"
#include "core/report/scan/asked_fields.h"
#include "core/report/scan/scan.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace gamevents::report {

/// Says which of a question's steps events are, and remembers which were none. Not thread-safe:
/// each part of a scan has its own.
class StepEvents {
 public:
  /// Requires: 1 to kFunnelStepsMax steps.
  explicit StepEvents(std::vector<FunnelStep> steps);

  const std::vector<FunnelStep>& steps() const { return steps_; }

  /// Bit i: the event is step i. Requires: scanned.event.
  uint32_t Of(const Scanned& scanned);

  /// Takes what another part of the same scan saw, which is left empty.
  void Merge(StepEvents&& other);

  /// The steps that no event is, with the event type that may have been meant.
  std::vector<MissingName> Missing() const;

 private:
  /// Event types that are kept, to find the one that was meant.
  static constexpr size_t kTypesMax = 200;

  bool IsTaken(size_t step) const { return (taken_ >> step & 1) != 0; }
  void KeepType(const event::Document& event);

  std::vector<FunnelStep> steps_;
  uint32_t taken_ = 0;                        ///< bit i: an event was step i
  std::set<std::string, std::less<>> types_;  ///< seen while a step had not been
};

}  // namespace gamevents::report

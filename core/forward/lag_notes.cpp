#include "core/forward/lag_notes.h"

#include "core/forward/describe.h"

namespace gamevents::forward {

std::optional<std::string> LagNotes::Next(const ForwardProgress& progress, TimestampMs now) {
  const Lag lag = Sum(progress);
  const bool old = !lag.oldest || now.value - lag.oldest->value >= kBehind.count();
  const bool behind = lag.records > 0 && (old || lag.stopped > 0);
  if (!behind) {
    if (!noted_ || lag.records > 0) return std::nullopt;
    noted_.reset();
  } else {
    if (noted_ && now.value - noted_->value < kNoteAgain.count()) return std::nullopt;
    noted_ = now;
  }
  return Describe(progress, target_, now).front();
}

}  // namespace gamevents::forward

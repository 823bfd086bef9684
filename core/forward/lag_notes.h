#pragma once

#include "core/base/clock.h"
#include "core/forward/forwarder.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace gamevents::forward {

/// Says when to note how far behind a forwarder is: once a minute while it is, and once when it has
/// caught up. Used by one thread.
class LagNotes {
 public:
  explicit LagNotes(std::string target) : target_(std::move(target)) {}

  /// To be called every few seconds. What is to be noted now; nullopt: nothing.
  std::optional<std::string> Next(const ForwardProgress& progress, TimestampMs now);

  /// Whoever copies is a moment behind; from this age of the oldest record on it is worth a note.
  static constexpr std::chrono::milliseconds kBehind{10'000};
  static constexpr std::chrono::milliseconds kNoteAgain{60'000};

 private:
  const std::string target_;
  std::optional<TimestampMs> noted_;  // while behind: when it was noted last
};

}  // namespace gamevents::forward

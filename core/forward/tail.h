#pragma once

#include "core/base/result.h"
#include "core/forward/interrupt.h"
#include "core/forward/resume.h"
#include "core/kafka/client_options.h"
#include "core/kafka/landmark.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gamevents::forward {

/// Which target partition is looked through, and for whose records.
struct TailOptions {
  kafka::ClientOptions target;
  std::string topic;
  SourcePartition source;  ///< the target's partition has the same number
  std::optional<KeptMark> kept;
  /// How long to wait for another producer's open transaction, which hides committed records.
  std::chrono::milliseconds patience{10'000};
};

/// Where the source goes on.
struct ResumePoint {
  int64_t next = 0;  ///< the source's offset
  /// The source's record before it, as the target has it; nullopt where that cannot be said.
  std::optional<kafka::Landmark> last{};
};

/// What a target partition's tail says.
struct FoundTail {
  std::optional<ResumePoint> point;  ///< nullopt: it holds nothing of the source's partition
  OffsetRange log;                   ///< of the target
};

/// Where to go on, read from the target's tail. Requires: whoever wrote there before writes no
/// more, and its last transaction is over. Errors: as kafka::Reader; kUnavailable when patience
/// ends; kClosed when interrupted.
Result<FoundTail> FindResume(const TailOptions& options, Interrupt& interrupt);

}  // namespace gamevents::forward

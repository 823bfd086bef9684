#pragma once

#include "core/base/result.h"
#include "core/forward/interrupt.h"
#include "core/kafka/client_options.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gamevents::forward {

/// Which target partition is looked through, and for whose records.
struct TailOptions {
  kafka::ClientOptions target;
  std::string topic;
  int32_t partition = 0;
  std::string cluster_id;       ///< of the source
  std::optional<int64_t> kept;  ///< the second mark: see resume.h
  /// How long to wait for another producer's open transaction, which hides committed records.
  std::chrono::milliseconds patience{10'000};
};

/// The offset of the source to go on with, read from the target's tail; nullopt: it holds nothing
/// of the source's partition. Requires: whoever wrote there before writes no more, and its last
/// transaction is over. Errors: as kafka::Reader; kUnavailable when patience ends; kClosed when
/// interrupted.
Result<std::optional<int64_t>> FindResume(const TailOptions& options, Interrupt& interrupt);

}  // namespace gamevents::forward

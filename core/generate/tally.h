#pragma once

#include "core/generate/histogram.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace gamevents::generate {

/// What became of one event in the end.
enum class Fate : uint8_t {
  kAcknowledged,
  kRefused,  ///< the answer said no, or nobody was there to be asked
  kUnknown,  ///< it was sent and the answer was lost: it may be stored or not
};

/// One event's end, for the tally.
struct Outcome {
  Fate fate = Fate::kUnknown;
  /// Acknowledged, but because it was stored by an earlier attempt.
  bool duplicate = false;
  std::string reason;  ///< unless acknowledged
};

/// What there is to tell at any time. Each event that was sent is in exactly one of acknowledged,
/// refused and unknown, or still under way.
struct Counts {
  int64_t sent = 0;
  int64_t acknowledged = 0;
  int64_t duplicates = 0;  ///< of the acknowledged
  int64_t refused = 0;
  int64_t unknown = 0;
  int64_t requests = 0;  ///< over HTTP: answered or not, retries too
  int64_t retries = 0;
  std::map<std::string, int64_t> refusals;  ///< by reason
  std::map<std::string, int64_t> unknowns;  ///< by reason
  Histogram latency;                        ///< of the acknowledged
};

/// Different reasons that are told apart; what comes then is counted as kOtherReason.
inline constexpr size_t kReasonsMax = 50;
inline constexpr char kOtherReason[] = "other reasons";

/// Counts what all connections do. Thread-safe.
class Tally {
 public:
  void Sent(int64_t events);
  void Request(bool is_retry);
  /// An event's fate is known, `latency` after it was sent or due.
  void Ended(const Outcome& outcome, Histogram::Duration latency);

  /// A copy of all counts, taken at one moment.
  Counts Read() const;

 private:
  mutable std::mutex mutex_;
  Counts counts_;
};

}  // namespace gamevents::generate

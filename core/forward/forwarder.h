#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/kafka/client_options.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// core/forward copies topics of a log to a cluster: each record once, in order within its
// partition, with its key, value, headers and time. It reads and writes through core/kafka and
// does not know whose the source is.

namespace gamevents::forward {

/// What is copied, from where to where.
struct ForwardOptions {
  kafka::ClientOptions source;    ///< an embedded broker, in this process or at an address
  std::string source_cluster_id;  ///< in each record's header, so that logs are told apart
  kafka::ClientOptions target;
  std::vector<std::string> topics;  ///< of the source; each has the same name in the target
  int16_t replication_factor = -1;  ///< of a topic that the target does not have; -1: its default
  int64_t rate = 0;                 ///< bytes of records a second, all partitions; 0: no limit
  /// Ends when everything that was in the source at the start is in the target.
  bool once = false;
  /// The file of what is to be stepped over (skips.h); empty: nothing.
  std::string skips_path;
  /// An idle partition's second mark (resume.h) is written again after so long: the target forgets
  /// it after a week by default (offsets.retention.minutes).
  std::chrono::milliseconds mark_age = std::chrono::hours(12);
};

/// How far one partition has come.
struct PartitionProgress {
  std::string topic;
  int32_t partition = 0;
  /// The offset of the next record to be copied: all below are durable in the target, or skipped.
  /// nullopt until the target has said how far it is.
  std::optional<int64_t> next;
  int64_t end = 0;                    ///< the source's high watermark
  int64_t bytes_behind = 0;           ///< of segments, about
  std::optional<TimestampMs> oldest;  ///< the time of the record at `next`, while behind
  /// Why it does not go on without somebody's doing (forward skip, or another setting); with the
  /// offset. nullopt: it goes on, or tries again by itself.
  std::optional<std::string> stopped;
  std::optional<std::string> last_error;  ///< that it tries again after
};

/// Of all partitions at one moment.
struct ForwardProgress {
  std::vector<PartitionProgress> partitions;  ///< by topic and partition
  double records_per_second = 0;              ///< copied, over the last ten seconds
  double bytes_per_second = 0;
  uint64_t records_copied = 0;  ///< since the start
  uint64_t bytes_copied = 0;
};

/// Copies in threads of its own until it is destroyed. Thread-safe.
class Forwarder {
 public:
  /// Called with a partition and the offset below which its records need not be kept for the
  /// forwarder any more; at the start with the source's log start, and never falling. From a
  /// thread of the forwarder's; must not block.
  using OnSafe = std::function<void(const std::string& topic, int32_t partition, int64_t offset)>;

  /// Begins. That the target is away is no error. Errors: kBadInput (a property, no topic).
  static Result<std::unique_ptr<Forwarder>> Start(const ForwardOptions& options, OnSafe on_safe);

  /// Ends what is under way within some seconds; what was not committed in the target is copied
  /// by the next forwarder.
  virtual ~Forwarder() = default;

  virtual ForwardProgress Progress() const = 0;

  /// With options.once: waits for the end. Errors: why a partition could not be copied to its end,
  /// with the offset; kUnavailable when the target was away for target.timeout; kClosed when
  /// interrupted.
  virtual Status WaitUntilDone() = 0;
};

}  // namespace gamevents::forward

#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"

#include <cstdint>
#include <string>
#include <utility>

namespace gamevents::forward {

/// What the target's topic must be.
struct TargetOptions {
  kafka::ClientOptions target;
  std::string source_cluster_id;
  std::string topic;
  int32_t partitions = 1;  ///< at least so many, and exactly as many where it is created
  int16_t replication_factor = -1;
};

/// The topic that is copied to. Used by one thread.
class TargetTopic {
 public:
  explicit TargetTopic(TargetOptions options) : options_(std::move(options)) {}

  /// Sees that the target is not the source, and that the topic is there with `partition`; creates
  /// it once where the target has never had it. Errors: kNotFound (it was there, and was deleted);
  /// kBadInput (the target is the source, or the topic has too few partitions, with the remedy);
  /// kUnavailable; as kafka::CreateTopic.
  Status Ensure(int32_t partition);

 private:
  Status CheckCluster();

  const TargetOptions options_;
  bool cluster_checked_ = false;
  bool seen_ = false;  // the topic was there
};

}  // namespace gamevents::forward

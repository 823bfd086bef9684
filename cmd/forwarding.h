#pragma once

#include "cmd/cluster.h"
#include "core/base/result.h"
#include "core/collector/metrics/metrics.h"
#include "core/config/settings.h"
#include "core/forward/forwarder.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::cmd {

/// The forwarder of a service that has an embedded broker: it runs where and while the broker is
/// this process's own, and tells the broker what may be deleted. Must end before the broker stops.
/// Thread-safe.
class Forwarding {
 public:
  explicit Forwarding(const config::Settings& settings);
  /// Ends the forwarder; notes what is left for the next one.
  ~Forwarding();
  Forwarding(const Forwarding&) = delete;
  Forwarding& operator=(const Forwarding&) = delete;

  /// Begins with the broker, which must outlive this. Does nothing where forward.brokers is not
  /// set. Errors: kBadInput (settings that do not fit together or to the broker, with the keys);
  /// kUnavailable; kFull.
  Status Start(embedded::EmbeddedBroker& broker);

  /// Start with the cluster's broker once it is this process's own. Where that is later, or never,
  /// it is noted who forwards, and so is an error of Start then. Errors: as Start.
  Status StartWith(const Cluster& cluster);

  /// What an operator wants to know, a sentence each (forward::Describe); nothing where
  /// forward.brokers is not set.
  std::vector<std::string> Remarks() const;

  /// Notes from now on how far behind it is, once a minute while it is, and when it has caught up:
  /// for a service that nobody may be watching by its metrics.
  void NoteLag();

  /// Shows the same as numbers. Must outlive the scrapes of `metrics`.
  void AddTo(collector::Metrics& metrics) const;

 private:
  struct Shared;

  const bool wanted_;
  // A callback of the cluster may come when this has gone.
  const std::shared_ptr<Shared> shared_;
  std::jthread lag_notes_;
};

}  // namespace gamevents::cmd

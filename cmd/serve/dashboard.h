#pragma once

#include "core/base/result.h"
#include "core/collector/metrics/metrics.h"
#include "core/collector/request/router.h"
#include "core/config/settings.h"
#include "core/dashboard/board.h"
#include "core/dashboard/follower.h"
#include "core/kafka/client_options.h"

#include <memory>
#include <string>
#include <vector>

namespace gamevents::cmd {

/// The dashboard as `serve` has it, or none where serve.dashboard is false. Must outlive the last
/// request.
class ServeDashboard {
 public:
  /// Does not wait for a broker. `url` is the server's, which the page of a topic without events
  /// names; `metrics` shows how many watch. Errors: kFull.
  static Result<std::unique_ptr<ServeDashboard>> Start(const config::Settings& settings,
                                                       const std::string& url,
                                                       const kafka::ClientOptions& client,
                                                       collector::Metrics& metrics);

  /// Adds /dashboard and /dashboard/stream to the collector's table.
  void AddTo(std::vector<collector::Route>& routes);

 private:
  explicit ServeDashboard(const config::Settings& settings);

  const bool wanted_;
  dashboard::Board board_;
  std::unique_ptr<dashboard::Follower> follower_;  // ends before the board
};

}  // namespace gamevents::cmd

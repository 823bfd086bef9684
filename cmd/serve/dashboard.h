#pragma once

#include "cmd/serve/worked_answers.h"
#include "core/base/result.h"
#include "core/collector/metrics/metrics.h"
#include "core/collector/request/router.h"
#include "core/config/settings.h"
#include "core/dashboard/board.h"
#include "core/dashboard/follower.h"
#include "core/dashboard/query.h"
#include "core/kafka/client_options.h"
#include "core/report/ask/render_options.h"

#include <memory>
#include <string>
#include <vector>

namespace gamevents::cmd {

/// The dashboard as `serve` has it, or none where serve.dashboard is false. The page of everything
/// is the follower's, and costs no scan; one with a range or a filter is worked out when it is
/// asked for. Must outlive the last request.
class ServeDashboard {
 public:
  /// Does not wait for a broker. `url` is the server's, which the page of a topic without events
  /// names; `metrics` shows how many watch. `settings` and `answers` must outlive it. Errors:
  /// kBadInput (report.time_zone); kFull.
  static Result<std::unique_ptr<ServeDashboard>> Start(const config::Settings& settings,
                                                       const std::string& url,
                                                       const kafka::ClientOptions& client,
                                                       collector::Metrics& metrics,
                                                       WorkedAnswers& answers);

  /// Adds /dashboard and /dashboard/stream to the collector's table.
  void AddTo(std::vector<collector::Route>& routes);

 private:
  ServeDashboard(const config::Settings& settings, kafka::ClientOptions client,
                 WorkedAnswers& answers);

  report::PageInfo PageOf(const dashboard::Scope& scope) const;
  void OnPage(collector::Call&& call);
  void OnStream(const collector::Call& call);
  Result<std::string> Work(const dashboard::Query& query) const;

  const config::Settings& settings_;
  const kafka::ClientOptions client_;
  WorkedAnswers& answers_;
  std::unique_ptr<dashboard::Board> board_;
  std::unique_ptr<dashboard::Follower> follower_;  // ends before the board
};

}  // namespace gamevents::cmd

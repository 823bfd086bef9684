#pragma once

#include "cmd/report/flags.h"
#include "core/base/result.h"
#include "core/base/time_zone.h"
#include "core/base/worker.h"
#include "core/collector/request/router.h"
#include "core/config/settings.h"
#include "core/http/message.h"
#include "core/kafka/client_options.h"
#include "core/report/ask/format.h"
#include "core/report/ask/render_options.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::cmd {

/// The longest answer that is given; a report that has more needs a limit.
inline constexpr size_t kReportAnswerMax = size_t{64} << 20;

/// Where a page among those of `serve` leads to: the dashboard, where there is one, and the named
/// reports. `current`: which of them it is, "" for the dashboard. `to_root` leads from the page to
/// the server's root: "" or "../".
std::vector<report::PageLink> PageLinks(const config::Settings& settings, std::string_view current,
                                        std::string_view to_root);

/// The named reports of the configuration over HTTP: GET /reports lists them, GET
/// /reports/whales.csv answers one. They are worked out one after the other, in a thread of their
/// own, and what was worked out is given again for a short time.
class ServeReports {
 public:
  /// `settings` must outlive it. Errors: kBadInput (a report that cannot be asked, with its key);
  /// kFull when the system gives no thread.
  static Result<std::unique_ptr<ServeReports>> Start(const config::Settings& settings,
                                                     kafka::ClientOptions client);

  /// Adds the routes, where a report is configured. They must not outlive this.
  void AddTo(std::vector<collector::Route>& routes);

 private:
  struct Report {
    std::string title;
    ReportFlags flags;
  };
  struct Answer {
    std::string body;
    std::string tag;  // as ETag has it
    std::chrono::steady_clock::time_point made;
  };

  ServeReports(const config::Settings& settings, TimeZone zone, kafka::ClientOptions client)
      : settings_(settings), zone_(std::move(zone)), client_(std::move(client)) {}

  http::Response List() const;
  void OnReport(collector::Call&& call);
  Result<std::shared_ptr<const Answer>> AnswerOf(const std::string& name, report::Format format);
  Result<std::string> Work(const std::string& name, report::Format format) const;

  const config::Settings& settings_;
  const TimeZone zone_;
  const kafka::ClientOptions client_;
  std::map<std::string, Report> reports_;
  // The worker's own: what was answered last, by name and format.
  std::map<std::pair<std::string, report::Format>, std::shared_ptr<const Answer>> answers_;
  std::unique_ptr<Worker> worker_;  // ends first
};

}  // namespace gamevents::cmd

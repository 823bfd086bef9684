#pragma once

#include "cmd/report/flags.h"
#include "cmd/serve/worked_answers.h"
#include "core/base/result.h"
#include "core/base/time_zone.h"
#include "core/collector/request/router.h"
#include "core/config/settings.h"
#include "core/http/message.h"
#include "core/kafka/client_options.h"
#include "core/report/ask/format.h"
#include "core/report/ask/render_options.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::cmd {

/// Where a page among those of `serve` leads to: the dashboard, where there is one, and the named
/// reports. `current`: which of them it is, "" for the dashboard. `to_root` leads from the page to
/// the server's root: "" or "../".
std::vector<report::PageLink> PageLinks(const config::Settings& settings, std::string_view current,
                                        std::string_view to_root);

/// The named reports of the configuration over HTTP: GET /reports lists them, GET
/// /reports/whales.csv answers one.
class ServeReports {
 public:
  /// `settings` and `answers` must outlive it. Errors: kBadInput (a report that cannot be asked,
  /// with its key).
  static Result<std::unique_ptr<ServeReports>> Start(const config::Settings& settings,
                                                     kafka::ClientOptions client,
                                                     WorkedAnswers& answers);

  /// Adds the routes, where a report is configured. They must not outlive this.
  void AddTo(std::vector<collector::Route>& routes);

 private:
  struct Report {
    std::string title;
    ReportFlags flags;
  };
  ServeReports(const config::Settings& settings, TimeZone zone, kafka::ClientOptions client,
               WorkedAnswers& answers)
      : settings_(settings),
        zone_(std::move(zone)),
        client_(std::move(client)),
        answers_(answers) {}

  http::Response List() const;
  void OnReport(collector::Call&& call);
  Result<std::string> Work(const std::string& name, report::Format format) const;

  const config::Settings& settings_;
  const TimeZone zone_;
  const kafka::ClientOptions client_;
  WorkedAnswers& answers_;
  std::map<std::string, Report> reports_;
  std::map<std::string, std::string> of_state_;  ///< what is not served: its name and its view
};

}  // namespace gamevents::cmd

#include "cmd/serve/dashboard.h"

#include "cmd/serve/reports.h"
#include "core/base/notes.h"
#include "core/collector/request/arguments.h"
#include "core/http/refusals.h"

#include <utility>

namespace gamevents::cmd {
namespace {

/// Answers a request that names what the page does not know, as a range; whether it did.
bool IsRefused(const collector::Call& call) {
  auto unknown = collector::Arguments::ExpectNone(call.request);
  if (!unknown) return false;
  call.reply(http::RefusalResponse(std::move(*unknown)));
  return true;
}

}  // namespace

Result<std::unique_ptr<ServeDashboard>> ServeDashboard::Start(const config::Settings& settings,
                                                              const std::string& url,
                                                              const kafka::ClientOptions& client,
                                                              collector::Metrics& metrics) {
  std::unique_ptr<ServeDashboard> made(new ServeDashboard(settings));
  if (!made->wanted_) return made;
  dashboard::FollowerOptions options;
  options.client = client;
  options.topic = settings.kafka.topic;
  options.first_step = "curl " + url + "/";
  options.memory = static_cast<size_t>(settings.report.memory);
  options.on_problem = [](const Error& why) {
    Note(NoteLevel::kWarning, "dashboard: " + why.context);
  };
  auto follower = dashboard::Follower::Start(std::move(options), made->board_);
  if (!follower) return std::move(follower).error().In("dashboard");
  made->follower_ = std::move(follower).value();
  metrics.AddSource({"gamevents_dashboard_watchers",
                     "Browsers that watch the dashboard.",
                     false,
                     {},
                     [&board = made->board_] {
                       return std::vector<collector::Sample>{
                           {static_cast<double>(board.watchers())}};
                     }});
  return made;
}

ServeDashboard::ServeDashboard(const config::Settings& settings)
    : wanted_(settings.serve.dashboard),
      board_({.topic = settings.kafka.topic,
              .watchers_max = static_cast<size_t>(settings.serve.dashboard_watchers),
              .links = PageLinks(settings, "", "")}) {}

void ServeDashboard::AddTo(std::vector<collector::Route>& routes) {
  if (!wanted_) return;
  collector::Route page{{"GET"},
                        "/dashboard",
                        collector::Access::kRead,
                        "the topic as a page that keeps itself up to date",
                        [this](const collector::Call& call) {
                          if (IsRefused(call)) return;
                          board_.OnPage(call.reply);
                        },
                        /*operational=*/true};
  page.name = "getDashboard";
  page.tag = "reports";
  page.for_browsers = true;
  page.answers = {{200, "the page as it is now", "text/html"},
                  {400, "a query, which it does not take"},
                  {503, "too many wait for it; try again later"}};
  collector::Route stream{
      {"GET"},
      "/dashboard/stream",
      collector::Access::kRead,
      "what the page shows, each time that it changes, as server-sent events; does not end",
      [this](const collector::Call& call) {
        if (IsRefused(call)) return;
        board_.OnStream(call.request, call.reply);
      },
      /*operational=*/true};
  stream.name = "watchDashboard";
  stream.tag = "reports";
  stream.for_browsers = true;
  stream.headers = {{"Last-Event-ID", "the id of the event that is known already"}};
  stream.answers = {{200, "events \"state\", HTML as their data", "text/event-stream"},
                    {400, "a query, which it does not take"},
                    {503, "serve.dashboard_watchers watch already; try again later"}};
  routes.push_back(std::move(page));
  routes.push_back(std::move(stream));
}

}  // namespace gamevents::cmd

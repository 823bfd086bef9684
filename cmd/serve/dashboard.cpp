#include "cmd/serve/dashboard.h"

#include "cmd/report/source.h"
#include "cmd/serve/reports.h"
#include "core/base/clock.h"
#include "core/base/notes.h"
#include "core/base/units.h"
#include "core/collector/request/arguments.h"
#include "core/dashboard/counts.h"
#include "core/dashboard/view.h"
#include "core/http/refusals.h"
#include "core/report/scan/deadline_source.h"
#include "core/report/write/page.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace gamevents::cmd {
namespace {

using problem::Code;
using problem::OrProblem;
using problem::Problem;

/// How often a page with a range or a filter asks for itself again, at most.
constexpr std::chrono::seconds kRefreshMin{30};

constexpr auto kQueryNames = [] {
  std::array<std::string_view, dashboard::kQueryParts.size()> names;
  for (size_t i = 0; i < names.size(); ++i) names[i] = dashboard::kQueryParts[i].name;
  return names;
}();

/// What a request asks to see, or what is wrong of it.
OrProblem<dashboard::Scope> ScopeOf(const http::Request& request, const std::string& zone_name) {
  const auto arguments = collector::Arguments::Read(request, kQueryNames);
  if (!arguments) return arguments.problem();
  dashboard::Query query;
  for (const dashboard::QueryPart& part : dashboard::kQueryParts) {
    query.*part.text = arguments->Text(part.name);
  }
  auto scope = dashboard::ScopeOf(std::move(query), Clock::System().Now(), zone_name);
  if (!scope) {
    return Problem{.code = Code::kInvalidArgument, .detail = std::move(scope).error().context};
  }
  return std::move(scope).value();
}

}  // namespace

Result<std::unique_ptr<ServeDashboard>> ServeDashboard::Start(const config::Settings& settings,
                                                              const std::string& url,
                                                              const kafka::ClientOptions& client,
                                                              collector::Metrics& metrics,
                                                              WorkedAnswers& answers) {
  std::unique_ptr<ServeDashboard> made(new ServeDashboard(settings, client, answers));
  if (!settings.serve.dashboard) return made;
  auto scope = dashboard::ScopeOf({}, Clock::System().Now(), settings.report.time_zone);
  if (!scope) return std::move(scope).error().In("report.time_zone");
  made->board_ = std::make_unique<dashboard::Board>(dashboard::BoardOptions{
      .page = made->PageOf(*scope),
      .watchers_max = static_cast<size_t>(settings.serve.dashboard_watchers)});
  dashboard::FollowerOptions options;
  options.client = client;
  options.topic = settings.kafka.topic;
  options.first_step = "curl " + url + "/";
  options.scope = std::move(*scope);
  options.memory = static_cast<size_t>(settings.report.memory);
  options.on_problem = [](const Error& why) {
    Note(NoteLevel::kWarning, "dashboard: " + why.context);
  };
  auto follower = dashboard::Follower::Start(std::move(options), *made->board_);
  if (!follower) return std::move(follower).error().In("dashboard");
  made->follower_ = std::move(follower).value();
  metrics.AddSource({"gamevents_dashboard_watchers",
                     "Browsers that watch the dashboard.",
                     false,
                     {},
                     [&board = *made->board_] {
                       return std::vector<collector::Sample>{
                           {static_cast<double>(board.watchers())}};
                     }});
  return made;
}

ServeDashboard::ServeDashboard(const config::Settings& settings, kafka::ClientOptions client,
                               WorkedAnswers& answers)
    : settings_(settings), client_(std::move(client)), answers_(answers) {}

void ServeDashboard::AddTo(std::vector<collector::Route>& routes) {
  if (!board_) return;
  collector::Route page{{"GET"},
                        "/dashboard",
                        collector::Access::kRead,
                        "the topic as a page that keeps itself up to date",
                        [this](collector::Call&& call) { OnPage(std::move(call)); },
                        /*operational=*/true};
  page.name = "getDashboard";
  page.tag = "reports";
  page.for_browsers = true;
  for (const dashboard::QueryPart& part : dashboard::kQueryParts) {
    page.query.push_back({part.name, part.help});
  }
  page.answers = {{200, "the page as it is now", "text/html"},
                  {304, "the page with a range or a filter is the one that is known"},
                  {400, "a parameter that there is not, or that cannot be read"},
                  {500, "it cannot be worked out, with the reason"},
                  {503, "too many wait for it, or it took too long; try again later"}};
  collector::Route stream{
      {"GET"},
      "/dashboard/stream",
      collector::Access::kRead,
      "what the page shows, each time that it changes, as server-sent events; does not end",
      [this](const collector::Call& call) { OnStream(call); },
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

report::PageInfo ServeDashboard::PageOf(const dashboard::Scope& scope) const {
  const auto kept = std::chrono::ceil<std::chrono::seconds>(settings_.serve.report_cache);
  return dashboard::PageInfoOf(scope, settings_.kafka.topic, PageLinks(settings_, "", ""),
                               std::max(kRefreshMin, kept));
}

void ServeDashboard::OnPage(collector::Call&& call) {
  const auto scope = ScopeOf(call.request, settings_.report.time_zone);
  if (!scope) return call.reply(http::RefusalResponse(scope.problem()));
  if (scope->query == dashboard::Query{}) return board_->OnPage(std::move(call.reply));
  WorkedAnswer answer{.key = AddressOf(scope->query),
                      .content_type = "text/html; charset=utf-8",
                      .work = [this, query = scope->query] { return Work(query); }};
  answer.headers = {{"Content-Security-Policy",
                     report::ContentSecurityPolicy(PageOf(*scope)) + "; frame-ancestors 'none'"}};
  answers_.Give(std::move(call), std::move(answer));
}

void ServeDashboard::OnStream(const collector::Call& call) {
  if (auto unknown = collector::Arguments::ExpectNone(call.request)) {
    return call.reply(http::RefusalResponse(std::move(*unknown)));
  }
  board_->OnStream(call.request, call.reply);
}

Result<std::string> ServeDashboard::Work(const dashboard::Query& query) const {
  const Clock& clock = Clock::System();
  // Of now, not of when it was asked for: others may have been before it.
  auto scope = dashboard::ScopeOf(query, clock.Now(), settings_.report.time_zone);
  if (!scope) return std::move(scope).error();
  const auto deadline = std::chrono::steady_clock::now() + settings_.serve.report_time;
  const Origin origin{settings_, client_, dashboard::RecordsFor(*scope)};
  const auto open = OpenRecords("auto", origin);
  if (!open) return Error(open.error()).In("dashboard");
  auto source = report::UntilDeadline(*open, deadline)();
  if (!source) return Error(source.error()).In("dashboard");
  const report::PageInfo info = PageOf(*scope);
  dashboard::Counts counts(std::move(*scope), static_cast<size_t>(settings_.report.memory), clock);
  std::array<report::Step*, 1> steps{&counts};
  report::ScanOptions options;
  options.to_the_end = true;
  const auto totals = report::Scan(**source, steps, options);
  if (!totals) return Error(totals.error()).In("dashboard");
  if (totals->partial) {
    return Error{Fault::kUnavailable, "dashboard: it takes longer than serve.report_time, " +
                                          FormatDuration(settings_.serve.report_time) +
                                          "; ask for a shorter range"};
  }
  dashboard::Reading reading;
  reading.as_of = clock.Now();
  reading.percent = 100;
  return dashboard::PageOf(dashboard::MainOf(counts.scope(), counts.Finish(), reading), info);
}

}  // namespace gamevents::cmd

#include "cmd/serve/reports.h"

#include "cmd/report/named.h"
#include "cmd/report/question.h"
#include "cmd/report/source.h"
#include "cmd/report/tables.h"
#include "cmd/state_view.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/time_zone.h"
#include "core/base/units.h"
#include "core/collector/request/arguments.h"
#include "core/http/refusals.h"
#include "core/report/answer/answer.h"
#include "core/report/scan/deadline_source.h"
#include "core/report/write/page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::cmd {
namespace {

using problem::Code;

/// A form that a report is served in.
struct Served {
  report::Format format;
  std::string_view media_type;
};
constexpr auto kServed = std::to_array<Served>({
    {report::Format::kCsv, "text/csv; charset=utf-8; header=present"},
    {report::Format::kJson, "application/json"},
    {report::Format::kNdjson, "application/x-ndjson"},
    {report::Format::kHtml, "text/html; charset=utf-8"},
    {report::Format::kParquet, "application/vnd.apache.parquet"},
});

std::string Extensions() {
  std::vector<std::string_view> names;
  for (const Served& served : kServed) names.push_back(report::TraitsOf(served.format).name);
  return fmt::format("{}", fmt::join(names, ", "));
}

const Served* ServedAs(std::string_view extension) {
  const auto format = report::FormatNamed(extension);
  if (!format) return nullptr;
  const auto found = std::ranges::find(kServed, *format, &Served::format);
  return found == kServed.end() ? nullptr : &*found;
}

}  // namespace

std::vector<report::PageLink> PageLinks(const config::Settings& settings, std::string_view current,
                                        std::string_view to_root) {
  std::vector<report::PageLink> links;
  const std::string root(to_root);
  if (settings.serve.dashboard) links.push_back({"Dashboard", root + "dashboard", current.empty()});
  for (const std::string& name : ReportNames(settings.reports)) {
    const auto flags = NamedReport(settings.reports, name);
    if (!flags || IsStateView(flags->view)) continue;  // which has routes of its own
    links.push_back(
        {flags->title.value_or(name), root + "reports/" + name + ".html", name == current});
  }
  if (links.size() < 2) links.clear();  // a page alone leads nowhere
  return links;
}

Result<std::unique_ptr<ServeReports>> ServeReports::Start(const config::Settings& settings,
                                                          kafka::ClientOptions client,
                                                          WorkedAnswers& answers) {
  const auto zone = TimeZone::Find(settings.report.time_zone);
  if (!zone) return Error(zone.error());
  std::unique_ptr<ServeReports> made(new ServeReports(settings, *zone, std::move(client), answers));
  for (const std::string& name : ReportNames(settings.reports)) {
    auto flags = NamedReport(settings.reports, name);
    if (!flags) return std::move(flags).error();
    if (auto checked = CheckNamed(*flags, *zone); !checked) {
      return std::move(checked).error().In("reports." + name);
    }
    if (IsStateView(flags->view)) {
      made->of_state_.emplace(name, flags->view);
      continue;
    }
    std::string title = flags->title.value_or(name);
    made->reports_.emplace(name, Report{std::move(title), std::move(*flags)});
  }
  return made;
}

void ServeReports::AddTo(std::vector<collector::Route>& routes) {
  if (reports_.empty()) return;
  collector::Route list{{"GET"},
                        "/reports",
                        collector::Access::kRead,
                        "the named reports, and where each can be had",
                        [this](const collector::Call& call) {
                          if (auto unknown = collector::Arguments::ExpectNone(call.request)) {
                            return call.reply(http::RefusalResponse(std::move(*unknown)));
                          }
                          call.reply(List());
                        }};
  list.name = "listReports";
  list.tag = "reports";
  list.for_browsers = true;
  list.answers = {{200, "the reports", "application/json", "ReportList"},
                  {400, "a query, which it does not take"}};
  collector::Route one{{"GET"},
                       "/reports/<report>",
                       collector::Access::kRead,
                       "the answer of a named report: NAME.csv, .json, .ndjson, .html or .parquet",
                       [this](collector::Call&& call) { OnReport(std::move(call)); }};
  one.name = "getReport";
  one.tag = "reports";
  one.for_browsers = true;
  one.headers = {{"If-None-Match", "the ETag of an answer that is known already"}};
  one.parts = {{"report", "the report's name, a dot and the format"}};
  one.answers = {{200, "the answer", "text/csv"},
                 {304, "the answer is the one that is known", ""},
                 {400, "a query, which it does not take"},
                 {404, "there is no such report, or not in this format"},
                 {500, "it cannot be answered, with the reason"},
                 {503, "it took too long, or too many wait for theirs"}};
  routes.push_back(std::move(list));
  routes.push_back(std::move(one));
}

http::Response ServeReports::List() const {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& [name, report] : reports_) {
    nlohmann::ordered_json urls = nlohmann::ordered_json::object();
    for (const Served& served : kServed) {
      const std::string format(report::TraitsOf(served.format).name);
      urls[format] = "/reports/" + name + "." + format;
    }
    list.push_back({{"name", name}, {"title", report.title}, {"urls", std::move(urls)}});
  }
  http::Response response;
  response.content_type = "application/json";
  response.body = nlohmann::ordered_json{{"reports", std::move(list)}}.dump() + "\n";
  return response;
}

void ServeReports::OnReport(collector::Call&& call) {
  const auto refuse = [&](problem::Problem why) {
    call.reply(http::RefusalResponse(std::move(why)));
  };
  if (auto unknown = collector::Arguments::ExpectNone(call.request)) return refuse(*unknown);
  const std::string& asked = call.parts.front();
  const size_t dot = asked.rfind('.');
  const std::string name = asked.substr(0, dot);
  if (const auto state = of_state_.find(name); state != of_state_.end()) {
    return refuse({.code = Code::kUnknownReport,
                   .detail = fmt::format("there is no report {} over HTTP: /{} has what it shows",
                                         name, state->second),
                   .field = "report"});
  }
  if (!reports_.contains(name)) {
    std::vector<std::string_view> names;
    for (const auto& [each, report] : reports_) names.push_back(each);
    return refuse({.code = Code::kUnknownReport,
                   .detail = fmt::format("there is no report {}{}; there are {}", name,
                                         DidYouMean(name, names), fmt::join(names, ", ")),
                   .field = "report",
                   .allowed = {names.begin(), names.end()},
                   .nearest = std::string(NearestWord(name, names).value_or(""))});
  }
  const Served* served = dot == asked.npos ? nullptr : ServedAs(asked.substr(dot + 1));
  if (served == nullptr) {
    return refuse(
        {.code = Code::kUnknownReport,
         .detail = fmt::format("say in which format, as {}.csv; there are {}", name, Extensions()),
         .field = "report"});
  }
  WorkedAnswer answer{.key = "report " + asked,
                      .content_type = served->media_type,
                      .work = [this, name, format = served->format] {
                        auto body = Work(name, format);
                        return body ? std::move(body)
                                    : std::move(body).error().In("report " + name);
                      }};
  if (served->format == report::Format::kHtml) {
    answer.headers = {{"Content-Security-Policy",
                       report::ContentSecurityPolicy({}) + "; frame-ancestors 'none'"}};
  }
  answers_.Give(std::move(call), std::move(answer));
}

Result<std::string> ServeReports::Work(const std::string& name, report::Format format) const {
  const Report& report = reports_.at(name);
  ReportFlags flags = report.flags;
  flags.format = report::TraitsOf(format).name;
  if (format != report::Format::kHtml) {  // which alone has a place for them
    flags.title.reset();
    flags.chart.clear();
  }
  auto question = ParseQuestion(flags, zone_, false);
  if (!question) return std::move(question).error();
  const auto range = ParseRange(flags, zone_);
  if (!range) return Error(range.error());
  question->memory = static_cast<size_t>(settings_.report.memory);
  question->deadline = std::chrono::steady_clock::now() + settings_.serve.report_time;
  question->rendering.page = {settings_.kafka.topic, ShownFlags(flags), Clock::System().Now()};
  question->rendering.page.title = report.title;
  question->rendering.page.links = PageLinks(settings_, name, "../");
  const Origin origin{settings_, client_, *range};
  const auto source = OpenAsked(flags, origin);
  if (!source) return Error(source.error());
  const auto open_topic = [&](const std::string& topic) -> Result<report::OpenSource> {
    auto records = OpenTopicRecords(flags.source, origin.Of(topic));
    if (!records) return records;
    return report::UntilDeadline(std::move(*records), *question->deadline);
  };
  std::string body;
  const auto summary = report::Answer(
      *question, *source, [](const report::ScanTotals&) {},
      [&body](std::string_view piece) -> Status {
        if (body.size() + piece.size() > kWorkedAnswerMax) {
          return Error{Fault::kFull, "its answer has more than " + FormatSize(kWorkedAnswerMax) +
                                         ": give it a limit"};
        }
        body += piece;
        return Done{};
      },
      TablesOf({}, settings_, client_, open_topic));
  if (!summary) return Error(summary.error());
  if (!summary->totals.partial) return body;
  return Error{Fault::kUnavailable, "it takes longer than serve.report_time, " +
                                        FormatDuration(settings_.serve.report_time)};
}

}  // namespace gamevents::cmd

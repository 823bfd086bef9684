#include "core/dashboard/view.h"

#include "core/dashboard/server_sent_event.h"
#include "core/report/answer/overview_page.h"
#include "core/report/write/html.h"

#include <fmt/format.h>

#include <utility>

namespace gamevents::dashboard {
namespace {

/// "2026-11-23 10:00:00 UTC".
std::string SecondOf(TimestampMs time) {
  std::string text = FormatTimestamp(time).substr(0, 19);
  text[10] = ' ';
  return text + " UTC";
}

std::string Status(const Reading& reading) {
  std::string out =
      fmt::format("<p class=\"state\">As of {}; all times are UTC.", SecondOf(reading.as_of));
  if (reading.percent < 100 && reading.problem.empty()) {
    out += fmt::format(" The topic is being read: {} % so far.", reading.percent);
  }
  out += "</p>\n";
  if (!reading.first_step.empty()) {
    out += "<p class=\"state\">No event has come yet";
    if (!reading.problem.empty()) out += ": " + report::HtmlText(reading.problem);
    return out + ". Send one, and it shows here: <code>" + report::HtmlText(reading.first_step) +
           "</code></p>\n";
  }
  if (!reading.problem.empty()) {
    out += fmt::format(
        "<p class=\"problem\" role=\"alert\">The topic cannot be read: {}. What is below is what "
        "had been "
        "read before; it goes on as soon as it can.</p>\n",
        report::HtmlText(reading.problem));
  }
  return out;
}

}  // namespace

report::PageInfo PageInfoOf(std::string topic, std::vector<report::PageLink> links) {
  report::PageInfo info;
  info.topic = std::move(topic);
  info.links = std::move(links);
  info.stream = "dashboard/stream";
  return info;
}

std::shared_ptr<const View> MakeView(std::string id, const report::Overview::Parts& parts,
                                     const report::ScanSummary& summary, const Reading& reading) {
  report::Page page({});
  page.AddHtml(Status(reading));
  report::AddOverview(page, parts, summary, reading.as_of);
  auto view = std::make_shared<View>();
  view->id = std::move(id);
  view->main = std::move(page).Main();
  view->event = std::make_shared<const std::string>(
      FormatServerSentEvent({"state", view->id, view->main}, kReconnectMs));
  return view;
}

std::string PageOf(const View& view, const std::string& topic,
                   const std::vector<report::PageLink>& links) {
  report::Page page(PageInfoOf(topic, links));
  page.AddHtml(view.main);
  return std::move(page).Finish();
}

}  // namespace gamevents::dashboard

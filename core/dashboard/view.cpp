#include "core/dashboard/view.h"

#include "core/dashboard/controls.h"
#include "core/dashboard/server_sent_event.h"
#include "core/report/answer/overview_page.h"
#include "core/report/chart/scale.h"
#include "core/report/table/cell.h"
#include "core/report/write/html.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace gamevents::dashboard {
namespace {

using report::FullNumber;

/// "2026-11-23 10:00:00", on the clocks of the page.
std::string SecondOf(const Scope& scope, TimestampMs time) {
  constexpr size_t kLetters = 19;
  return report::CellText(report::TimeIn(scope.zone, time)).substr(0, kLetters);
}

/// "Events from 2026-11-23 09:00:00 to 10:00:00, by the time of their records."
std::string RangeOf(const Scope& scope) {
  if (!scope.begin && !scope.end && !scope.event_time) return {};
  std::string out = scope.begin ? " From " + SecondOf(scope, *scope.begin) : " From the beginning";
  out += scope.end ? " to " + SecondOf(scope, *scope.end) : " up to now";
  return out + (scope.event_time ? ", by the events' own times." : ".");
}

std::string StateOf(const Scope& scope, const Reading& reading) {
  std::string out = fmt::format("<p class=\"state\">As of {} {}; all times are {}.",
                                SecondOf(scope, reading.as_of), scope.zone_name, scope.zone_name);
  if (reading.percent < 100 && reading.problem.empty()) {
    out += fmt::format(" The topic is being read: {} % so far.", reading.percent);
  }
  out += RangeOf(scope) + "</p>\n";
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

/// "+12 %", "as many", or "" where a share says nothing.
std::string Change(double now, double before) {
  if (now == before) return "unchanged";
  if (before == 0) return {};
  return fmt::format("{:+.0f} %", (now - before) / before * 100);
}

/// "+12 % against 45 in the minute before".
std::string Against(double now, double before, std::string_view when) {
  const std::string change = Change(now, before);
  return fmt::format("{}{} {}", change.empty() ? "" : change + ": ", FullNumber(before), when);
}

/// With two decimals, or fewer of a large one.
double Rounded(double rate) { return std::round(rate * 100) / 100; }

std::vector<report::Page::Tile> TilesOfNow(const Figures& figures) {
  const PulseFigures& pulse = figures.pulse;
  const double rate = Rounded(pulse.per_second);
  std::vector<report::Page::Tile> tiles{
      {"Events per second", FullNumber(rate),
       Against(rate, Rounded(pulse.per_second_before), "in the minute before")}};
  if (pulse.active) {
    const auto active = static_cast<double>(*pulse.active);
    tiles.push_back(
        {"Players active now", FullNumber(active),
         Against(active, static_cast<double>(pulse.active_before), "in the five minutes before")});
  } else {
    tiles.push_back({"Players active now", "too many"});
  }
  if (figures.has_revenue) {
    tiles.push_back({"Revenue today", FullNumber(pulse.today),
                     Against(pulse.today, pulse.yesterday, "yesterday by this time")});
  } else {
    tiles.push_back({"Revenue today", "too much to follow"});
  }
  return tiles;
}

std::vector<report::Page::Tile> TilesOfRange(const Scope& scope, const Figures& figures) {
  const RangeFigures& range = figures.range;
  const auto against = [&](double now, std::optional<double> before) {
    return before ? Against(now, *before, "in the period before") : "";
  };
  const auto& before = figures.before;
  const auto events = static_cast<double>(range.events);
  std::vector<report::Page::Tile> tiles{
      {"Events", FullNumber(events),
       against(events,
               before ? std::optional(static_cast<double>(before->events)) : std::nullopt)}};
  std::optional<double> users_before;
  if (before && before->users) users_before = static_cast<double>(*before->users);
  tiles.push_back({"Users", report::CountOfGroups(figures.parts.by_user),
                   range.users ? against(static_cast<double>(*range.users), users_before) : ""});
  if (figures.has_revenue) {
    tiles.push_back(
        {scope.begin || scope.end ? "Revenue" : "Revenue in all", FullNumber(range.revenue),
         against(range.revenue, before ? std::optional(before->revenue) : std::nullopt)});
  }
  tiles.push_back({"Types", report::CountOfGroups(figures.parts.by_type)});
  tiles.push_back({"Items", report::CountOfGroups(figures.parts.by_item)});
  return tiles;
}

}  // namespace

std::string MainOf(const Scope& scope, const Figures& figures, const Reading& reading) {
  report::Page page({});
  page.AddHtml(StateOf(scope, reading));
  page.AddTiles(TilesOfNow(figures));
  page.AddTiles(TilesOfRange(scope, figures));
  report::OverviewExtras extras;
  extras.before = figures.course_before;
  if (scope.compare) extras.shift = scope.Length();
  extras.link = [&scope](report::OverviewPart part, const std::string& value) {
    return AddressOfBar(scope.query, part, value);
  };
  report::AddOverviewParts(page, figures.parts, figures.not_objects, reading.as_of, extras);
  return std::move(page).Main();
}

std::shared_ptr<const View> MakeView(std::string id, const Scope& scope, const Figures& figures,
                                     const Reading& reading) {
  auto view = std::make_shared<View>();
  view->id = std::move(id);
  view->main = MainOf(scope, figures, reading);
  view->event = std::make_shared<const std::string>(
      FormatServerSentEvent({"state", view->id, view->main}, kReconnectMs));
  return view;
}

report::PageInfo PageInfoOf(const Scope& scope, std::string topic,
                            std::vector<report::PageLink> links, std::chrono::seconds refresh) {
  report::PageInfo info;
  info.topic = std::move(topic);
  info.links = std::move(links);
  info.controls = ControlsOf(scope);
  if (scope.query == Query{}) {
    info.stream = "dashboard/stream";
  } else {
    info.refresh = refresh;
  }
  return info;
}

std::string PageOf(std::string_view main, const report::PageInfo& info) {
  report::Page page(info);
  page.AddHtml(main);
  return std::move(page).Finish();
}

}  // namespace gamevents::dashboard

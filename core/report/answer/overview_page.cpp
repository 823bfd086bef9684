#include "core/report/answer/overview_page.h"

#include "core/report/chart/picture_text.h"
#include "core/report/chart/pictures.h"
#include "core/report/chart/scale.h"
#include "core/report/write/chart.h"
#include "core/report/write/html.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::report {
namespace {

constexpr size_t kTableRows = 100;  // of the table below a chart
constexpr HtmlTableLimits kLimits{kTableRows, kPageCellUnits, kPageTableBytes};

std::string Count(int64_t number) { return FullNumber(static_cast<double>(number)); }

std::string CountOfGroups(const Overview::Part& part) {
  return part.table ? Count(static_cast<int64_t>(part.table->rows.size())) : "too many";
}

std::string Without(const Overview::Part& part, std::string_view what) {
  if (part.without == 0) return {};
  return fmt::format("{} {} no {}.", Count(part.without), part.without == 1 ? "has" : "have", what);
}

/// The one picture of counts.
Picture PictureOf(const Table& table, const ChartOptions& options, std::string_view title,
                  TimestampMs now) {
  return PicturesOf(table, options, title, now).value().front();
}

/// A grouping that passed its limits says so in its place.
std::string Problem(const Overview::Part& part) {
  return fmt::format("<p class=\"empty\">{}</p>\n", HtmlText(part.table.error().context));
}

void AddBars(Page& page, std::string_view title, std::string_view what,
             const Overview::Part& part) {
  const ChartOptions options{.kind = ChartKind::kBars, .keys = 1, .adds_up = true};
  std::string body = part.table
                         ? ChartWithTable(ChartHtml(PictureOf(*part.table, options, title, {})),
                                          title, *part.table, kTableRows, Without(part, what))
                         : Problem(part);
  page.AddSection({title, "", std::move(body), false});
}

void AddCourse(Page& page, const Overview::Part& part, TimestampMs now) {
  const std::string_view title = "Events over time";
  if (!part.table) {
    page.AddSection({title, "", Problem(part), true});
    return;
  }
  const ChartOptions options{.kind = ChartKind::kLine,
                             .keys = 1,
                             .adds_up = true,
                             .step = StepsOf(std::chrono::minutes(1))};
  Picture picture = PictureOf(*part.table, options, title, now);
  picture.note = Without(part, "time");
  const std::string per =
      picture.step > 0 ? "Events per " + DurationName(static_cast<int64_t>(picture.step)) + ". "
                       : "";
  page.AddSection({title, per + NoteOf(picture),
                   ChartWithTable(ChartHtml(picture), "Events per minute", *part.table, kTableRows),
                   true});
}

void AddTable(Page& page, std::string_view title, const Table& table) {
  std::string body;
  AppendHtmlTable(body, title, table, kLimits);
  page.AddSection({title, "", std::move(body), true});
}

}  // namespace

void AddOverview(Page& page, const Overview::Parts& parts, const ScanSummary& summary,
                 TimestampMs now) {
  std::vector<Page::Tile> tiles{{"Messages", Count(summary.totals.records)},
                                {"Events", Count(summary.totals.events)}};
  if (summary.totals.selected != summary.totals.events) {
    tiles.push_back({"Selected", Count(summary.totals.selected)});
  }
  tiles.push_back({"Types", CountOfGroups(parts.by_type)});
  tiles.push_back({"Items", CountOfGroups(parts.by_item)});
  tiles.push_back({"Users", CountOfGroups(parts.by_user)});
  tiles.push_back({"Not events", Count(summary.not_objects.count())});
  page.AddTiles(tiles);
  AddCourse(page, parts.by_minute, now);
  AddBars(page, "Events by type", "type", parts.by_type);
  AddBars(page, "Events by item", "item", parts.by_item);
  AddBars(page, "Events by user", "user", parts.by_user);
  AddTable(page, EventsTitle(parts), parts.events);
  if (summary.not_objects.count() > 0) {
    AddTable(page, "What was not an event", TallyTable(summary.not_objects));
  }
}

std::string OverviewPage(const Overview::Parts& parts, const ScanSummary& summary,
                         const PageInfo& info) {
  Page page(info);
  AddOverview(page, parts, summary, info.made);
  return std::move(page).Finish();
}

}  // namespace gamevents::report

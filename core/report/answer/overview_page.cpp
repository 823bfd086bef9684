#include "core/report/answer/overview_page.h"

#include "core/report/chart/picture_text.h"
#include "core/report/chart/pictures.h"
#include "core/report/chart/scale.h"
#include "core/report/table/spark_text.h"
#include "core/report/write/chart.h"
#include "core/report/write/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::report {
namespace {

constexpr size_t kTableRows = 100;  // of the table below a chart
constexpr std::string_view kThisPeriod = "this period";
constexpr std::string_view kPeriodBefore = "the period before";
constexpr size_t kSecondLetters = 19;  // of "2026-11-23 10:00:00"
constexpr size_t kNameUnits = 60;      // of a type or a user, in UTF-16 code units
constexpr size_t kValueUnits = 1'000;  // of an event
constexpr HtmlTableLimits kLimits{kTableRows, kPageCellUnits, kPageTableBytes};

std::string Count(int64_t number) { return FullNumber(static_cast<double>(number)); }

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

void AddBars(Page& page, std::string_view title, std::string_view what, const Overview::Part& part,
             const std::function<std::string(const std::string&)>& link) {
  if (!part.table) return page.AddSection({title, "", Problem(part), false});
  const ChartOptions options{.kind = ChartKind::kBars, .keys = 1, .adds_up = true};
  Picture picture = PictureOf(*part.table, options, title, {});
  const size_t bars = picture.labels.size() - (picture.has_rest ? 1 : 0);
  for (size_t i = 0; link && i < bars; ++i) {
    const auto* value = std::get_if<std::string>(&part.table->rows[i][0]);
    picture.links.push_back(value != nullptr ? link(*value) : "");
  }
  page.AddSection(
      {title, "",
       ChartWithTable(ChartHtml(picture), title, *part.table, kTableRows, Without(part, what)),
       false});
}

/// A table of two courses, the rows of `before` as if they were `shift` later.
Table WithBefore(const Table& course, const Table& before, const TimeStep& step,
                 std::chrono::milliseconds shift) {
  Table both{{course.headings[0], {"period"}, course.headings[1]}, {}};
  for (const Row& row : course.rows) {
    both.rows.push_back({row[0], std::string(kThisPeriod), row[1]});
  }
  for (const Row& row : before.rows) {
    const auto* time = std::get_if<Time>(&row[0]);
    if (time == nullptr) continue;
    const TimestampMs later(StartOf(step, time->at.value + shift.count()));
    both.rows.push_back({TimeIn(step.zone, later), std::string(kPeriodBefore), row[1]});
  }
  return both;
}

void AddCourse(Page& page, const Overview::Parts& parts, TimestampMs now,
               const OverviewExtras& extras) {
  const std::string_view title = "Events over time";
  const Overview::Part& part = parts.by_minute;
  if (!part.table) return page.AddSection({title, "", Problem(part), true});
  const TimeStep step = StepsOf(kCourseStep, parts.zone);
  const bool has_before = extras.before && extras.before->table;
  const ChartOptions options{.kind = ChartKind::kLine,
                             .keys = has_before ? size_t{2} : size_t{1},
                             .adds_up = true,
                             .step = step};
  const Table both =
      has_before ? WithBefore(*part.table, *extras.before->table, step, extras.shift) : Table{};
  Picture picture = PictureOf(has_before ? both : *part.table, options, title, now);
  std::ranges::stable_sort(picture.series, std::ranges::greater{},
                           [](const Series& series) { return series.name == kThisPeriod; });
  picture.note = Without(part, "time");
  const std::string per =
      picture.step > 0 ? "Events per " + DurationName(static_cast<int64_t>(picture.step)) + ". "
                       : "";
  page.AddSection({title, per + NoteOf(picture),
                   ChartWithTable(ChartHtml(picture), "Events per minute", *part.table, kTableRows),
                   true});
}

/// "2026-11-23 10:00:00", and where it happened.
std::string ShortTime(const Cell& cell, const TimeZone& zone) {
  const auto* time = std::get_if<Time>(&cell);
  if (time == nullptr || time->at.value < 0) return "no time";
  return CellText(TimeIn(zone, time->at)).substr(0, kSecondLetters);
}

std::string Only(const OverviewExtras& extras, OverviewPart part, const Cell& cell) {
  const auto* value = std::get_if<std::string>(&cell);
  if (value == nullptr || !extras.link) return {};
  const std::string url = extras.link(part, *value);
  if (url.empty()) return {};
  return fmt::format("<a href=\"{}\">only {}</a>\n", HtmlText(url),
                     HtmlText(Truncate(*value, kNameUnits)));
}

/// The newest events, a line each that opens. `key` names an event, so that one that is open stays
/// open while others come.
void AddEvents(Page& page, const Overview::Parts& parts, const OverviewExtras& extras) {
  std::string body = parts.events.rows.empty() ? "<p class=\"empty\">No events.</p>\n"
                                               : "<div class=\"events\">\n";
  for (const Row& row : parts.events.rows) {
    const std::string place =
        fmt::format("partition {}, offset {}", CellText(row[4]), CellText(row[5]));
    const auto text = [&](size_t at) {
      return std::holds_alternative<std::monostate>(row[at])
                 ? "–"
                 : HtmlText(Truncate(CellText(row[at]), kNameUnits));
    };
    body += fmt::format(
        "<details data-key=\"{0}\"><summary><time>{1}</time> <b>{2}</b> "
        "<span>{3}</span></summary>\n"
        "<pre>{4}</pre>\n<p>{0}. {5}{6}</p></details>\n",
        place, ShortTime(row[0], parts.zone), text(1), text(2),
        HtmlText(Truncate(CellText(row[3]), kValueUnits)),
        Only(extras, OverviewPart::kType, row[1]), Only(extras, OverviewPart::kUser, row[2]));
  }
  if (!parts.events.rows.empty()) body += "</div>\n";
  page.AddSection({EventsTitle(parts), "", std::move(body), true});
}

void AddTable(Page& page, std::string_view title, const Table& table) {
  std::string body;
  AppendHtmlTable(body, title, table, kLimits);
  page.AddSection({title, "", std::move(body), true});
}

}  // namespace

std::string CountOfGroups(const Overview::Part& part) {
  return part.table ? Count(static_cast<int64_t>(part.table->rows.size())) : "too many";
}

void AddOverviewParts(Page& page, const Overview::Parts& parts, const NotObjects& not_objects,
                      TimestampMs now, const OverviewExtras& extras) {
  const auto link = [&](OverviewPart part) -> std::function<std::string(const std::string&)> {
    if (!extras.link) return nullptr;
    return [&extras, part](const std::string& value) { return extras.link(part, value); };
  };
  AddCourse(page, parts, now, extras);
  AddBars(page, "Events by type", "type", parts.by_type, link(OverviewPart::kType));
  AddBars(page, "Events by item", "item", parts.by_item, link(OverviewPart::kItem));
  AddBars(page, "Events by user", "user", parts.by_user, link(OverviewPart::kUser));
  if (parts.newest) {
    AddEvents(page, parts, extras);
  } else {
    AddTable(page, EventsTitle(parts), parts.events);
  }
  if (not_objects.count() > 0) AddTable(page, "What was not an event", TallyTable(not_objects));
}

std::string OverviewPage(const Overview::Parts& parts, const ScanSummary& summary,
                         const PageInfo& info) {
  Page page(info);
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
  AddOverviewParts(page, parts, summary.not_objects, info.made);
  return std::move(page).Finish();
}

}  // namespace gamevents::report

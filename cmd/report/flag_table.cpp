// Every flag of `report`: a new one is a row here, a place in ReportFlags, and its reading in
// question.cpp.

#include "cmd/report/flags.h"
#include "cmd/state_view.h"
#include "core/report/ask/chart_kind.h"
#include "core/report/ask/format.h"
#include "core/report/ask/view.h"

#include <array>

namespace gamevents::cmd {
namespace {

std::vector<std::string> FormatNames() {
  std::vector<std::string> names;
  for (const report::FormatTraits& format : report::Formats()) names.emplace_back(format.name);
  return names;
}

std::vector<std::string> ViewNames() {
  std::vector<std::string> names(report::EventViewNames().begin(), report::EventViewNames().end());
  names.emplace_back(kSalesView);
  names.insert(names.end(), kStateViews.begin(), kStateViews.end());
  return names;
}

std::vector<std::string> ChartWords() {
  return {report::ChartNames().begin(), report::ChartNames().end()};
}

std::vector<std::string> SourceNames() { return {"auto", "kafka", std::string(kSegmentSource)}; }

std::vector<std::string> EngineNames() { return {"local", std::string(kSparkEngine)}; }

constexpr std::string_view kWhichEvents = "Which events. By default it is asked of the whole topic";
constexpr std::string_view kWhichQuestion =
    "Which question. Without any of these it is the assignment's pyspark session";
constexpr std::string_view kHowWritten =
    "How the answer is written. By default it is a table for people";
constexpr std::string_view kWhichEngine =
    "Who works it out. By default this program does, from the log's files where it can";

using F = ReportFlags;
const auto kTable = std::to_array<ReportFlag>({
    {kWhichEvents, "--where", "FILTER", "Only events that meet the condition (docs/filter.md)",
     &F::where},
    {.heading = kWhichEvents,
     .names = "-o,--offset",
     .value = "RANGE",
     .help = "Only these records: N, -N, @TIME, or FROM:TO of these",
     .target = &F::range,
     .with_state = false},
    {.heading = kWhichEvents,
     .names = "--from",
     .value = "POSITION",
     .help = "From here on: N, -N or @TIME",
     .target = &F::from,
     .with_state = false},
    {.heading = kWhichEvents,
     .names = "--to",
     .value = "POSITION",
     .help = "Up to, not including, here",
     .target = &F::to,
     .with_state = false},
    {.heading = kWhichEvents,
     .names = "--since",
     .value = "TIME",
     .help = "From here on: 2h for two hours ago, today, yesterday, 2026-11-23, 2026-11-23T10:00",
     .target = &F::since,
     .with_state = false},
    {.heading = kWhichEvents,
     .names = "--until",
     .value = "TIME",
     .help = "Up to, not including, here",
     .target = &F::until,
     .with_state = false},
    {.heading = kWhichEvents,
     .names = "-f,--follow",
     .value = "",
     .help = "Go on as events arrive: redraw counts, or write rows as they come",
     .target = &F::follow,
     .kinds = kSession | kRows | kGroups,
     .with_spark = false,
     .is_shown = false},
    {.heading = kWhichEvents,
     .names = "--strict",
     .value = "",
     .help = "End with 1 when no event has a field that was named",
     .target = &F::strict,
     .with_follow = false,
     .with_spark = false,
     .is_shown = false},
    {.heading = kWhichQuestion,
     .names = "--select",
     .value = "FIELD,...",
     .help = "These fields of each event; '*' for all",
     .target = &F::select,
     .kinds = kRows,
     .asks = true},
    {.heading = kWhichQuestion,
     .names = "--group-by",
     .value = "FIELD,...",
     .help = "One row for each group of events with equal values in these fields",
     .target = &F::group_by,
     .kinds = kGroups,
     .asks = true},
    {.heading = kWhichQuestion,
     .names = "--agg",
     .value = "AGGREGATE,...",
     .help = "For each group, or for all: count, sum(F), avg(F), min, max, distinct, p1 to p99",
     .target = &F::aggregates,
     .kinds = kGroups,
     .asks = true},
    {.heading = kWhichQuestion,
     .names = "--bucket",
     .value = "DURATION",
     .help = "Group by time, too, in steps of this: 1m, 1h, 1d, 1w (from Monday), 1mo",
     .target = &F::bucket,
     .kinds = kGroups | kPlaySessions,
     .asks = true},
    {.heading = kWhichQuestion,
     .names = "--bucket-by",
     .value = "FIELD",
     .help = "The field that holds the time (default: the record's timestamp)",
     .target = &F::bucket_by,
     .kinds = kSession | kGroups | kEventViews},
    {.heading = kWhichQuestion,
     .names = "--schema",
     .value = "",
     .help = "The events' fields with their types",
     .target = &F::schema,
     .kinds = kSchema,
     .asks = true,
     .with_follow = false,
     .with_spark = false},
    {.heading = kWhichQuestion,
     .names = "--sql",
     .value = "STATEMENT",
     .help = "One SELECT over the table events, which has a column for each field",
     .target = &F::sql,
     .kinds = kSql,
     .asks = true,
     .with_follow = false,
     .with_spark = false},
    {.heading = kWhichQuestion,
     .names = "--view",
     .value = "VIEW",
     .help = "A question by its name (docs/report.md)",
     .target = &F::view,
     .kinds = kEveryKind & ~kSql & ~kSession,
     .with_follow = false,
     .with_spark = false,
     .words = ViewNames},
    {.heading = kWhichQuestion,
     .names = "--steps",
     .value = "STEP,...",
     .help = "The steps of a funnel in their order: event types or conditions",
     .target = &F::steps,
     .kinds = kFunnel},
    {.heading = kWhichQuestion,
     .names = "--window",
     .value = "DURATION",
     .help = "How long a funnel may take from its first step (default: 1d)",
     .target = &F::window,
     .kinds = kFunnel},
    {.heading = kWhichQuestion,
     .names = "--gap",
     .value = "DURATION",
     .help = "A longer pause ends a session (default: 30m)",
     .target = &F::gap,
     .kinds = kPlaySessions},
    {.heading = kWhichQuestion,
     .names = "--user",
     .value = "FIELD",
     .help = "The field that names the user, for a view",
     .target = &F::user,
     .kinds = kEventViews},
    {.heading = kHowWritten,
     .names = "--order-by",
     .value = "COLUMN[:asc|desc],...",
     .help = "Sort by these columns",
     .target = &F::order_by,
     .kinds = kRows | kGroups | kEventViews},
    {.heading = kHowWritten,
     .names = "--limit",
     .value = "N",
     .help = "At most N rows (default: 20 for a table, all for the others)",
     .target = &F::limit,
     .kinds = kEveryKind & ~kSession},
    {.heading = kHowWritten,
     .names = "--take",
     .value = "N",
     .help = "The first N rows as pyspark's take(N) prints them",
     .target = &F::take,
     .kinds = kRows | kGroups | kSql,
     .with_follow = false},
    {.heading = kHowWritten,
     .names = "--format,--output",
     .value = "",
     .help = "table is for people, the others for programs and pages (default: table)",
     .target = &F::format,
     .is_shown = false,
     .words = FormatNames},
    {.heading = kHowWritten,
     .names = "--truncate",
     .value = "N",
     .help = "Cut a table's cells to N characters (default: 20); 0: show all",
     .target = &F::truncate,
     .is_shown = false},
    {.heading = kHowWritten,
     .names = "--title",
     .value = "TEXT",
     .help = "What a page is called (default: the topic's name)",
     .target = &F::title,
     .is_shown = false},
    {.heading = kHowWritten,
     .names = "--chart",
     .value = "",
     .help = "Draw the answer, on a page or below a table (default: auto on a page, else none)",
     .target = &F::chart,
     .kinds = kGroups | kSql | kEventViews,
     .with_follow = false,
     .words = ChartWords},
    {.heading = kWhichEngine,
     .names = "--source",
     .value = "",
     .help = "Read through Kafka, or the embedded log's files; auto: the files if they are here",
     .target = &F::source,
     .with_follow = false,
     .with_spark = false,
     .is_shown = false,
     .only_as = kSegmentSource,
     .words = SourceNames},
    {.heading = kWhichEngine,
     .names = "--engine",
     .value = "",
     .help = "local, or a job that is submitted to spark.master",
     .target = &F::engine,
     .kinds = kRows | kGroups,
     .is_shown = false,
     .only_as = kSparkEngine,
     .words = EngineNames},
    {.heading = kWhichEngine,
     .names = "--print-plan",
     .value = "",
     .help = "Print what the Spark job would be given, and run none",
     .target = &F::print_plan,
     .is_shown = false},
});

}  // namespace

std::span<const ReportFlag> ReportFlagTable() { return kTable; }

}  // namespace gamevents::cmd

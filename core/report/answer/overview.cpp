#include "core/report/answer/overview.h"

#include "core/report/scan/game_fields.h"
#include "core/report/write/markdown.h"
#include "core/report/write/spark_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

namespace gamevents::report {
namespace {

constexpr size_t kEventsShown = 50;

Columns EventColumns() {
  Columns time;
  Columns place;
  for (Column& column : MessageColumns()) {
    const std::string& name = column.heading.name;
    if (name == "timestamp") time.push_back(std::move(column));
    if (name == "partition" || name == "offset") place.push_back(std::move(column));
  }
  // What is asked for most comes first: a phone shows two columns at once.
  Columns columns = std::move(time);
  columns.push_back(TextColumn({"event_type"}));
  columns.push_back(UserColumn());
  columns.push_back(ValueAsString());
  std::ranges::move(place, std::back_inserter(columns));
  return columns;
}

Overview::Part Finished(const Groups& groups, GroupOrder order) {
  Overview::Part part{groups.Finish(order), 0};
  if (!part.table) return part;
  std::erase_if(part.table->rows, [&](const Row& row) {
    const bool without = std::holds_alternative<std::monostate>(row[0]);
    if (without) part.without += std::get<int64_t>(row[1]);
    return without;
  });
  return part;
}

void AppendTable(std::string& out, std::string_view title, const Table& table) {
  out += fmt::format("\n## {}\n\n", title);
  AppendMarkdownHeader(out, table.headings);
  const size_t shown = std::min(table.rows.size(), kShowRows);
  for (size_t i = 0; i < shown; ++i) AppendMarkdownRow(out, table.rows[i]);
  if (shown < table.rows.size() || table.more) {
    out += fmt::format("\nOnly showing top {} rows.\n", shown);
  }
}

void AppendPart(std::string& out, std::string_view title, const Overview::Part& part) {
  if (part.table) {
    AppendTable(out, title, *part.table);
    if (part.without > 0) out += fmt::format("\nEvents without one: {}.\n", part.without);
  } else {
    out += fmt::format("\n## {}\n\n{}\n", title, MarkdownText(part.table.error().context));
  }
}

}  // namespace

Overview::Overview(const std::vector<int32_t>& partitions, const OverviewOptions& options)
    : by_minute_({BucketColumn("minute", StepsOf(kCourseStep, options.zone), options.time)},
                 {CountOfEvents()}, options.bytes_max),
      by_type_({TextColumn({"event_type"})}, {CountOfEvents()}, options.bytes_max),
      by_item_({ItemColumn()}, {CountOfEvents()}, options.bytes_max),
      by_user_({UserColumn()}, {CountOfEvents()}, options.bytes_max),
      newest_(options.newest),
      zone_(options.zone),
      first_(Of::kSelectedEvents, EventColumns(), kEventsShown, partitions),
      last_(EventColumns(), kEventsShown) {}

std::vector<Step*> Overview::Steps() {
  Step* events = &first_;
  if (newest_) events = &last_;
  return {&by_minute_, &by_type_, &by_item_, &by_user_, events};
}

Overview::Parts Overview::Finish() const {
  return {Finished(by_minute_, GroupOrder::kKey),
          Finished(by_type_, GroupOrder::kCount),
          Finished(by_item_, GroupOrder::kCount),
          Finished(by_user_, GroupOrder::kCount),
          newest_ ? last_.Finish() : first_.Finish(),
          newest_,
          zone_};
}

std::string_view EventsTitle(const Overview::Parts& parts) {
  return parts.newest ? "The newest events" : "The first events";
}

std::string OverviewMarkdown(const Overview::Parts& parts, const ScanSummary& summary,
                             std::string_view title) {
  std::string out = fmt::format("# {}\n\n", MarkdownText(title));
  out += fmt::format(
      "| messages | events | selected | not events |\n| ---: | ---: | ---: | ---: "
      "|\n| {} | {} | {} | {} |\n",
      summary.totals.records, summary.totals.events, summary.totals.selected,
      summary.not_objects.count());
  AppendPart(out, "Events by type", parts.by_type);
  AppendPart(out, "Events per minute", parts.by_minute);
  AppendPart(out, "Events by item", parts.by_item);
  AppendPart(out, "Events by user", parts.by_user);
  AppendTable(out, EventsTitle(parts), parts.events);
  if (summary.not_objects.count() > 0) {
    AppendTable(out, "What was not an event", TallyTable(summary.not_objects));
  }
  return out;
}

}  // namespace gamevents::report

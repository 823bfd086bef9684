#include "core/report/answer/pyspark_session.h"

#include "core/report/write/json.h"
#include "core/report/write/python_repr.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace gamevents::report {
namespace {

constexpr size_t kExtractedRows = 50;  // extracted_events.show(50)

/// The assignment's take(n)[n - 1].
constexpr size_t kTakenRows[] = {27, 30};

Column EventType() { return TextColumn({"event_type"}); }

/// Who did it: the buyer of an item, or who joined a guild.
Column User() { return FirstOfColumn("user", {{"purchase_user"}, {"user_name"}}); }

std::string TakeOne(const Table& events) {
  const size_t count = std::min<size_t>(1, events.rows.size());
  return RowsRepr(events.headings, std::span(events.rows).first(count)) + "\n";
}

/// The last of the first `n` rows, or a note that there are not so many.
std::string TakeLastOf(const Table& events, size_t n) {
  const size_t rows = events.rows.size();
  if (rows >= n) return RowRepr(events.headings, events.rows[n - 1]) + "\n";
  return fmt::format("note: there {} only {} {}\n", rows == 1 ? "is" : "are", rows,
                     rows == 1 ? "row" : "rows");
}

/// The first rows of a grouping, as show() would have it.
Table Head(Table table, size_t rows) {
  table.more = table.rows.size() > rows;
  if (table.more) table.rows.resize(rows);
  return table;
}

std::string GroupText(const Groups& groups, GroupOrder order, const ShowOptions& show) {
  auto table = groups.Finish(order);
  if (!table) return "note: " + table.error().context + "\n";
  return Show(Head(std::move(*table), kShowRows), show);
}

std::string GroupJson(const Groups& groups, GroupOrder order) {
  std::string out;
  auto table = groups.Finish(order);
  if (table) {
    AppendJsonTable(out, *table);
  } else {
    out += "{\"error\":";
    AppendJsonText(out, table.error().context);
    out += "}";
  }
  return out;
}

std::string SchemaJson(const Columns& columns) {
  std::string out = "[";
  for (const Heading& heading : Headings(columns)) {
    out += fmt::format("{}\n{{\"name\":\"{}\",\"type\":\"{}\",\"nullable\":true}}",
                       out.size() == 1 ? "" : ",", heading.name, TypeName(heading.type));
  }
  return out + "\n]";
}

std::string TableJson(const Table& table) {
  std::string out;
  AppendJsonTable(out, table);
  return out;
}

std::string TakenJson(const Table& events, size_t n) {
  std::string out = "null";
  if (events.rows.size() >= n) {
    out.clear();
    AppendJsonRow(out, events.headings, events.rows[n - 1]);
  }
  return out;
}

std::string NotObjectsJson(const NotObjects& not_objects) {
  std::string out = fmt::format("{{\"count\":{},\"kinds\":[", not_objects.count());
  std::string_view comma;
  for (const NotObjects::Tally& tally : not_objects.Tallies()) {
    out += fmt::format("{}\n{{\"kind\":\"{}\",\"count\":{},\"first\":[", comma,
                       KindName(tally.kind), tally.count);
    for (size_t i = 0; i < tally.first.size(); ++i) {
      out += fmt::format("{}{{\"partition\":{},\"offset\":{}}}", i == 0 ? "" : ",",
                         tally.first[i].partition, tally.first[i].offset);
    }
    out += "]}";
    comma = ",";
  }
  return out + "]}";
}

}  // namespace

PysparkSession::PysparkSession(const std::vector<int32_t>& partitions, size_t bytes_max)
    : messages_(Of::kRecords, MessageColumns(), kShowRows, partitions),
      values_(Of::kRecords, {ValueAsString()}, kShowRows, partitions),
      events_(Of::kSelectedEvents, {EventType()}, kExtractedRows, partitions),
      by_type_({EventType()}, {CountOfEvents()}, bytes_max),
      by_minute_({BucketColumn("minute", StepsOf(std::chrono::minutes(1)))}, {CountOfEvents()},
                 bytes_max),
      by_user_({User()}, {CountOfEvents()}, bytes_max) {}

std::vector<Step*> PysparkSession::Steps() {
  return {&messages_, &values_, &events_, &by_type_, &by_minute_, &by_user_};
}

std::string PysparkSession::Text(const ScanSummary& summary, const ShowOptions& show) const {
  const Table events = events_.Finish();
  std::string out;
  const auto step = [&](std::string_view call, std::string_view printed) {
    out.append(">>> ").append(call).append("\n").append(printed);
  };
  step("raw_events.printSchema()", SchemaTree(Headings(MessageColumns())));
  step("raw_events.show()", Show(messages_.Finish(), show));
  step("eventsForm.show()", Show(values_.Finish(), show));
  step("extracted_events.show(50)", Show(events, show));
  step("extracted_events.count()", std::to_string(summary.totals.selected) + "\n");
  step("extracted_events.select(\"event_type\").take(1)", TakeOne(events));
  for (const size_t n : kTakenRows) {
    step(fmt::format("extracted_events.select(\"event_type\").take({})[{}]", n, n - 1),
         TakeLastOf(events, n));
  }
  step("# events by type", GroupText(by_type_, GroupOrder::kCount, show));
  step("# events per minute", GroupText(by_minute_, GroupOrder::kKey, show));
  step("# events by user", GroupText(by_user_, GroupOrder::kCount, show));
  if (summary.not_objects.count() > 0) step("# left out", Describe(summary.not_objects));
  return out;
}

std::string PysparkSession::Json(const ScanSummary& summary) const {
  const Table events = events_.Finish();
  std::string out = "{";
  const auto member = [&](std::string_view name, std::string_view value) {
    out += fmt::format("{}\n\"{}\":{}", out.size() == 1 ? "" : ",", name, value);
  };
  member("schema", SchemaJson(MessageColumns()));
  member("raw_events", TableJson(messages_.Finish()));
  member("eventsForm", TableJson(values_.Finish()));
  member("extracted_events", TableJson(events));
  member("count", std::to_string(summary.totals.selected));
  for (const size_t n : {size_t{1}, kTakenRows[0], kTakenRows[1]}) {
    member(fmt::format("event_{}", n), TakenJson(events, n));
  }
  member("by_type", GroupJson(by_type_, GroupOrder::kCount));
  member("by_minute", GroupJson(by_minute_, GroupOrder::kKey));
  member("by_user", GroupJson(by_user_, GroupOrder::kCount));
  member("not_objects", NotObjectsJson(summary.not_objects));
  return out + "\n}\n";
}

}  // namespace gamevents::report

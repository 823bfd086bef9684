#include "core/report/steps/session_rows.h"

#include "core/base/clock.h"
#include "core/base/units.h"
#include "core/event/event_writer.h"
#include "core/report/ask/view.h"
#include "core/report/scan/merged_scan.h"
#include "core/report/scan/row_source.h"
#include "core/report/steps/play_sessions.h"
#include "core/report/table/memory_budget.h"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::report {
namespace {

/// What a text costs beside its bytes.
constexpr int64_t kTextBytes = sizeof(std::string);

std::string TextAt(const Row& row, size_t column) { return CellText(row[column]); }

std::string SessionJson(const Row& row) {
  const auto whole = [&](size_t column) { return std::get<int64_t>(row[column]); };
  event::EventWriter writer;
  writer.Add("user", TextAt(row, 0));
  writer.Add("begin", FormatTimestamp(TimestampMs(whole(1))));
  writer.Add("end", FormatTimestamp(TimestampMs(whole(2))));
  writer.Add("seconds", static_cast<double>(whole(2) - whole(1)) / 1'000);
  writer.Add("events", whole(3));
  return writer.Finish();
}

}  // namespace

Result<OpenSource> SessionRows(const OpenSource& open, const ScanOptions& options,
                               size_t bytes_max) {
  ViewQuestion question;
  question.kind = ViewKind::kSessions;
  EachSession sessions(question, std::make_shared<MemoryBudget>(bytes_max));
  auto summary = ScanMerged(open, options, static_cast<EventView&>(sessions));
  if (!summary) return std::move(summary).error();
  if (summary->totals.partial) return Error{Fault::kClosed, "interrupted"};
  auto table = sessions.Finish();
  if (!table) return std::move(table).error();
  MemoryBudget memory(bytes_max);
  std::vector<std::string> rows;
  for (const Row& row : table->rows) {
    rows.push_back(SessionJson(row));
    if (memory.Add(static_cast<int64_t>(rows.back().size()) + kTextBytes)) continue;
    return Error{Fault::kFull, fmt::format("the sessions take more than {} (report.memory): leave "
                                           "events out with a filter or a range, or raise the key",
                                           FormatSize(memory.bytes_max()))};
  }
  return FromRows(std::move(rows));
}

}  // namespace gamevents::report

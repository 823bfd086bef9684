#include "core/report/steps/row_steps.h"

#include "core/base/check.h"
#include "core/base/units.h"
#include "core/report/ask/format.h"

#include <fmt/format.h>

#include <algorithm>

namespace gamevents::report {
namespace {

bool IsOf(Of of, const Scanned& scanned) { return of == Of::kRecords || scanned.selected; }

}  // namespace

FirstRows::FirstRows(Of of, Columns columns, size_t limit, const std::vector<int32_t>& partitions,
                     size_t bytes_max)
    : of_(of), columns_(std::move(columns)), limit_(limit), bytes_max_(bytes_max) {
  INVARIANT(limit <= kTableRowsMax);
  for (const int32_t partition : partitions) kept_[partition];
}

Status FirstRows::Take(const Scanned& scanned) {
  if (!IsOf(of_, scanned)) return Done{};
  std::vector<Row>& rows = kept_[scanned.record.partition];
  if (rows.size() > limit_) return Done{};
  rows.push_back(ReadRow(columns_, scanned));
  kept_bytes_ += RowBytes(rows.back());
  if (kept_bytes_ > bytes_max_) DropBeyondReach();
  if (kept_bytes_ <= bytes_max_) return Done{};
  const auto streams = [](const FormatTraits& traits) { return !traits.holds_rows; };
  return Error{
      Fault::kFull,
      fmt::format("a table of {} rows takes more than {}: ask for fewer rows, or take "
                  "the format {}, which are written as they are read",
                  limit_, FormatSize(static_cast<int64_t>(bytes_max_)), NamesOfFormats(streams))};
}

void FirstRows::DropBeyondReach() {
  size_t before = 0;  // rows of earlier partitions
  for (auto& [partition, rows] : kept_) {
    const size_t reach = limit_ + 1 - std::min(before, limit_ + 1);
    before += rows.size();
    for (; rows.size() > reach; rows.pop_back()) kept_bytes_ -= RowBytes(rows.back());
  }
}

bool FirstRows::Satisfied() const {
  return !kept_.empty() && kept_.begin()->second.size() > limit_;
}

Table FirstRows::Finish() const {
  Table table{Headings(columns_), {}, false};
  for (const auto& [partition, rows] : kept_) {
    const size_t room = limit_ - table.rows.size();
    const size_t count = std::min(room, rows.size());
    table.rows.insert(table.rows.end(), rows.begin(),
                      rows.begin() + static_cast<std::ptrdiff_t>(count));
    table.more = table.more || rows.size() > count;
  }
  return table;
}

Status EachRow::Take(const Scanned& scanned) {
  if (!scanned.selected || left_ == 0) return Done{};
  left_ -= 1;
  return on_row_(ReadRow(columns_, scanned));
}

}  // namespace gamevents::report

#include "core/report/steps/sorted_rows.h"

#include "core/base/check.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gamevents::report {

SortedRows::SortedRows(Columns columns, Options options)
    : columns_(std::move(columns)), options_(std::move(options)) {
  for (const OrderBy& by : options_.order) {
    INVARIANT(!by.field.empty());
    keys_.push_back(FieldColumn(by.field));
  }
}

bool SortedRows::Before(const Entry& a, const Entry& b) const {
  for (size_t i = 0; i < a.key.size(); ++i) {
    if (CellLess(a.key[i], b.key[i])) return !options_.order[i].descending;
    if (CellLess(b.key[i], a.key[i])) return options_.order[i].descending;
  }
  return std::pair(a.partition, a.offset) < std::pair(b.partition, b.offset);
}

Status SortedRows::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  const auto before = [this](const Entry& a, const Entry& b) { return Before(a, b); };
  Entry entry{ReadRow(keys_, scanned), scanned.record.partition, scanned.record.offset, {}};
  const bool full = kept_.size() >= options_.limit;
  more_ = more_ || full;
  if (full && (kept_.empty() || !Before(entry, kept_.front()))) return Done{};
  entry.row = ReadRow(columns_, scanned);
  if (full) {
    std::ranges::pop_heap(kept_, before);
    kept_bytes_ -= RowBytes(kept_.back().key) + RowBytes(kept_.back().row);
    kept_.pop_back();
  }
  kept_bytes_ += RowBytes(entry.key) + RowBytes(entry.row);
  kept_.push_back(std::move(entry));
  if (full) {
    std::ranges::push_heap(kept_, before);
  } else if (kept_.size() == options_.limit) {
    std::ranges::make_heap(kept_, before);
  }
  return CheckMemory();
}

Status SortedRows::CheckMemory() const {
  if (kept_bytes_ <= options_.bytes_max) return Done{};
  return Error{Fault::kFull,
               fmt::format("the rows to be sorted take more than {} (report.memory): ask for fewer "
                           "with a limit, narrow the events with a filter, or raise the key",
                           FormatSize(static_cast<int64_t>(options_.bytes_max)))};
}

Table SortedRows::Finish() {
  std::ranges::sort(kept_, [this](const Entry& a, const Entry& b) { return Before(a, b); });
  Table table{Headings(columns_), {}, more_};
  table.rows.reserve(kept_.size());
  for (Entry& entry : kept_) table.rows.push_back(std::move(entry.row));
  kept_.clear();
  return table;
}

}  // namespace gamevents::report

#include "core/report/query.h"

#include "core/base/check.h"
#include "core/base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace gamevents::report {
namespace {

bool IsOf(Of of, const Scanned& scanned) { return of == Of::kRecords || scanned.selected; }

/// Appends the bytes of a number; only this process reads them back, so the order is its own.
template <class T>
void AppendBytes(std::string& out, T value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  out.append(bytes, sizeof value);
}

void AppendText(std::string& out, const std::string& text) {
  AppendBytes(out, text.size());
  out += text;
}

/// Different rows give different keys: each cell is its type, and its value with its length.
std::string EncodeKey(const Row& row) {
  std::string out;
  for (const Cell& cell : row) {
    out.push_back(static_cast<char>(cell.index()));
    if (const auto* text = std::get_if<std::string>(&cell)) AppendText(out, *text);
    if (const auto* bytes = std::get_if<Bytes>(&cell)) AppendText(out, bytes->bytes);
    if (const auto* json = std::get_if<Json>(&cell)) AppendText(out, json->text);
    if (const auto* truth = std::get_if<bool>(&cell)) AppendBytes(out, *truth);
    if (const auto* number = std::get_if<int64_t>(&cell)) AppendBytes(out, *number);
    if (const auto* number = std::get_if<double>(&cell)) AppendBytes(out, *number);
    if (const auto* time = std::get_if<TimestampMs>(&cell)) AppendBytes(out, time->value);
  }
  return out;
}

}  // namespace

FirstRows::FirstRows(Of of, Columns columns, size_t limit, const std::vector<int32_t>& partitions)
    : of_(of), columns_(std::move(columns)), limit_(limit) {
  INVARIANT(limit <= kTableRowsMax);
  for (const int32_t partition : partitions) kept_[partition];
}

Status FirstRows::Take(const Scanned& scanned) {
  if (!IsOf(of_, scanned)) return Done{};
  std::vector<Row>& rows = kept_[scanned.record.partition];
  if (rows.size() > limit_) return Done{};
  rows.push_back(ReadRow(columns_, scanned));
  kept_bytes_ += RowBytes(rows.back());
  if (kept_bytes_ > kKeptBytesMax) DropBeyondReach();
  if (kept_bytes_ <= kKeptBytesMax) return Done{};
  return Error{
      Fault::kFull,
      fmt::format("a table of {} rows takes more than {}: ask for fewer rows with --limit, "
                  "or for --format csv or json, which are written as they are read",
                  limit_, FormatSize(static_cast<int64_t>(kKeptBytesMax)))};
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

Status CountGroups::Take(const Scanned& scanned) {
  if (!scanned.selected || overflow_) return Done{};
  Row row = ReadRow(columns_, scanned);
  std::string key = EncodeKey(row);
  if (const auto found = groups_.find(key); found != groups_.end()) {
    found->second.count += 1;
    return Done{};
  }
  kept_bytes_ += RowBytes(row) + sizeof(std::string) + key.size();
  overflow_ = groups_.size() >= kGroupsMax || kept_bytes_ > kKeptBytesMax;
  if (!overflow_) groups_.emplace(std::move(key), Group{std::move(row), 1});
  return Done{};
}

Result<Table> CountGroups::Finish(GroupOrder order) const {
  if (overflow_) {
    return Error{Fault::kFull,
                 fmt::format("more than {} groups (or {} of their values): group by a field with "
                             "fewer values, or narrow the events with --where",
                             kGroupsMax, FormatSize(static_cast<int64_t>(kKeptBytesMax)))};
  }
  std::vector<const Group*> sorted;
  sorted.reserve(groups_.size());
  for (const auto& [key, group] : groups_) sorted.push_back(&group);
  std::ranges::sort(sorted, [order](const Group* a, const Group* b) {
    if (order == GroupOrder::kCount && a->count != b->count) return a->count > b->count;
    return std::ranges::lexicographical_compare(a->key, b->key, CellLess);
  });
  Table table{Headings(columns_), {}, false};
  table.headings.push_back({"count", Type::kLong});
  for (const Group* group : sorted) {
    table.rows.push_back(group->key);
    table.rows.back().emplace_back(group->count);
  }
  return table;
}

Status FieldNames::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  scanned.event->ForEachField([&](std::string_view name, const event::Value&) {
    if (names_.size() <= kFieldsMax && !names_.contains(name)) names_.emplace(name);
  });
  if (names_.size() <= kFieldsMax) return Done{};
  return Error{Fault::kFull,
               fmt::format("--select '*' found more than {} different fields, at {} [{}] offset "
                           "{}: name those that you want",
                           kFieldsMax, scanned.record.topic, scanned.record.partition,
                           scanned.record.offset)};
}

Status EachRow::Take(const Scanned& scanned) {
  if (!scanned.selected || left_ == 0) return Done{};
  left_ -= 1;
  return on_row_(ReadRow(columns_, scanned));
}

}  // namespace gamevents::report

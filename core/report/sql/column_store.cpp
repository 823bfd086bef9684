#include "core/report/sql/column_store.h"

#include "core/base/check.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/report/scan/field_names.h"
#include "core/report/scan/merged_scan.h"
#include "core/report/sql/event_scan.h"
#include "core/report/table/memory_budget.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <variant>

namespace gamevents::report::sql {
namespace {

Error Interrupted() { return {Fault::kClosed, "interrupted"}; }

/// A whole event is as much as the topic.
bool IsKeepable(const Column& column) { return column.own != RecordColumn::kJson; }

/// Rows that stand together in a partition, and in what one thread has read.
struct Stretch {
  int32_t partition = 0;
  int64_t first = 0;  ///< offset
  size_t row = 0;     ///< its first
  size_t rows = 0;
};

}  // namespace

/// What one pass reads: the names of fields, and the values of some columns.
class ColumnStore::Gathering final : public Step {
 public:
  Gathering(std::vector<Column> columns, std::shared_ptr<MemoryBudget> memory)
      : columns_(std::move(columns)),
        values_(columns_.size()),
        rounded_(columns_.size(), false),
        memory_(std::move(memory)) {}

  std::unique_ptr<Gathering> Sibling() const {
    return std::make_unique<Gathering>(columns_, memory_);
  }

  Status Take(const Scanned& scanned) override;
  void Merge(Gathering&& sibling) {
    names_.Merge(std::move(sibling.names_));
    too_large_ = too_large_ || sibling.too_large_;
    siblings_.push_back(std::move(sibling));
  }

  Result<std::vector<std::string>> Names() const { return names_.Finish(); }
  const std::vector<Column>& columns() const { return columns_; }
  bool too_large() const { return too_large_; }
  ScanTotals totals;  ///< of the pass
  bool IsRounded(size_t column) const {
    return rounded_[column] || std::ranges::any_of(siblings_, [column](const Gathering& each) {
             return each.rounded_[column];
           });
  }

  /// Adds the rows of all threads to `to`, by partition and offset.
  void AddRows(size_t column, KeptColumn& to);

 private:
  ValueView ValueOf(const Scanned& scanned, size_t column);

  FieldNames names_;
  std::vector<Column> columns_;
  std::vector<KeptColumn> values_;  ///< of each column
  std::vector<bool> rounded_;
  std::shared_ptr<MemoryBudget> memory_;
  bool too_large_ = false;
  std::vector<Stretch> stretches_;
  int64_t next_offset_ = -1;  ///< that would go on with the last stretch
  size_t rows_ = 0;
  std::vector<Gathering> siblings_;
};

ValueView ColumnStore::Gathering::ValueOf(const Scanned& scanned, size_t column) {
  const Column& of = columns_[column];
  if (!of.own) {
    const event::Value value = scanned.event->document().Field(of.field);
    if (std::holds_alternative<event::Digits>(value)) rounded_[column] = true;
    return AsSqlite(value);
  }
  const auto& key = scanned.record.key;
  if (of.own == RecordColumn::kKey && key && !IsUtf8(*key)) return BlobView{*key};
  return AsSqlite(scanned.event->Own(*of.own));
}

Status ColumnStore::Gathering::Take(const Scanned& scanned) {
  const kafka::RecordView& record = scanned.record;
  const bool goes_on = !stretches_.empty() && stretches_.back().partition == record.partition &&
                       next_offset_ == record.offset;
  next_offset_ = record.offset + 1;
  if (!goes_on) stretches_.push_back({record.partition, record.offset, rows_, 0});
  if (!scanned.selected) return Done{};
  if (auto taken = names_.Take(scanned); !taken) return taken;
  if (too_large_) return Done{};
  int64_t grown = 0;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const ValueView value = ValueOf(scanned, i);
    // A word that is no field, or one of few events: it takes nothing before its first value.
    if (values_[i].rows() == 0) {
      if (std::holds_alternative<std::monostate>(value)) continue;
      grown += values_[i].AddNulls(rows_);
    }
    grown += values_[i].Add(value);
  }
  stretches_.back().rows += 1;
  rows_ += 1;
  if (memory_->Add(grown)) return Done{};
  // The names are looked for to the end.
  too_large_ = true;
  values_.assign(columns_.size(), {});
  return Done{};
}

void ColumnStore::Gathering::AddRows(size_t column, KeptColumn& to) {
  struct Part {
    const Stretch* stretch;
    const Gathering* of;
    std::vector<uint32_t>* codes;
  };
  std::vector<std::vector<uint32_t>> codes(siblings_.size() + 1);
  std::vector<Part> parts;
  for (size_t i = 0; i < codes.size(); ++i) {
    const Gathering& of = i == 0 ? *this : siblings_[i - 1];
    for (const Stretch& stretch : of.stretches_) parts.push_back({&stretch, &of, &codes[i]});
  }
  std::ranges::sort(parts, {}, [](const Part& part) {
    return std::pair(part.stretch->partition, part.stretch->first);
  });
  for (const Part& part : parts) {
    const KeptColumn& values = part.of->values_[column];
    if (values.rows() == 0) {
      to.AddNulls(part.stretch->rows);
    } else {
      to.AddRows(values, part.stretch->row, part.stretch->rows, *part.codes);
    }
  }
}

ColumnStore::ColumnStore(OpenRanges open, int64_t bytes_max)
    : open_(std::move(open)), bytes_max_(bytes_max) {}

std::string ColumnStore::KeyOf(const Column& column) {
  return column.own ? std::to_string(static_cast<int>(*column.own)) : "." + column.field.front();
}

int64_t ColumnStore::bytes() const {
  int64_t bytes = 0;
  for (const auto& each : kept_) bytes += each.second.values->bytes();
  return bytes;
}

std::shared_ptr<const KeptColumn> ColumnStore::Find(const Column& column) const {
  const auto found = kept_.find(KeyOf(column));
  return found == kept_.end() ? nullptr : found->second.values;
}

bool ColumnStore::IsRounded(const Column& column) const {
  const auto found = kept_.find(KeyOf(column));
  return found != kept_.end() && found->second.rounded;
}

void ColumnStore::Forget() {
  ranges_.clear();
  updates_ = 0;
  totals_ = {};
  fields_.clear();
  kept_.clear();
  too_large_.clear();
}

bool ColumnStore::IsContinued(const Ranges& ranges) const {
  return updates_ > 0 && ranges.size() == ranges_.size() &&
         std::ranges::equal(ranges, ranges_, [](const auto& now, const auto& before) {
           return now.partition == before.partition && now.begin == before.begin &&
                  now.end >= before.end;
         });
}

Status ColumnStore::Read(const Ranges& ranges, Gathering& gathering, const Progress& progress) {
  auto summary = ScanMerged(open_(ranges), {.progress = progress}, gathering);
  if (!summary) return std::move(summary).error();
  gathering.totals = summary->totals;
  return summary->totals.partial ? Status(Interrupted()) : Status(Done{});
}

void ColumnStore::AddRows(Gathering& gathering) {
  for (size_t i = 0; i < gathering.columns().size(); ++i) {
    const Column& column = gathering.columns()[i];
    Kept& kept = kept_[KeyOf(column)];
    kept.column = column;
    gathering.AddRows(i, *kept.values);
    kept.rounded = kept.rounded || gathering.IsRounded(i);
  }
}

Status ColumnStore::Update(const Ranges& ranges, const std::set<std::string>& words,
                           const Progress& progress) {
  Ranges more;
  std::vector<Column> columns;
  if (IsContinued(ranges)) {
    for (size_t i = 0; i < ranges.size(); ++i) {
      more.push_back(ranges[i]);
      more.back().begin = ranges_[i].end;
    }
    std::erase_if(more, [](const auto& range) { return range.begin >= range.end; });
    if (more.empty()) return Done{};
    for (const auto& each : kept_) columns.push_back(each.second.column);
  } else {
    Forget();
    more = ranges;
    for (const std::string& word : words) columns.push_back({word, {word}});
  }
  Gathering gathering(std::move(columns), std::make_shared<MemoryBudget>(Room()));
  if (auto read = Read(more, gathering, progress); !read) return read;
  const auto names = gathering.Names();
  if (!names) return Error(names.error());
  for (const std::string& name : *names) {
    if (std::ranges::find(fields_, name) == fields_.end()) fields_.push_back(name);
  }
  if (gathering.too_large()) {
    kept_.clear();
  } else {
    AddRows(gathering);
  }
  // A word that is no field's name.
  std::erase_if(kept_, [this](const auto& each) {
    const Column& column = each.second.column;
    return !column.own && std::ranges::find(fields_, column.field.front()) == fields_.end();
  });
  totals_ += gathering.totals;
  ranges_ = ranges;
  updates_ += 1;
  return Done{};
}

Result<bool> ColumnStore::Keep(std::span<const Column> columns, const Progress& progress) {
  std::vector<Column> missing;
  std::string together;
  for (const Column& column : columns) {
    if (!IsKeepable(column)) return false;
    together += KeyOf(column) + '\n';
    if (Find(column) == nullptr) missing.push_back(column);
  }
  if (missing.empty()) return true;
  if (too_large_.contains(together)) return false;
  // What is read now comes in one order; what came in several updates is read again with it.
  for (const bool alone : {false, true}) {
    if (alone || updates_ > 1) {
      missing.assign(columns.begin(), columns.end());
      if (!alone) AddOthers(missing);
      kept_.clear();
    }
    Gathering gathering(missing, std::make_shared<MemoryBudget>(Room()));
    if (auto read = Read(ranges_, gathering, progress); !read) return std::move(read).error();
    if (gathering.totals.events != totals_.events) {  // records were deleted meanwhile
      Forget();
      return false;
    }
    if (!gathering.too_large()) {
      AddRows(gathering);
      if (missing.size() == kept_.size()) updates_ = 1;
      return true;
    }
  }
  too_large_.insert(together);
  return false;
}

void ColumnStore::AddOthers(std::vector<Column>& columns) const {
  for (const auto& [key, kept] : kept_) {
    const auto is_it = [&key](const Column& column) { return KeyOf(column) == key; };
    if (std::ranges::none_of(columns, is_it)) columns.push_back(kept.column);
  }
}

size_t ColumnStore::Room() const {
  return static_cast<size_t>(std::max<int64_t>(0, bytes_max_ - bytes()));
}

}  // namespace gamevents::report::sql

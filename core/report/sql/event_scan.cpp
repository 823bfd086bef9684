#include "core/report/sql/event_scan.h"

#include "core/base/check.h"
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/event/number.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace gamevents::report::sql {
namespace {

struct SqliteValue {
  ValueView operator()(event::Missing) const { return std::monostate{}; }
  ValueView operator()(event::Null) const { return std::monostate{}; }
  ValueView operator()(bool truth) const { return int64_t{truth ? 1 : 0}; }
  ValueView operator()(int64_t number) const { return number; }
  ValueView operator()(event::Digits number) const { return event::NearestDouble(number); }
  ValueView operator()(double number) const { return number; }
  ValueView operator()(std::string_view text) const { return text; }
  ValueView operator()(event::RawJson json) const { return json.text; }
};

/// Records between two calls of progress: in a join a piece of them can take minutes.
constexpr int64_t kRecordsPerProgress = 64;

}  // namespace

ValueView AsSqlite(const event::Value& value) { return std::visit(SqliteValue{}, value); }

Result<bool> EventScan::StartKept(std::span<const size_t> columns) {
  is_kept_ = false;
  if (events_.store == nullptr || events_.where != nullptr) return false;
  std::vector<Column> used;
  for (const size_t column : columns) used.push_back(events_.columns[column]);
  const auto keeps = events_.store->Keep(used, events_.progress);
  if (!keeps && keeps.error().fault != Fault::kClosed) return Error(keeps.error());
  if (!keeps) totals_.partial = true;
  if (keeps && !*keeps) return false;
  is_kept_ = true;
  next_row_ = 0;
  kept_.assign(events_.columns.size(), nullptr);
  for (const size_t column : columns) {
    kept_[column] = events_.store->Find(events_.columns[column]);
    if (events_.store->IsRounded(events_.columns[column])) {
      events_.rounded.insert(events_.columns[column].name);
    }
  }
  return true;
}

bool EventScan::NextKept() {
  if (totals_.partial) return false;
  const auto passes = [this](const KeptTest& test) {
    return test.passes[test.column->codes()[next_row_]] != 0;
  };
  while (totals_.records < events_.store->rows()) {
    next_row_ = static_cast<size_t>(totals_.records++);
    if (std::ranges::all_of(tests_, passes)) return true;
  }
  return false;
}

Status EventScan::Start(std::vector<Condition> conditions, std::span<const size_t> columns) {
  Stop();
  totals_ = {};
  const auto kept = StartKept(columns);
  if (!kept) return Error(kept.error());
  if (*kept) {
    tests_.clear();
    for (const Condition& condition : conditions) {
      const auto& column = kept_[condition.column];
      if (column == nullptr) continue;  // interrupted
      KeptTest& test = tests_.emplace_back(KeptTest{column, {}});
      for (uint32_t code = 0; code < column->distinct(); ++code) {
        test.passes.push_back(MayHold(column->Value(code), condition.op, condition.operands) ? 1
                                                                                             : 0);
      }
    }
    at_end_ = false;
    events_.counts.scans += 1;
    return Next();
  }
  on_record_.clear();
  on_event_.clear();
  for (Condition& condition : conditions) {
    const bool of_record = events_.columns[condition.column].IsOfRecord();
    (of_record ? on_record_ : on_event_).push_back(std::move(condition));
  }
  auto source = events_.open();
  if (!source) return std::move(source).error();
  source_ = std::move(*source);
  records_ = {};
  next_ = 0;
  place_ = kNoPlace;
  totals_ = {};
  totals_.expected = source_->Length();
  at_end_ = false;
  events_.counts.scans += 1;
  totals_.pass = events_.counts.scans + 1;  // the first found the columns
  return Next();
}

Status EventScan::Next() {
  INVARIANT(!at_end_);
  if (is_kept_) {
    if (!NextKept()) Stop();
    return Done{};
  }
  while (true) {
    const auto more = NextRecord();
    if (!more) return Error(more.error());
    if (!*more) break;
    if (!Selects(on_record_) || !SelectsEvent()) continue;
    return Done{};
  }
  Stop();
  return Done{};
}

Result<bool> EventScan::NextRecord() {
  if (next_ == records_.size()) {
    auto records = source_->Next();
    if (!records && records.error().fault == Fault::kClosed) {
      totals_.partial = true;
      return false;
    }
    if (!records) return std::move(records).error();
    records_ = *records;
    next_ = 0;
    if (records_.empty()) return false;
  }
  const kafka::RecordView& record = records_[next_++];
  // A checkout sells several things in one place.
  const bool same = record.partition == place_.first && record.offset == place_.second;
  line_ = same ? line_ + 1 : 0;
  place_ = {record.partition, record.offset};
  record_ = &record;
  event_.GoTo(*record_);
  totals_.records += 1;
  if (events_.progress && totals_.records % kRecordsPerProgress == 0) events_.progress(totals_);
  return true;
}

bool EventScan::Selects(std::span<const Condition> conditions) {
  return std::ranges::all_of(conditions, [this](const Condition& condition) {
    const ValueView held = ValueOf(events_.columns[condition.column]);
    return MayHold(held, condition.op, condition.operands);
  });
}

bool EventScan::SelectsEvent() {
  if (!record_->value) return false;
  events_.counts.parsed += 1;
  if (!event_.Parse()) return false;
  totals_.events += 1;
  if (events_.where != nullptr && !events_.where->Matches(event_)) return false;
  totals_.selected += 1;
  return Selects(on_event_);
}

ValueView EventScan::Read(size_t column) {
  return is_kept_ ? kept_[column]->At(next_row_) : ValueOf(events_.columns[column]);
}

ValueView EventScan::ValueOf(const Column& column) {
  if (column.own) return OwnOf(*column.own);
  const event::Value value = event_.document().Field(column.field);
  if (std::holds_alternative<event::Digits>(value)) events_.rounded.insert(column.name);
  return AsSqlite(value);
}

ValueView EventScan::OwnOf(RecordColumn column) const {
  const auto& key = record_->key;
  if (column == RecordColumn::kKey && key && !IsUtf8(*key)) return BlobView{*key};
  return AsSqlite(event_.Own(column));
}

int64_t EventScan::RowId() const {
  if (is_kept_) return static_cast<int64_t>(next_row_);
  // Offsets of 44 bits last for five hundred years at a thousand events a second.
  constexpr int kOffsetBits = 44;
  if (line_ > 0) {
    auto& numbers = events_.shared_places;
    const auto next = -static_cast<int64_t>(numbers.size()) - 1;
    return numbers.try_emplace({record_->partition, record_->offset, line_}, next).first->second;
  }
  return static_cast<int64_t>(static_cast<uint64_t>(record_->partition) << kOffsetBits) +
         record_->offset;
}

void EventScan::Stop() {
  if (at_end_) return;
  at_end_ = true;
  source_.reset();
  records_ = {};
  next_ = 0;
  const bool partial = events_.totals.partial || totals_.partial;
  if (totals_.records >= events_.totals.records) events_.totals = totals_;
  events_.totals.partial = partial;
}

}  // namespace gamevents::report::sql

// SQLite joins by nested loops: for each row of the outer side it starts the inner cursor again. A
// scan of the topic for each would take hours, so from the second start on the cursor keeps the
// rows, and only the columns that are read, within report.memory.
//
// Which rows to keep: SQLite hands over the conditions at each start. Those that are the same
// at each start (a.kind = 'x') choose what is kept; those that change with the outer row
// (a.user = b.user) are looked up in what is kept, an equality by an index. A condition that looked
// constant and then changed makes the kept rows too few: they are read once more without it.
//
// Every filter here may let too much through and never too little (MayHold), because SQLite checks
// each row again by its own rules of comparison.

#include "core/report/sql/event_cursor.h"

#include "core/base/check.h"

#include <algorithm>
#include <utility>

namespace gamevents::report::sql {
namespace {

bool Contains(const std::vector<Condition>& conditions, const Condition& condition) {
  return std::ranges::find(conditions, condition) != conditions.end();
}

}  // namespace

Status EventCursor::Start(std::vector<Condition> conditions, const std::vector<size_t>& columns) {
  // The terms of an OR are several plans for one cursor, each with its own columns.
  if (Use(columns)) kept_.reset();
  starts_ += 1;
  if (starts_ > 1) return StartKept(std::move(conditions));
  first_ = conditions;
  auto started = scan_.Start(std::move(conditions), columns_);
  if (started && !scan_.AtEnd()) events_.counts.rows += 1;
  return started;
}

bool EventCursor::Use(const std::vector<size_t>& columns) {
  const size_t before = columns_.size();
  for (const size_t column : columns) {
    if (std::ranges::find(columns_, column) == columns_.end()) columns_.push_back(column);
  }
  return columns_.size() > before;
}

Status EventCursor::Keep() {
  kept_ = std::make_unique<KeptEvents>(events_, columns_);
  if (auto started = scan_.Start(always_, columns_); !started) return started;
  while (!scan_.AtEnd()) {
    if (auto added = kept_->Add(scan_); !added) return added;
    if (auto next = scan_.Next(); !next) return next;
  }
  return Done{};
}

Status EventCursor::StartKept(std::vector<Condition> conditions) {
  // Conditions that do not change with the outer row make fewer rows to keep. One that does after
  // all is dropped, so that kept rows are rebuilt at most once per condition.
  std::vector<Condition> always;
  for (const Condition& condition : starts_ == 2 ? first_ : always_) {
    if (Contains(conditions, condition)) always.push_back(condition);
  }
  if (!kept_ || always.size() < always_.size()) {
    always_ = std::move(always);
    kept_.reset();
    if (auto kept = Keep(); !kept) return kept;
  }
  std::erase_if(conditions, [this](const auto& each) { return Contains(always_, each); });
  conditions_ = std::move(conditions);
  const auto equal = std::ranges::find(conditions_, Operator::kEqual, &Condition::op);
  by_index_ = equal != conditions_.end();
  next_ = 0;
  end_ = kept_->size();
  if (by_index_) {
    const auto places = kept_->MayEqual(equal->column, equal->operands.front());
    if (!places) return Error(places.error());
    places_ = *places;
    end_ = places_.size();
  }
  SkipOthers();
  return Done{};
}

size_t EventCursor::Row() const { return by_index_ ? places_[next_].row : next_; }

void EventCursor::SkipOthers() {
  const auto may_hold = [this](const Condition& condition) {
    return MayHold(kept_->Read(Row(), condition.column), condition.op, condition.operands);
  };
  while (next_ < end_ && !std::ranges::all_of(conditions_, may_hold)) ++next_;
  if (next_ < end_) events_.counts.rows += 1;
}

Status EventCursor::Next() {
  INVARIANT(!AtEnd());
  if (kept_) {
    ++next_;
    SkipOthers();
    return Done{};
  }
  auto next = scan_.Next();
  if (next && !scan_.AtEnd()) events_.counts.rows += 1;
  return next;
}

void EventCursor::Stop() {
  scan_.Stop();
  next_ = end_;
}

bool EventCursor::AtEnd() const { return kept_ ? next_ == end_ : scan_.AtEnd(); }

ValueView EventCursor::Read(size_t column) {
  events_.counts.values += 1;
  return kept_ ? kept_->Read(Row(), column) : scan_.Read(column);
}

int64_t EventCursor::RowId() const { return kept_ ? kept_->RowId(Row()) : scan_.RowId(); }

}  // namespace gamevents::report::sql

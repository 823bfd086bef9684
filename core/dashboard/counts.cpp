#include "core/dashboard/counts.h"

#include "core/event/value.h"
#include "core/report/ask/question.h"
#include "core/report/ask/time_step.h"
#include "core/report/scan/column.h"
#include "core/report/scan/game_fields.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::dashboard {
namespace {

/// What shares the memory: the overview's groupings, those of the period before, players, the till.
constexpr size_t kShares = 8;
/// About what one player takes of it.
constexpr size_t kPlayerBytes = 64;
/// The till's size is looked at after so many records.
constexpr int64_t kRecordsPerLook = 1'024;

report::OverviewOptions OverviewOf(const Scope& scope, size_t memory) {
  report::OverviewOptions options;
  options.bytes_max = memory;
  options.newest = true;
  if (scope.event_time) options.time = event::FieldPath{"_time"};
  options.zone = scope.zone;
  return options;
}

report::Groups CourseBefore(const Scope& scope, size_t memory) {
  std::optional<event::FieldPath> time;
  if (scope.event_time) time = event::FieldPath{"_time"};
  return {{report::BucketColumn("minute", report::StepsOf(report::kCourseStep, scope.zone), time)},
          report::AggregatesOf({}),
          memory};
}

/// What was sold as a filter sees it: its own fields, and behind them those of its event.
class SoldFields final : public event::FieldSource {
 public:
  SoldFields(const report::Sale& sale, const event::FieldSource& event)
      : sale_(sale), event_(event) {}

  event::Value Field(const event::FieldPath& path) const override {
    if (path.size() != 1) return event_.Field(path);
    const std::string_view name = path.front();
    if (name == "item") return sale_.item;
    if (name == "kind") return sale_.kind;
    if (name == "type" && !sale_.type.empty()) return sale_.type;
    if (name == "quantity") return sale_.quantity;
    if (name == "price") return sale_.price;
    return event_.Field(path);
  }

 private:
  const report::Sale& sale_;
  const event::FieldSource& event_;
};

/// How many groups there are, but for the one without a name.
std::optional<int64_t> GroupsIn(const Result<report::Table>& table) {
  if (!table) return std::nullopt;
  return std::ranges::count_if(table->rows, [](const report::Row& row) {
    return !std::holds_alternative<std::monostate>(row[0]);
  });
}

}  // namespace

Counts::Counts(Scope scope, size_t memory, const Clock& clock)
    : scope_(std::move(scope)),
      memory_each_(memory / kShares),
      overview_({}, OverviewOf(scope_, memory_each_)),
      steps_(overview_.Steps()),
      course_before_(CourseBefore(scope_, memory_each_)),
      users_before_({report::UserColumn()}, report::AggregatesOf({}), memory_each_),
      pulse_(clock, scope_.zone, memory_each_ / kPlayerBytes) {}

std::optional<int64_t> Counts::TimeOf(const report::Scanned& scanned) const {
  if (scope_.event_time && scanned.event != nullptr) return scanned.event->Time();
  const int64_t time = scanned.record.timestamp.value;
  return time < 0 ? std::nullopt : std::optional(time);
}

Counts::Period Counts::PeriodOf(std::optional<int64_t> time) const {
  if (!scope_.begin && !scope_.end) return Period::kRange;
  if (!time || (scope_.end && *time >= scope_.end->value)) return Period::kNone;
  if (!scope_.begin || *time >= scope_.begin->value) return Period::kRange;
  const bool is_before = scope_.compare && *time >= scope_.begin->value - scope_.Length().count();
  return is_before ? Period::kBefore : Period::kNone;
}

Status Counts::Take(const report::Scanned& scanned) {
  ++records_;
  const auto time = TimeOf(scanned);
  const Period period = PeriodOf(time);
  report::Scanned mine = scanned;
  mine.selected =
      scanned.event != nullptr && (!scope_.where || scope_.where->Matches(*scanned.event));
  CountIn(period, mine);
  if (mine.selected && time) pulse_.Take(*time, mine.event->User());
  CountSales(scanned, time, period);
  return Done{};
}

void Counts::CountIn(Period period, const report::Scanned& scanned) {
  if (period == Period::kNone) return;
  RangeFigures& figures = period == Period::kRange ? range_ : before_;
  figures.messages += 1;
  figures.events += scanned.selected ? 1 : 0;
  // None of these fails: each is bounded by what it keeps, and says so at its end.
  if (period == Period::kBefore) {
    (void)course_before_.Take(scanned).ok();
    (void)users_before_.Take(scanned).ok();
    return;
  }
  for (report::Step* step : steps_) (void)step->Take(scanned).ok();
  (void)not_objects_.Take(scanned).ok();
}

// What a cart holds follows from events of any time; whether its sale is asked for, from its own.
void Counts::CountSales(const report::Scanned& scanned, std::optional<int64_t> time,
                        Period period) {
  if (till_ == nullptr) return;
  till_->Pass(scanned.record);
  if (scanned.event != nullptr) {
    for (const report::Sale& sale : till_->SalesOf(scanned.record, scanned.event->document())) {
      if (scope_.where && !scope_.where->Matches(SoldFields(sale, *scanned.event))) continue;
      const double revenue = static_cast<double>(sale.price) * static_cast<double>(sale.quantity);
      if (time) pulse_.Sell(*time, revenue);
      if (period == Period::kRange) range_.revenue += revenue;
      if (period == Period::kBefore) before_.revenue += revenue;
    }
  }
  if (records_ % kRecordsPerLook == 0 && till_->state().MemoryBytes() > memory_each_) till_.reset();
}

// A range begins and ends where it was asked for, not with its first and last events.
void Counts::PadCourse(report::Table& course) const {
  if (!scope_.begin) return;
  const report::TimeStep step = report::StepsOf(report::kCourseStep, scope_.zone);
  const int64_t end = std::min(scope_.end.value_or(scope_.now), scope_.now).value;
  for (const int64_t time : {scope_.begin->value, std::max(end - 1, scope_.begin->value)}) {
    const report::Cell start = report::TimeIn(scope_.zone, TimestampMs(StartOf(step, time)));
    const bool is_there = std::ranges::any_of(
        course.rows, [&](const report::Row& row) { return row.front() == start; });
    if (!is_there) course.rows.push_back({start, int64_t{0}});
  }
  std::ranges::sort(course.rows, [](const report::Row& a, const report::Row& b) {
    return report::CellLess(a.front(), b.front());
  });
}

Figures Counts::Finish() {
  Figures figures{overview_.Finish(), not_objects_};
  figures.range = range_;
  figures.range.users = GroupsIn(figures.parts.by_user.table);
  if (figures.parts.by_minute.table) PadCourse(*figures.parts.by_minute.table);
  if (scope_.compare) {
    figures.before = before_;
    figures.before->users = GroupsIn(users_before_.Finish(report::GroupOrder::kCount));
    figures.course_before.emplace(
        report::Overview::Part{course_before_.Finish(report::GroupOrder::kKey), 0});
  }
  figures.pulse = pulse_.Finish();
  figures.has_revenue = till_ != nullptr;
  return figures;
}

}  // namespace gamevents::dashboard

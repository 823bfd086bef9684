#include "core/report/steps/economy.h"

#include "core/report/ask/aggregate.h"
#include "core/report/ask/field_list.h"
#include "core/report/scan/flow_source.h"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <variant>

namespace gamevents::report {
namespace {

const event::FieldPath kChangeTime{std::string(kFlowTime)};

std::unique_ptr<Groups> GroupsOf(const ViewQuestion& question, size_t bytes_max) {
  std::optional<event::FieldPath> time;
  if (question.fields.time) time = kChangeTime;
  Columns columns;
  const bool by_day = question.day == Days(question.day.zone);
  columns.push_back(BucketColumn(by_day ? "day" : "bucket", question.day, time));
  columns.push_back(TextColumn({"what"}));
  for (const event::FieldPath& field : question.by) columns.push_back(FieldColumn(field));
  return std::make_unique<Groups>(std::move(columns),
                                  ParseAggregates("sum(gained),sum(lost)").value(), bytes_max);
}

/// The whole number, 0 of nothing.
int64_t WholeOf(const Cell& cell) {
  const auto* number = std::get_if<int64_t>(&cell);
  return number == nullptr ? 0 : *number;
}

}  // namespace

Economy::Economy(const ViewQuestion& question, size_t bytes_max)
    : question_(question), groups_(GroupsOf(question, bytes_max)) {}

std::unique_ptr<EventView> Economy::Sibling() const {
  return std::unique_ptr<EventView>(new Economy(question_, groups_->Sibling()));
}

void Economy::Merge(EventView&& sibling) {
  auto& other = static_cast<Economy&>(sibling);
  groups_->Merge(std::move(*other.groups_));
  without_time_ += other.without_time_;
}

Status Economy::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  const bool has_time = question_.fields.time ? scanned.event->TimeAt(kChangeTime).has_value()
                                              : scanned.record.timestamp.value >= 0;
  if (has_time) return groups_->Take(scanned);
  ++without_time_;
  return Done{};
}

Result<Table> Economy::Finish() const {
  auto groups = groups_->Finish(GroupOrder::kKey);
  if (!groups) return groups;
  Table table{std::move(groups->headings), {}, false};
  const size_t keys = table.headings.size() - 2;
  table.headings.resize(keys);
  for (const char* name : {"gained", "lost", "net", "total"}) {
    table.headings.push_back({name, Type::kLong});
  }
  std::map<Row, int64_t> totals;  // by all keys but the first, the time
  for (Row& row : groups->rows) {
    const int64_t gained = WholeOf(row[keys]);
    const int64_t lost = WholeOf(row[keys + 1]);
    const int64_t net = gained - lost;  // neither is less than 0
    row.resize(keys);
    int64_t& total = totals[Row(row.begin() + 1, row.end())];
    if (__builtin_add_overflow(total, net, &total)) {
      return Error{Fault::kBadInput,
                   fmt::format("the total of {} does not fit a long: ask for a part of it by "
                               "--where, --since or --until",
                               CellText(row[1]))};
    }
    row.insert(row.end(), {gained, lost, net, total});
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::vector<std::string> Economy::Notes() const {
  std::vector<std::string> notes = groups_->Notes();
  if (without_time_ > 0) {
    notes.push_back(
        fmt::format("{} changes have no time ({}) and are left out", without_time_,
                    question_.fields.time ? FieldName(*question_.fields.time) : "the record's"));
  }
  return notes;
}

}  // namespace gamevents::report

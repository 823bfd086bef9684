#include "core/spark/plan.h"

#include "core/base/check.h"
#include "core/report/ask/field_list.h"
#include "core/report/scan/record_event.h"
#include "core/report/steps/grouping.h"
#include "core/spark/filter_plan.h"
#include "core/spark/kafka_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace gamevents::spark {
namespace {

using Function = report::Aggregate::Function;

std::string_view FunctionName(Function function) {
  switch (function) {
    case Function::kCount:
      return "count";
    case Function::kSum:
      return "sum";
    case Function::kAvg:
      return "avg";
    case Function::kMin:
      return "min";
    case Function::kMax:
      return "max";
    case Function::kDistinct:
      return "distinct";
    case Function::kPercentile:
      return "percentile";
    case Function::kStddev:
      return "stddev";
  }
  return "count";
}

Json FieldPlans(const std::vector<event::FieldPath>& fields) {
  Json plans = Json::array();
  for (const event::FieldPath& field : fields) {
    plans.push_back({{"heading", report::FieldName(field)}, {"path", field}});
  }
  return plans;
}

Json AggregatePlans(const std::vector<report::Aggregate>& aggregates) {
  Json plans = Json::array();
  for (const report::Aggregate& aggregate : aggregates) {
    Json plan{{"heading", aggregate.heading}, {"function", FunctionName(aggregate.function)}};
    if (!aggregate.field.empty()) plan["path"] = aggregate.field;
    if (aggregate.function == Function::kPercentile) plan["percent"] = aggregate.percent;
    plans.push_back(std::move(plan));
  }
  return plans;
}

void AddGroups(Json& plan, const report::GroupsQuestion& groups) {
  if (groups.bucket) {
    const auto width = report::FixedLength(*groups.bucket);
    INVARIANT(width.has_value());
    plan["bucket"] = {{"width_ms", width->count()}};
    if (groups.bucket_by) plan["bucket"]["path"] = *groups.bucket_by;
  }
  plan["group_by"] = FieldPlans(groups.by);
  plan["aggregates"] = AggregatePlans(report::AggregatesOf(groups));
}

/// `by_field`: groups are sorted by their columns, whatever these are made of; rows by fields.
void AddOrder(Json& plan, const std::vector<report::OrderBy>& order, bool by_field) {
  plan["order_by"] = Json::array();
  for (const report::OrderBy& by : order) {
    Json column{{"column", by.name}, {"descending", by.descending}};
    if (by_field) column["path"] = by.field;
    plan["order_by"].push_back(std::move(column));
  }
}

Json KafkaPlan(const Source& source, Secrets secrets) {
  Json options = Json::object();
  for (const auto& [name, value] : source.kafka) {
    const bool hide = secrets == Secrets::kHidden && IsSecretOption(name);
    options[name] = hide ? "(secret)" : value;
  }
  return options;
}

}  // namespace

Result<std::string> MakePlan(const report::Question& question, const Source& source,
                             Secrets secrets) {
  const auto* rows = std::get_if<report::RowsQuestion>(&question.asked);
  const auto* groups = std::get_if<report::GroupsQuestion>(&question.asked);
  if (rows == nullptr && groups == nullptr) {
    return Error{Fault::kUnsupported,
                 "Spark is asked for rows and groups; the rest is answered by "
                 "the local engine"};
  }
  for (const event::FieldPath& field : report::NamesOf(question).fields) {
    if (!report::RecordColumnOf(field)) continue;
    return Error{Fault::kUnsupported,
                 fmt::format("{} is a column of the local engine alone: to Spark, name the event's "
                             "own field",
                             report::FieldName(field))};
  }
  Json plan{{"version", kPlanVersion},
            {"kafka", KafkaPlan(source, secrets)},
            {"topic", source.topic},
            {"from", Json::object()},
            {"to", Json::object()}};
  for (const kafka::PartitionRange& range : source.ranges) {
    plan["from"][std::to_string(range.partition)] = range.begin;
    plan["to"][std::to_string(range.partition)] = range.end;
  }
  if (question.where) {
    auto where = FilterPlan(*question.where);
    if (!where) return std::move(where).error().In("where");
    plan["where"] = std::move(*where);
  }
  if (groups != nullptr) {
    AddGroups(plan, *groups);
  } else if (rows->all) {
    plan["select_all"] = true;
  } else {
    plan["select"] = FieldPlans(rows->fields);
  }
  AddOrder(plan, question.order_by, rows != nullptr);
  const size_t most = rows != nullptr ? report::kAllRows : report::kGroupsMax;
  const size_t limit = std::min(report::RowLimit(question), most);
  if (limit != report::kAllRows) plan["limit"] = limit + 1;
  return plan.dump(2) + "\n";
}

}  // namespace gamevents::spark

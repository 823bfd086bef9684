#include "core/spark/plan.h"

#include "core/spark/filter_plan.h"
#include "core/spark/kafka_options.h"

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

Json AggregatePlans(std::vector<report::Aggregate> aggregates) {
  if (aggregates.empty()) aggregates.push_back(report::CountOfEvents());
  Json plans = Json::array();
  for (const report::Aggregate& aggregate : aggregates) {
    Json plan{{"heading", aggregate.heading}, {"function", FunctionName(aggregate.function)}};
    if (!aggregate.field.empty()) plan["path"] = aggregate.field;
    if (aggregate.function == Function::kPercentile) plan["percent"] = aggregate.percent;
    plans.push_back(std::move(plan));
  }
  return plans;
}

void AddGroups(Json& plan, const report::Question& question) {
  if (question.bucket) {
    plan["bucket"] = {{"width_ms", question.bucket->count()}};
    if (question.bucket_by) plan["bucket"]["path"] = *question.bucket_by;
  }
  plan["group_by"] = FieldPlans(question.group_by);
  plan["aggregates"] = AggregatePlans(question.aggregates);
}

void AddOrder(Json& plan, const report::Question& question) {
  plan["order_by"] = Json::array();
  for (const report::OrderBy& by : question.order_by) {
    Json order{{"column", by.name}, {"descending", by.descending}};
    // Groups are sorted by their columns, whatever these are made of.
    if (report::IsRows(question)) order["path"] = by.field;
    plan["order_by"].push_back(std::move(order));
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

/// Errors: kUnsupported.
Status CheckEngine(const report::Question& question) {
  if (report::IsRows(question) || report::IsGroups(question)) return Done{};
  return Error{
      Fault::kUnsupported,
      "--engine spark answers --select, --group-by, --agg and --bucket; everything else is "
      "the local engine's: leave --engine out"};
}

}  // namespace

Result<std::string> MakePlan(const report::Question& question, const Source& source,
                             Secrets secrets) {
  if (auto checked = CheckEngine(question); !checked) return std::move(checked).error();
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
    if (!where) return std::move(where).error().In("--where");
    plan["where"] = std::move(*where);
  }
  if (!report::IsRows(question)) {
    AddGroups(plan, question);
  } else if (question.select_all) {
    plan["select_all"] = true;
  } else {
    plan["select"] = FieldPlans(question.select);
  }
  AddOrder(plan, question);
  const size_t most = report::IsRows(question) ? report::kAllRows : report::kGroupsMax;
  const size_t limit = std::min(report::RowLimit(question), most);
  if (limit != report::kAllRows) plan["limit"] = limit + 1;
  return plan.dump(2) + "\n";
}

}  // namespace gamevents::spark

#include "core/spark/filter_plan.h"

#include "core/event/filter_tree.h"
#include "core/spark/java_regex.h"

#include <cmath>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::spark {
namespace {

using event::Operator;

std::string_view Symbol(Operator op) {
  switch (op) {
    case Operator::kEqual:
      return "=";
    case Operator::kNotEqual:
      return "!=";
    case Operator::kLess:
      return "<";
    case Operator::kLessEqual:
      return "<=";
    case Operator::kGreater:
      return ">";
    case Operator::kGreaterEqual:
      return ">=";
  }
  return "=";
}

struct LiteralPlan {
  Json operator()(event::Null) const { return nullptr; }
  Json operator()(const event::OwnedDigits& number) const { return {{"integer", number.text}}; }
  Json operator()(double number) const {
    if (std::isfinite(number)) return number;
    return {{"double", number > 0 ? "inf" : "-inf"}};
  }
  template <class T>
  Json operator()(const T& value) const {
    return value;
  }
};

Json PlanOf(const event::Literal& literal) { return std::visit(LiteralPlan{}, literal); }

Result<Json> PlanOf(const event::Node& node);

Result<Json> Joined(std::string_view word, const std::vector<event::Node>& parts) {
  Json joined{{"is", word}, {"of", Json::array()}};
  for (const event::Node& part : parts) {
    auto plan = PlanOf(part);
    if (!plan) return plan;
    joined["of"].push_back(std::move(*plan));
  }
  return joined;
}

struct NodePlan {
  Result<Json> operator()(const event::Comparison& node) const {
    return Json{{"is", "compare"},
                {"field", node.field},
                {"op", Symbol(node.op)},
                {"value", PlanOf(node.value)}};
  }
  Result<Json> operator()(const event::OneOf& node) const {
    Json others = Json::array();
    for (const event::Literal& other : node.others) others.push_back(PlanOf(other));
    return Json{
        {"is", "in"}, {"field", node.field}, {"texts", node.texts}, {"others", std::move(others)}};
  }
  Result<Json> operator()(const event::RegexMatch& node) const {
    auto regex = ToJavaRegex(node.regex->pattern());
    if (!regex) return std::move(regex).error().In(node.regex->pattern());
    return Json{{"is", "matches"}, {"field", node.field}, {"regex", std::move(*regex)}};
  }
  Result<Json> operator()(const event::Exists& node) const {
    return Json{{"is", "exists"}, {"field", node.field}};
  }
  Result<Json> operator()(const event::Not& node) const {
    auto inner = PlanOf(*node.inner);
    if (!inner) return inner;
    return Json{{"is", "not"}, {"of", Json::array({std::move(*inner)})}};
  }
  Result<Json> operator()(const event::All& node) const { return Joined("and", node.parts); }
  Result<Json> operator()(const event::Any& node) const { return Joined("or", node.parts); }
};

Result<Json> PlanOf(const event::Node& node) { return std::visit(NodePlan{}, node.kind); }

}  // namespace

Result<Json> FilterPlan(const event::Filter& filter) { return PlanOf(filter.tree().root); }

}  // namespace gamevents::spark

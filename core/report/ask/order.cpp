#include "core/report/ask/order.h"

#include "core/base/ascii.h"
#include "core/event/filter.h"
#include "core/report/ask/aggregate.h"
#include "core/report/ask/field_list.h"

#include <string>
#include <string_view>
#include <utility>

namespace gamevents::report {
namespace {

/// "count:desc" without its direction, which goes to `order`. Errors: kBadInput for another word.
Result<std::string_view> TakeDirection(std::string_view piece, OrderBy& order) {
  const size_t colon = piece.rfind(':');
  const bool within_name = piece.find('"', colon) != std::string_view::npos;
  if (colon == std::string_view::npos || within_name) return piece;
  const std::string_view direction = Trim(piece.substr(colon + 1));
  if (direction != "asc" && direction != "desc") {
    return Error{Fault::kBadInput,
                 "'" + std::string(direction) + "' is no direction: write asc or desc"};
  }
  order.descending = direction == "desc";
  return Trim(piece.substr(0, colon));
}

Result<OrderBy> ParseOne(std::string_view piece) {
  OrderBy order;
  const auto name = TakeDirection(piece, order);
  if (!name) return Error(name.error());
  if (name->find('(') != std::string_view::npos && !name->starts_with('"')) {
    auto aggregates = ParseAggregates(*name);
    if (!aggregates) return std::move(aggregates).error();
    order.name = aggregates->front().heading;
    return order;
  }
  auto path = event::ParseFieldPath(*name);
  if (!path) return std::move(path).error().In("FIELD[:asc|desc]");
  order.name = FieldName(*path);
  order.field = std::move(*path);
  return order;
}

}  // namespace

Result<std::vector<OrderBy>> ParseOrder(std::string_view text) {
  std::vector<OrderBy> orders;
  for (const std::string_view part : SplitList(text)) {
    auto order = ParseOne(Trim(part));
    if (!order) return std::move(order).error();
    orders.push_back(std::move(*order));
  }
  return orders;
}

}  // namespace gamevents::report

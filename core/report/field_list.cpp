#include "core/report/field_list.h"

#include "core/base/ascii.h"
#include "core/event/filter.h"
#include "core/report/aggregate.h"

#include <fmt/format.h>

#include <utility>

namespace gamevents::report {
namespace {

/// "count:desc" without its direction, which goes to `order`.
std::string_view TakeDirection(std::string_view piece, OrderBy& order) {
  const size_t colon = piece.rfind(':');
  if (colon == std::string_view::npos) return piece;
  const std::string_view direction = Trim(piece.substr(colon + 1));
  if (direction != "asc" && direction != "desc") return piece;
  order.descending = direction == "desc";
  return Trim(piece.substr(0, colon));
}

Result<OrderBy> ParseOne(std::string_view piece) {
  OrderBy order;
  const std::string_view name = TakeDirection(piece, order);
  if (name.find('(') != std::string_view::npos && !name.starts_with('"')) {
    auto aggregates = ParseAggregates(name);
    if (!aggregates) return std::move(aggregates).error();
    order.name = aggregates->front().heading;
    return order;
  }
  auto path = event::ParseFieldPath(name);
  if (!path) return std::move(path).error().In("FIELD[:asc|desc]");
  order.name = FieldName(*path);
  order.field = std::move(*path);
  return order;
}

}  // namespace

std::vector<std::string_view> SplitList(std::string_view text) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ',' && !quoted) {
      parts.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

Result<std::vector<event::FieldPath>> ParseFieldList(std::string_view text) {
  std::vector<event::FieldPath> paths;
  for (const std::string_view part : SplitList(text)) {
    const std::string_view name = Trim(part);
    if (name.empty()) {
      return Error{Fault::kBadInput, fmt::format("field {} of '{}' is empty: write FIELD,FIELD",
                                                 paths.size() + 1, text)};
    }
    auto path = event::ParseFieldPath(name);
    if (!path) return std::move(path).error();
    paths.push_back(std::move(*path));
  }
  return paths;
}

std::string FieldName(const event::FieldPath& path) {
  return path.size() == 1 ? path.front() : event::FormatFieldPath(path);
}

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

#pragma once

#include "core/base/result.h"
#include "core/event/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// One column of an order. Nulls come first, and last when it descends, as in Spark.
struct OrderBy {
  std::string name;        ///< a heading of the answer: "count", "sum(price)", "remote ip"
  event::FieldPath field;  ///< the field of that name; empty for what is no field: "sum(price)"
  bool descending = false;
};

/// Parses "count:desc,event_type", each a heading or a field, "asc" by default.
/// Errors: kBadInput.
Result<std::vector<OrderBy>> ParseOrder(std::string_view text);

}  // namespace gamevents::report

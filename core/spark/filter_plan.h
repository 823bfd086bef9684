#pragma once

#include "core/base/result.h"
#include "core/event/filter.h"

#include <nlohmann/json.hpp>

namespace gamevents::spark {

/// A plan's JSON: its fields stay in the order in which they are written, for people who read it.
using Json = nlohmann::ordered_json;

/// The condition as the job reads it: {"is":"and"|"or"|"not","of":[…]}, {"is":"compare","field",
/// "op","value"}, {"is":"in","field","texts","others"}, {"is":"matches","field","regex"} with
/// Java's expression, {"is":"exists","field"}. A double that JSON has no number for is
/// {"double":"inf"}, a whole number that no long holds {"integer":"18446744073709551616"}. Recurses
/// as deep as the filter may be. Errors: kUnsupported for an expression that Java cannot say.
Result<Json> FilterPlan(const event::Filter& filter);

}  // namespace gamevents::spark

#pragma once

#include "core/base/result.h"
#include "core/event/value.h"

#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// Cuts at the commas that are outside double quotes; a backslash takes the next character along.
std::vector<std::string_view> SplitList(std::string_view text);

/// Parses "event_type,\"remote ip\",cart.total": names as the filter language writes them, with
/// commas between. Errors: kBadInput for an empty name or one that the language refuses.
Result<std::vector<event::FieldPath>> ParseFieldList(std::string_view text);

/// What a column of the field is called. A top-level field's heading is its name as it is, as in
/// Spark; a deeper one's is its path.
std::string FieldName(const event::FieldPath& path);

}  // namespace gamevents::report

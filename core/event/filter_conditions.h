#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gamevents::event {

/// The conditions of a filter that `and` joins, each as it was written; one that `or` joins inside
/// is in parentheses. Joined by JoinConditions they mean what the filter means. A filter that no
/// `and` joins is one condition. Requires: Filter::Parse takes `filter`.
std::vector<std::string> ConditionsOf(std::string_view filter);

/// All of the conditions as one filter; "" of none.
std::string JoinConditions(const std::vector<std::string>& conditions);

}  // namespace gamevents::event

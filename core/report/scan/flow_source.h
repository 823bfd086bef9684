#pragma once

#include "core/event/value.h"
#include "core/report/scan/scan.h"

#include <cstddef>
#include <optional>
#include <string_view>

namespace gamevents::report {

/// The field that holds a change's time, where the question names one.
inline constexpr std::string_view kFlowTime = "time";

/// What users gained and lost, as a scan's records: an object for each change of coins or items
/// with `user`, `what` ("coins" or "items"), `item` and `kind` (of the goods, also where coins were
/// paid for them), `type` (where named), how many were `gained` and how many `lost`, of which one
/// is 0, and `through`: "purchase", "cart" or "use". Each has the place and the timestamp of its
/// event.
///
/// What changes is what the fold (core/state) says: a purchase and a checkout bring items and cost
/// price times quantity in coins, the use of an item takes it away. What was refused, came twice,
/// or is not under its user's key changes nothing. So what was gained of an item from the log's
/// start on, without what was lost, is what the inventories have at its end.
///
/// `time`: the field of the events that holds their time, which the objects then have as kFlowTime,
/// in milliseconds since 1970, where the event has one.
/// `bytes_max` and errors: as of FoldedFrom (folded_source.h), whose parts it has, too.
OpenSource FlowsOf(OpenSource events, size_t bytes_max,
                   std::optional<event::FieldPath> time = std::nullopt);

}  // namespace gamevents::report

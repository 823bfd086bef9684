#pragma once

#include "core/report/scan/scan.h"

#include <cstddef>

namespace gamevents::report {

/// What was sold, as a scan's records: an object for each line of a purchase or a checkout, with
/// `user`, `item`, `kind`, `type` (where named), `quantity`, `price`, `revenue` (in coins) and
/// `through`, "purchase" or "cart". Each has the place and the timestamp of its event.
///
/// What is a sale: see Till, which follows carts from `events`' start on. A cart that was filled
/// before the start is not known.
///
/// `bytes_max` and errors: as of FoldedFrom (folded_source.h), whose parts it has, too.
OpenSource SalesOf(OpenSource events, size_t bytes_max);

}  // namespace gamevents::report

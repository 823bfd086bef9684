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
/// Where `events` are read again at little cost, the sales can be split: each part reads all events
/// and gives the sales of its users, so that what is sold does not depend on the number of parts.
///
/// `bytes_max`: of the carts and inventories that are kept meanwhile, of all parts together.
/// Errors of reading: those of `events`; kFull beyond it, with what to do.
OpenSource SalesOf(OpenSource events, size_t bytes_max);

}  // namespace gamevents::report

#pragma once

#include "core/base/result.h"
#include "core/report/scan/scan.h"

#include <cstddef>

namespace gamevents::report {

/// The sessions of the selected events, as --view sessions finds them with its defaults, as a
/// scan's records: an object for each with `user`, `begin` and `end` ("2026-11-23T10:00:00.000Z"),
/// `seconds` and `events`; by user, then by time. The record's time is the begin.
/// `bytes_max`: of what is kept meanwhile, and of the rows after that. Errors: those of `open`'s
/// source; kFull beyond it.
Result<OpenSource> SessionRows(const OpenSource& open, const ScanOptions& options,
                               size_t bytes_max);

}  // namespace gamevents::report

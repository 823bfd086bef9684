#pragma once

#include "core/report/scan/scan.h"

#include <chrono>

namespace gamevents::report {

/// The records of `open`, until it is `deadline`: then reading ends with kClosed, as after the stop
/// signal, so that the scan is partial.
OpenSource UntilDeadline(OpenSource open, std::chrono::steady_clock::time_point deadline);

}  // namespace gamevents::report

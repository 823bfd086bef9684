#pragma once

#include "core/base/result.h"
#include "core/base/time_zone.h"
#include "core/kafka/reader.h"

#include <optional>
#include <string>

namespace gamevents::cmd {

/// The records from --since on, up to --until; without the one from the beginning, without the
/// other to the end. Errors: kBadInput, naming the flag.
Result<kafka::PositionRange> MomentsOf(const std::optional<std::string>& since,
                                       const std::optional<std::string>& until,
                                       const TimeZone& zone);

}  // namespace gamevents::cmd

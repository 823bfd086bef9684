#pragma once

#include "core/base/result.h"
#include "core/log/types.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::log {

/// Each leader epoch with its first offset, ascending in both.
using LeaderEpochs = std::vector<std::pair<LeaderEpoch, Offset>>;

/// The text of Kafka's leader-epoch-checkpoint: version 0, the count, "epoch offset" a line.
std::string PrintLeaderEpochs(const LeaderEpochs& epochs);

/// The epochs back. Errors: kCorrupt; kUnsupported (another version).
Result<LeaderEpochs> ParseLeaderEpochs(std::string_view text);

}  // namespace gamevents::log

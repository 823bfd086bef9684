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

/// Most epochs that are kept: one begins with each stop that was not clean. Who asks for one that
/// is older gets the first known one's start, which is where it ended at the latest.
inline constexpr size_t kLeaderEpochsMax = 1'000;

/// Begins `epoch` at `start`. Those that had begun there, or later, had no record, and go.
/// Requires: it is later than the others.
void BeginLeaderEpoch(LeaderEpochs& epochs, LeaderEpoch epoch, Offset start);

/// Drops those that begin behind the log's end, and those that ended before its start.
void TrimLeaderEpochs(LeaderEpochs& epochs, Offset log_start, Offset log_end);

/// The epoch that the record at `offset` was written under. Requires: at least one.
LeaderEpoch LeaderEpochAt(const LeaderEpochs& epochs, Offset offset);

/// The text of Kafka's leader-epoch-checkpoint: version 0, the count, "epoch offset" a line.
std::string PrintLeaderEpochs(const LeaderEpochs& epochs);

/// The epochs back. Errors: kCorrupt; kUnsupported (another version).
Result<LeaderEpochs> ParseLeaderEpochs(std::string_view text);

}  // namespace gamevents::log

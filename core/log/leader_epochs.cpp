#include "core/log/leader_epochs.h"

#include "core/base/number.h"
#include "core/log/checkpoint_text.h"

#include <algorithm>
#include <iterator>

namespace gamevents::log {

void BeginLeaderEpoch(LeaderEpochs& epochs, LeaderEpoch epoch, Offset start) {
  std::erase_if(epochs, [start](const auto& entry) { return entry.second >= start; });
  epochs.emplace_back(epoch, start);
  if (epochs.size() > kLeaderEpochsMax) epochs.erase(epochs.begin());
}

void TrimLeaderEpochs(LeaderEpochs& epochs, Offset log_start, Offset log_end) {
  std::erase_if(epochs, [log_end](const auto& entry) { return entry.second > log_end; });
  while (epochs.size() > 1 && epochs[1].second <= log_start) epochs.erase(epochs.begin());
}

LeaderEpoch LeaderEpochAt(const LeaderEpochs& epochs, Offset offset) {
  const auto after =
      std::ranges::find_if(epochs, [offset](const auto& entry) { return entry.second > offset; });
  return after == epochs.begin() ? after->first : std::prev(after)->first;
}

std::string PrintLeaderEpochs(const LeaderEpochs& epochs) {
  std::vector<std::string> lines;
  for (const auto& [epoch, start] : epochs) {
    lines.push_back(std::to_string(epoch.value) + " " + std::to_string(start.value));
  }
  return PrintCheckpoint(lines);
}

Result<LeaderEpochs> ParseLeaderEpochs(std::string_view text) {
  const auto lines = ParseCheckpoint(text);
  if (!lines) return Error(lines.error());
  LeaderEpochs epochs;
  for (const std::string_view line : *lines) {
    const size_t space = line.find(' ');
    if (space == std::string_view::npos) {
      return Error{Fault::kCorrupt, "not an epoch and an offset: " + std::string(line)};
    }
    const auto epoch = ParseWholeNumber<int32_t>(line.substr(0, space));
    const auto start = ParseWholeNumber<int64_t>(line.substr(space + 1));
    const bool ascends = epoch && start && *epoch >= 0 && *start >= 0 &&
                         (epochs.empty() || (epochs.back().first.value < *epoch &&
                                             epochs.back().second.value <= *start));
    if (!ascends) return Error{Fault::kCorrupt, "epochs do not ascend: " + std::string(line)};
    epochs.emplace_back(LeaderEpoch(*epoch), Offset(*start));
  }
  return epochs;
}

}  // namespace gamevents::log

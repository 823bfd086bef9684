#pragma once

#include "cmd/state_options.h"
#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/event/value.h"
#include "core/kafka/client_options.h"
#include "core/report/scan/scan.h"
#include "core/state/replica.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {

/// What can be seen of the state as rows.
inline constexpr auto kStateViews =
    std::to_array<std::string_view>({"inventory", "carts", "guilds"});

/// Whether `view` is one of them.
inline bool IsStateView(std::string_view view) {
  return std::ranges::find(kStateViews, view) != kStateViews.end();
}

/// The snapshot of `topic`; where there is none yet, the one that a version before left, which the
/// next start of serve takes over. Errors: of state::LoadSnapshot.
Result<std::unique_ptr<state::Replica>> LoadFrom(const SnapshotPlace& place,
                                                 const std::string& topic);

/// The state as the topic has it now: the snapshot, where it is sound, and the rest of the log.
/// Says on stderr what people should know. Errors: of state::FoldToEnd.
Result<std::unique_ptr<state::Replica>> CurrentState(const config::Settings& settings,
                                                     const kafka::ClientOptions& client);

/// The fields of a row of `view`, one of kStateViews, in the order of docs/state.md.
std::vector<event::FieldPath> FieldsOf(std::string_view view);

/// The rows of `view`, one of kStateViews, for report's questions.
report::OpenSource RowsOf(std::string_view view, state::State& state);

}  // namespace gamevents::cmd

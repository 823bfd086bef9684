#pragma once

#include "cmd/state_options.h"
#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/event/filter.h"
#include "core/kafka/client_options.h"
#include "core/report/scan/scan.h"
#include "core/state/replica.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {

/// What can be seen of the state as rows.
inline constexpr auto kStateViews =
    std::to_array<std::string_view>({"inventory", "carts", "guilds"});

/// The snapshot of `topic`; where there is none yet, the one that a version before left, which the
/// next start of serve takes over. Errors: of state::LoadSnapshot.
Result<std::unique_ptr<state::Replica>> LoadFrom(const SnapshotPlace& place,
                                                 const std::string& topic);

/// The state as the topic has it now: the snapshot, where it is sound, and the rest of the log.
/// Says on stderr what people should know. Errors: of state::FoldToEnd.
Result<std::unique_ptr<state::Replica>> CurrentState(const config::Settings& settings,
                                                     const kafka::ClientOptions& client);

/// The rows of `view`, one of kStateViews, for report's questions.
report::OpenSource RowsOf(std::string_view view, state::State& state);

/// A sentence for each field of `where` that no row has, with the nearest name that there is: "none
/// of the 3 rows has the field totl; did you mean total?". None where there are no rows.
/// Errors: the source's.
Result<std::vector<std::string>> NameMissingFields(const event::Filter& where,
                                                   const report::OpenSource& rows);

}  // namespace gamevents::cmd

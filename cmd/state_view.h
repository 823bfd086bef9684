#pragma once

#include "core/base/result.h"
#include "core/config/settings.h"
#include "core/kafka/client.h"
#include "core/report/scan.h"
#include "core/state/replica.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace gamevents::cmd {

/// What can be seen of the state as rows.
inline constexpr auto kStateViews =
    std::to_array<std::string_view>({"inventory", "carts", "guilds"});

/// The state as the topic has it now: the snapshot, where it is sound, and the rest of the log.
/// Says on stderr what people should know. Errors: of state::FoldToEnd.
Result<std::unique_ptr<state::Replica>> CurrentState(const config::Settings& settings,
                                                     const kafka::ClientOptions& client);

/// The rows of `view`, one of kStateViews, for report's questions.
report::OpenSource RowsOf(std::string_view view, state::State& state);

}  // namespace gamevents::cmd

#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/collector/dialects/dialect.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {

/// A client's clock is believed when a request arrives so soon after it says that it was sent, or
/// before it: what a slow network and a retry can explain. Beyond it the clock is wrong.
inline constexpr int64_t kClockSkewMsMin = 60'000;

/// What a request says of all its events.
struct ForeignContext {
  TimestampMs received_at{0};
  std::optional<TimestampMs> sent;  ///< by the client's clock
  std::string user;                 ///< UTF-8; empty: none
  /// Fields that each event gets unless it has its own: names, and values as JSON.
  std::vector<std::pair<std::string, std::string>> fields;
};

/// When a JSON value says that something was: a text as ParseTimestamp takes it, or a number of
/// seconds since 1970 when it is below 100,000,000,000, else of milliseconds. nullopt for others.
std::optional<TimestampMs> ReadMoment(std::string_view value);

/// An SDK's event as one of ours. `event_type`, `event_id`, `event_time` and `user_name` come from
/// where the dialect has them. The members of its properties stand at the top beside those of the
/// event; one whose name is taken there stays under `properties`. Its API key is left out. The
/// time is corrected by the client's clock where that is wrong: see kClockSkewMsMin.
/// The result is JSON, not yet checked as an event: see IncomingReader.
/// Errors: kBadInput when `json` is not one object as event::Document takes it.
Result<std::string> Translate(std::string_view json, const Endpoint& endpoint,
                              const ForeignContext& context);

}  // namespace gamevents::collector

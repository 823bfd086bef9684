#pragma once

#include "core/base/result.h"
#include "core/event/filter.h"
#include "core/event/value.h"
#include "core/report/ask/time_step.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::report {

/// The questions about a game that have a name.
enum class ViewKind : uint8_t { kFunnel, kRetention, kSessions, kTop };

/// "funnel", "retention", "sessions", "top".
std::span<const std::string_view> EventViewNames();
std::optional<ViewKind> EventViewNamed(std::string_view name);

/// Steps of one funnel.
inline constexpr size_t kFunnelStepsMax = 32;

struct FunnelStep {
  std::string name;  ///< as it was typed
  event::Filter is;
};

/// Parses "add_to_cart,checkout,event_type ~ \"^purchase_\"": event types, or conditions of the
/// filter language, with commas between. Errors: kBadInput, naming the step.
Result<std::vector<FunnelStep>> ParseFunnelSteps(std::string_view text);

/// Which fields hold the user and the time, where they are not the usual ones.
struct UserEventFields {
  std::optional<event::FieldPath> user;
  std::optional<event::FieldPath> time;  ///< none: the record's timestamp
};

/// What is asked of a view.
struct ViewQuestion {
  ViewKind kind = ViewKind::kTop;
  UserEventFields fields{};
  std::vector<FunnelStep> steps{};               ///< of a funnel, at least one
  std::chrono::milliseconds window{86'400'000};  ///< from a funnel's first step to its last
  std::chrono::milliseconds gap{1'800'000};      ///< sessions: a longer pause ends one
  TimeStep day = Days();                         ///< sessions: counted in steps of this;
                                                 ///< retention: users are, by their first day
  std::optional<size_t> top{};                   ///< so many of each; none: 10
};

}  // namespace gamevents::report

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
enum class ViewKind : uint8_t { kFunnel, kRetention, kSessions, kTop, kExperiment, kEconomy };

/// "funnel", "retention", "sessions", "top", "experiment", "economy".
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

/// A variant of an experiment, and its share of the users beside the others'.
struct VariantShare {
  std::string name;
  double share = 1;

  bool operator==(const VariantShare&) const = default;
};

/// Parses "control=2,blue=1". Errors: kBadInput, naming the part.
Result<std::vector<VariantShare>> ParseVariantShares(std::string_view text);

/// What an experiment compares.
struct ExperimentParts {
  event::FieldPath variant = {"variant"};  ///< the field of an exposure that names the variant
  /// With which the others are compared; none: the one called "control", else the first by name.
  std::optional<std::string> control{};
  std::vector<VariantShare> ratio{};  ///< of all variants; none: equal shares
};

/// What the view economy tells apart: `what` of each change (scan/flow_source.h).
inline constexpr std::string_view kFlowCoins = "coins";
inline constexpr std::string_view kFlowItems = "items";

/// What is asked of a view.
struct ViewQuestion {
  ViewKind kind = ViewKind::kTop;
  UserEventFields fields{};
  std::vector<FunnelStep> steps{};  ///< of a funnel, at least one; of an experiment, at least two
  std::chrono::milliseconds window{86'400'000};  ///< from the first step to the last
  ExperimentParts experiment{};
  std::chrono::milliseconds gap{1'800'000};  ///< sessions: a longer pause ends one
  TimeStep day = Days();  ///< sessions and economy: counted in steps of this; retention: users
                          ///< are, by their first day
  std::vector<event::FieldPath> by{};  ///< economy: coins and items by these fields of a change
  std::optional<size_t> top{};         ///< so many of each; none: 10
};

}  // namespace gamevents::report

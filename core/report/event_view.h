#pragma once

#include "core/base/result.h"
#include "core/event/filter.h"
#include "core/report/cell.h"
#include "core/report/game_fields.h"
#include "core/report/scan.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
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

/// What is asked of a view.
struct ViewQuestion {
  ViewKind kind = ViewKind::kTop;
  UserEventFields fields{};
  std::vector<FunnelStep> steps{};               ///< of a funnel, at least one
  std::chrono::milliseconds window{86'400'000};  ///< from a funnel's first step to its last
  std::chrono::milliseconds gap{1'800'000};      ///< sessions: a longer pause ends one
  std::chrono::milliseconds day{86'400'000};     ///< sessions: counted in steps of this
  std::optional<size_t> top{};                   ///< so many of each; none: 10
};

/// A step whose answer is one table, gathered in parallel: every part of the scan has a sibling.
/// Views look at the selected events only. Not thread-safe.
class EventView : public Step {
 public:
  /// Another of the same question, empty, that shares the memory: for a thread of its own.
  virtual std::unique_ptr<EventView> Sibling() const = 0;

  /// Takes what a sibling gathered, which is left empty. Requires: of the same question.
  virtual void Merge(EventView&& sibling) = 0;

  /// Errors: kFull when there was more to keep than the memory allows.
  virtual Result<Table> Finish() const = 0;

  /// What the reader of the answer should know; a sentence each.
  virtual std::vector<std::string> Notes() const = 0;
};

/// part / whole to four decimals, which is more than most groups' size bears; null of nothing.
Cell ShareOf(int64_t part, int64_t whole);

/// `bytes_max`: report.memory.
std::unique_ptr<EventView> MakeView(const ViewQuestion& question, size_t bytes_max);

}  // namespace gamevents::report

#pragma once

#include "core/report/answer/overview.h"
#include "core/report/write/page.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace gamevents::report {

/// What a bar stands for.
enum class OverviewPart : uint8_t { kType, kItem, kUser };

/// What a page that can be asked again adds to an overview.
struct OverviewExtras {
  /// The course of the period before, `shift` earlier.
  std::optional<Overview::Part> before{};
  std::chrono::milliseconds shift{0};
  /// Where the bar of that value leads, a URL; "": nowhere. Null: no bar leads anywhere.
  std::function<std::string(OverviewPart, const std::string& value)> link{};
};

/// Adds the parts of an overview to `page`: the course over time, counts by type, item and user,
/// the first or newest events, and what was not an event. `now`: the step of the course that it is
/// in is not over yet.
void AddOverviewParts(Page& page, const Overview::Parts& parts, const NotObjects& not_objects,
                      TimestampMs now, const OverviewExtras& extras = {});

/// "12", or "too many" of a grouping beyond its limits.
std::string CountOfGroups(const Overview::Part& part);

/// The page of an overview: headline figures and its parts.
std::string OverviewPage(const Overview::Parts& parts, const ScanSummary& summary,
                         const PageInfo& info);

}  // namespace gamevents::report

#include "core/report/ask/view.h"

#include "core/base/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::report {
namespace {

/// By ViewKind.
constexpr std::array<std::string_view, 4> kViewNames = {"funnel", "retention", "sessions", "top"};

/// Cuts at the commas outside quotes and parentheses: a step may be a condition with a list.
std::vector<std::string_view> SplitSteps(std::string_view text) {
  std::vector<std::string_view> steps;
  size_t begin = 0;
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      continue;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')') {
      --depth;
    } else if (c == ',' && depth <= 0) {
      steps.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  steps.push_back(text.substr(begin));
  return steps;
}

/// Whether it can only be the type of an event.
bool IsEventType(std::string_view step) {
  return std::ranges::all_of(step, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == ':';
  });
}

}  // namespace

std::span<const std::string_view> EventViewNames() { return kViewNames; }

std::optional<ViewKind> EventViewNamed(std::string_view name) {
  const auto found = std::ranges::find(kViewNames, name);
  if (found == kViewNames.end()) return std::nullopt;
  return static_cast<ViewKind>(found - kViewNames.begin());
}

Result<std::vector<FunnelStep>> ParseFunnelSteps(std::string_view text) {
  std::vector<FunnelStep> steps;
  for (const std::string_view piece : SplitSteps(text)) {
    const std::string step(Trim(piece));
    if (step.empty()) {
      return Error{Fault::kBadInput,
                   "a step is empty: add_to_cart,checkout or conditions with commas between"};
    }
    auto filter =
        event::Filter::Parse(IsEventType(step) ? fmt::format("event_type = \"{}\"", step) : step);
    if (!filter) return std::move(filter).error().In("step " + step);
    steps.push_back({step, std::move(*filter)});
  }
  if (steps.size() > kFunnelStepsMax) {
    return Error{Fault::kBadInput, fmt::format("{} steps are more than {}, the most of a funnel",
                                               steps.size(), kFunnelStepsMax)};
  }
  return steps;
}

}  // namespace gamevents::report

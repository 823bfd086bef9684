#include "core/report/ask/view.h"

#include "core/base/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>
#include <utility>

namespace gamevents::report {
namespace {

/// By ViewKind.
constexpr std::array<std::string_view, 6> kViewNames = {"funnel", "retention",  "sessions",
                                                        "top",    "experiment", "economy"};

/// A share beside the others': what can be added up.
constexpr double kVariantShareMax = 1e9;

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

Result<std::vector<VariantShare>> ParseVariantShares(std::string_view text) {
  std::vector<VariantShare> shares;
  while (true) {
    const size_t comma = std::min(text.find(','), text.size());
    const std::string_view part = Trim(text.substr(0, comma));
    const size_t equals = part.rfind('=');
    const std::string_view digits =
        equals == std::string_view::npos ? "" : Trim(part.substr(equals + 1));
    double share = 0;
    const char* const end = digits.data() + digits.size();
    const auto [rest, error] = std::from_chars(digits.data(), end, share);
    if (error != std::errc{} || rest != end || !(share > 0 && share <= kVariantShareMax)) {
      return Error{
          Fault::kBadInput,
          fmt::format("'{}' is not a variant and its share, as in control=2,blue=1", part)};
    }
    const std::string name(Trim(part.substr(0, equals)));
    if (std::ranges::find(shares, name, &VariantShare::name) != shares.end()) {
      return Error{Fault::kBadInput, "duplicate variant " + name};
    }
    shares.push_back({name, share});
    if (comma == text.size()) return shares;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace gamevents::report

#include "core/report/scan/field_names.h"

#include "core/event/header_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <utility>

namespace gamevents::report {
namespace {

/// What every event is about: its columns come first, in this order.
constexpr auto kLeadingFields = std::to_array<std::string_view>(
    {"event_type", "event_time", "user", "user_name", "purchase_user"});

/// The place of a name among the groups of columns: the leading ones each have their own.
size_t RankOf(std::string_view name) {
  const auto leading = std::ranges::find(kLeadingFields, name);
  if (leading != kLeadingFields.end()) {
    return static_cast<size_t>(leading - kLeadingFields.begin());
  }
  return kLeadingFields.size() + (event::IsHeaderName(name) ? 1 : 0);
}

}  // namespace

Status FieldNames::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  Place place{scanned.record.partition, scanned.record.offset};
  // What the last event of this partition had is known to stand before.
  if (std::exchange(partition_, place.partition) != place.partition) last_.clear();
  scanned.event->document().ForEachField([&](std::string_view name, const event::Value&) {
    if (Satisfied()) return;
    // Most events have the fields of the one before: then there is nothing to look up.
    if (place.index == last_.size()) last_.emplace_back();
    std::string& last = last_[place.index];
    if (last != name || name.empty()) {
      last = name;
      Note(name, place);
    }
    place.index += 1;
  });
  return Done{};
}

void FieldNames::Note(std::string_view name, const Place& place) {
  const auto found = names_.find(name);
  if (found == names_.end()) {
    names_.emplace(name, place);
  } else {
    found->second = std::min(found->second, place);
  }
}

void FieldNames::Merge(FieldNames&& sibling) {
  for (const auto& [name, place] : sibling.names_) Note(name, place);
}

Result<std::vector<std::string>> FieldNames::Finish() const {
  if (names_.size() > kFieldsMax) {
    return Error{Fault::kFull,
                 fmt::format("events have more than {} different fields", kFieldsMax)};
  }
  std::vector<std::tuple<size_t, Place, std::string_view>> order;
  for (const auto& [name, place] : names_) order.emplace_back(RankOf(name), place, name);
  std::ranges::sort(order);
  std::vector<std::string> names;
  for (const auto& each : order) names.emplace_back(std::get<std::string_view>(each));
  return names;
}

}  // namespace gamevents::report

#include "core/report/scan/asked_fields.h"

#include "core/base/text.h"
#include "core/report/ask/field_list.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents::report {

Status AskedFields::Take(const Scanned& scanned) {
  if (scanned.event == nullptr) return Done{};
  events_ += 1;
  if (missing_.empty()) return Done{};
  std::erase_if(missing_, [&](const event::FieldPath& path) {
    return !std::holds_alternative<event::Missing>(scanned.event->Field(path));
  });
  if (missing_.empty() || events_ > kNamedEventsMax) return Done{};
  scanned.event->ForEachField([this](std::string_view name, const event::Value&) {
    if (names_.size() < kNamesMax && !names_.contains(name)) names_.emplace(name);
  });
  return Done{};
}

void AskedFields::Merge(const AskedFields& other) {
  events_ += other.events_;
  std::erase_if(missing_, [&](const event::FieldPath& path) {
    return std::ranges::find(other.missing_, path) == other.missing_.end();
  });
  names_.insert(other.names_.begin(), other.names_.end());
}

std::vector<MissingName> AskedFields::Finish() const {
  if (events_ == 0) return {};
  const std::vector<std::string_view> known(names_.begin(), names_.end());
  std::vector<MissingName> missing;
  for (const event::FieldPath& path : missing_) {
    MissingName& field = missing.emplace_back(MissingName{FieldName(path)});
    // Where the first name is known, what is missing is within that field.
    if (!names_.contains(path.front())) field.nearest = NearestWord(path.front(), known);
  }
  return missing;
}

}  // namespace gamevents::report

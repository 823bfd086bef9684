#include "core/report/scan/field_names.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

namespace gamevents::report {

Status FieldNames::Take(const Scanned& scanned) {
  if (!scanned.selected) return Done{};
  size_t index = 0;
  scanned.event->document().ForEachField([&](std::string_view name, const event::Value&) {
    if (Satisfied()) return;
    // Most events have the fields of the one before: then there is nothing to look up.
    if (index == last_.size()) last_.emplace_back();
    std::string& last = last_[index++];
    if (last == name && !name.empty()) return;
    last = name;
    if (!names_.contains(name)) names_.emplace(name);
  });
  return Done{};
}

void FieldNames::Merge(FieldNames&& sibling) { names_.merge(std::move(sibling.names_)); }

Result<FieldNames::Names> FieldNames::Finish() const {
  if (names_.size() <= kFieldsMax) return names_;
  return Error{Fault::kFull, fmt::format("events have more than {} different fields", kFieldsMax)};
}

}  // namespace gamevents::report

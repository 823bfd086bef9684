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
  if (!missing_.fields.empty()) LookForFields(*scanned.event);
  if (!missing_.values.empty()) LookForValues(*scanned.event);
  return Done{};
}

void AskedFields::LookForFields(const RecordEvent& event) {
  std::erase_if(missing_.fields, [&](const event::FieldPath& path) {
    return !std::holds_alternative<event::Missing>(event.Field(path));
  });
  if (missing_.fields.empty() || events_ > kNamedEventsMax) return;
  event.document().ForEachField([this](std::string_view name, const event::Value&) {
    if (names_.size() < kNamesMax && !names_.contains(name)) names_.emplace(name);
  });
}

void AskedFields::LookForValues(const RecordEvent& event) {
  std::erase_if(missing_.values, [&](const NamedValue& asked) {
    const event::Value value = event.Field(asked.field);
    const auto* text = std::get_if<std::string_view>(&value);
    if (text == nullptr) return false;
    Names& seen = values_[asked.field];
    if (seen.size() < kValuesMax && !seen.contains(*text)) seen.emplace(*text);
    return *text == asked.text;
  });
}

void AskedFields::Merge(const AskedFields& other) {
  events_ += other.events_;
  const auto is_found = [](const auto& name, const auto& missing) {
    return std::ranges::find(missing, name) == missing.end();
  };
  std::erase_if(missing_.fields,
                [&](const auto& path) { return is_found(path, other.missing_.fields); });
  std::erase_if(missing_.values,
                [&](const auto& value) { return is_found(value, other.missing_.values); });
  names_.insert(other.names_.begin(), other.names_.end());
  for (const auto& [field, seen] : other.values_) values_[field].insert(seen.begin(), seen.end());
}

std::vector<MissingName> AskedFields::Finish() const {
  if (events_ == 0) return {};
  std::vector<std::string_view> known(names_.begin(), names_.end());
  for (const NamedRecordColumn& own : kRecordColumns) known.push_back(own.name);
  std::vector<MissingName> missing;
  for (const event::FieldPath& path : missing_.fields) {
    MissingName& field = missing.emplace_back(MissingName{FieldName(path)});
    // Where the first name is known, what is missing is within that field.
    if (!names_.contains(path.front())) field.nearest = NearestWord(path.front(), known);
  }
  for (const auto& [path, text] : missing_.values) {
    const auto seen = values_.find(path);
    if (seen == values_.end()) continue;
    const std::vector<std::string_view> others(seen->second.begin(), seen->second.end());
    MissingName& value = missing.emplace_back(MissingName{text});
    value.kind = MissingName::Kind::kValue;
    value.field = FieldName(path);
    value.nearest = NearestWord(text, others);
  }
  return missing;
}

}  // namespace gamevents::report

#include "core/report/shell/vocabulary.h"

#include <variant>

namespace gamevents::report::shell {

Status Vocabulary::Take(const Scanned& scanned) {
  if (scanned.event == nullptr) return Done{};
  events_ += 1;
  scanned.event->document().ForEachField([this](std::string_view name, const event::Value& value) {
    auto field = fields_.find(name);
    if (field == fields_.end()) {
      if (fields_.size() == kOfferedFieldsMax) return;
      field = fields_.emplace(name, Texts{}).first;
    }
    const auto* text = std::get_if<std::string_view>(&value);
    Texts& texts = field->second;
    if (text == nullptr || text->size() > kOfferedBytesMax || texts.size() > kOfferedValuesMax ||
        texts.contains(*text)) {
      return;
    }
    texts.emplace(*text);
  });
  return Done{};
}

std::vector<std::string> Vocabulary::Fields() const {
  std::vector<std::string> names;
  for (const auto& field : fields_) names.push_back(field.first);
  return names;
}

std::vector<std::string> Vocabulary::ValuesOf(std::string_view field) const {
  const auto found = fields_.find(field);
  if (found == fields_.end() || found->second.size() > kOfferedValuesMax) return {};
  return {found->second.begin(), found->second.end()};
}

}  // namespace gamevents::report::shell

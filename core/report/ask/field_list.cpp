#include "core/report/ask/field_list.h"

#include "core/base/ascii.h"
#include "core/event/filter.h"

#include <fmt/format.h>

#include <utility>

namespace gamevents::report {
std::vector<std::string_view> SplitList(std::string_view text) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == ',' && !quoted) {
      parts.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

Result<std::vector<event::FieldPath>> ParseFieldList(std::string_view text) {
  std::vector<event::FieldPath> paths;
  for (const std::string_view part : SplitList(text)) {
    const std::string_view name = Trim(part);
    if (name.empty()) {
      return Error{Fault::kBadInput, fmt::format("field {} of '{}' is empty: write FIELD,FIELD",
                                                 paths.size() + 1, text)};
    }
    auto path = event::ParseFieldPath(name);
    if (!path) return std::move(path).error();
    paths.push_back(std::move(*path));
  }
  return paths;
}

std::string FieldName(const event::FieldPath& path) {
  return path.size() == 1 ? path.front() : event::FormatFieldPath(path);
}

}  // namespace gamevents::report

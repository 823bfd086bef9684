#include "core/collector/request/headers.h"

#include "core/base/ascii.h"

#include <algorithm>

namespace gamevents::collector {

std::optional<std::string_view> FindHeader(const http::Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [&](const auto& header) { return EqualsIgnoringCase(header.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

bool Prefers(const http::Headers& headers, std::string_view preference) {
  for (const auto& [name, value] : headers) {
    if (!EqualsIgnoringCase(name, "Prefer")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const size_t comma = std::min(rest.find(','), rest.size());
      const std::string_view each = rest.substr(0, comma);
      if (EqualsIgnoringCase(Trim(each.substr(0, each.find(';'))), preference)) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

bool HasAlready(const http::Headers& headers, std::string_view tag) {
  for (const auto& [name, value] : headers) {
    if (!EqualsIgnoringCase(name, "If-None-Match")) continue;
    if (Trim(value) == "*") return true;
    std::string_view rest = value;
    while (!rest.empty()) {
      const size_t comma = std::min(rest.find(','), rest.size());
      std::string_view each = Trim(rest.substr(0, comma));
      if (each.starts_with("W/")) each.remove_prefix(2);
      if (each == tag) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

}  // namespace gamevents::collector

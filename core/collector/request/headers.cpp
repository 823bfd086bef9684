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

}  // namespace gamevents::collector

#include "core/collector/headers.h"

#include <algorithm>

namespace gamevents::collector {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool SameHeaderName(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::ranges::equal(a, b, [](char x, char y) { return Lower(x) == Lower(y); });
}

std::optional<std::string_view> FindHeader(const http::Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(
      headers, [&](const auto& header) { return SameHeaderName(header.first, name); });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

}  // namespace gamevents::collector

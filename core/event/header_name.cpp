#include "core/event/header_name.h"

#include <algorithm>
#include <array>

namespace gamevents::event {
namespace {

/// Headers of one word that clients and proxies send; others could be anybody's field.
constexpr auto kHeadersOfOneWord = std::to_array<std::string_view>(
    {"Accept", "Authorization", "Connection", "Cookie",  "Dnt",      "Expect", "Forwarded",
     "From",   "Host",          "Origin",     "Pragma",  "Priority", "Range",  "Referer",
     "Te",     "Traceparent",   "Tracestate", "Trailer", "Upgrade",  "Via"});

}  // namespace

bool IsHeaderName(std::string_view name) {
  bool after_letter = false;
  for (const char c : name) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool upper = c >= 'A' && c <= 'Z';
    const bool other = c == '-' || (c >= '0' && c <= '9');
    if ((lower && !after_letter) || (upper && after_letter) || !(lower || upper || other)) {
      return false;
    }
    after_letter = lower || upper;
  }
  if (std::ranges::find(kHeadersOfOneWord, name) != kHeadersOfOneWord.end()) return true;
  const size_t dash = name.find('-');
  return dash != std::string_view::npos && dash > 0 && dash + 1 < name.size();
}

}  // namespace gamevents::event

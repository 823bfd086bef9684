#include "core/dashboard/server_sent_event.h"

#include <fmt/format.h>

#include <algorithm>

namespace gamevents::dashboard {

std::string FormatServerSentEvent(const ServerSentEvent& event, int retry_ms) {
  std::string out = retry_ms > 0 ? fmt::format("retry: {}\n", retry_ms) : "";
  out += fmt::format("event: {}\nid: {}\n", event.event, event.id);
  for (std::string_view rest = event.data;;) {
    const size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
    out.append("data: ").append(rest.substr(0, end)).append("\n");
    if (end == rest.size()) break;
    rest.remove_prefix(rest.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
  return out + "\n";
}

}  // namespace gamevents::dashboard

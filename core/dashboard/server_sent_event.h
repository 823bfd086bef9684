#pragma once

#include <string>
#include <string_view>

namespace gamevents::dashboard {

/// One event of a text/event-stream (WHATWG HTML, section 9.2). Name and id must have no line
/// break.
struct ServerSentEvent {
  std::string_view event;
  std::string_view id;    ///< what a browser that connects again says it has seen
  std::string_view data;  ///< any text; its lines may end with LF, CR LF or CR, and arrive with LF
};

/// The event as it goes over the wire, the blank line that ends it included; after "retry: N" when
/// `retry_ms` is not 0: how long a browser waits before it connects again.
std::string FormatServerSentEvent(const ServerSentEvent& event, int retry_ms = 0);

/// A line that says nothing: proxies and servers see by it that the stream lives.
inline constexpr std::string_view kServerSentComment = ":\n\n";

}  // namespace gamevents::dashboard

#pragma once

#include "core/base/clock.h"
#include "core/base/uuid.h"
#include "core/collector/request/privacy.h"
#include "core/http/message.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace gamevents::collector {

/// What the field of the sender's address is called: on the assignment's routes, and on the others.
inline constexpr auto kAddressFields = std::to_array<std::string_view>({"remote ip", "remote_ip"});

/// One field that an event has of its own.
struct Field {
  std::string_view name;
  std::variant<std::string_view, int64_t, bool> value;  ///< a text is valid UTF-8
};

/// An event as it goes into the log.
struct Event {
  std::string json;
  TimestampMs received_at;  ///< the same moment as the field of this name
  Uuid id{};                ///< the field event_id
};

/// Builds events: the fields given, `event_id` (UUIDv7), `received_at` (RFC 3339), and the
/// request's headers under their canonical names. Immutable, so thread-safe.
class EventBuilder {
 public:
  /// `privacy` says which headers are left out.
  EventBuilder(Privacy privacy, const Clock& clock);

  /// A field of an address (kAddressFields) that is empty is left out. Counts it where the request
  /// asks not to be tracked.
  Event Build(std::span<const Field> fields, const http::Headers& headers) const;

  /// The headers that an event may get: under their canonical names, each once in the order of
  /// their first appearance, as valid UTF-8; without those to leave out. None where the request
  /// asks not to be tracked.
  http::Headers Mergeable(const http::Headers& headers) const;

  const Privacy& privacy() const { return privacy_; }

 private:
  template <typename Visit>
  void ForEachMergeable(const http::Headers& headers, Visit visit) const;

  const Privacy privacy_;
  const Clock& clock_;
};

/// A header's name as Flask shows it, whatever case the client sent: a letter is upper case at the
/// start and after anything but a letter, else lower case. "user-agent" is "User-Agent".
std::string CanonicalHeaderName(std::string_view name);

/// A header's value as valid UTF-8: as it is where it is that, else read as ISO-8859-1, which is
/// what HTTP/1 once said headers are in.
std::string HeaderText(std::string_view value);

}  // namespace gamevents::collector

#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/collector/ingest/recent_ids.h"
#include "core/http/message.h"
#include "core/kafka/record.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// The longest Idempotency-Key; a UUID has 36 characters.
inline constexpr size_t kIdempotencyKeyBytesMax = 255;

/// What names an event for good, as far as its client gave it a name: its own id (of a CloudEvent
/// with its source), and its request's Idempotency-Key with the event's place in the request. It
/// stands in the record's headers, so that a topic's past is read without its JSON:
///
/// | header | value |
/// |---|---|
/// | `event_id` | the id |
/// | `event_source` | a CloudEvent's source |
/// | `idempotency_key` | the key |
/// | `idempotency_place` | `<index>/<print of the request's content, 8 hex digits>` |
/// | `received_at` | milliseconds since 1970, where the record's time is another (EventTimes) |
struct RecordIdentity {
  std::string event_id;
  std::string source;
  std::string idempotency_key;
  size_t place = 0;
  uint32_t print = 0;
  std::optional<TimestampMs> received_at = {};  ///< nothing: the record's time

  /// Whether the client gave the event no name: it cannot be known again.
  bool empty() const { return event_id.empty() && idempotency_key.empty(); }

  /// The event's own id where it has one, so that it is known in any request; else its place.
  /// Requires: not empty.
  IdHash hash() const;

  /// Writes the headers over those that are there, whose memory is used again.
  void WriteHeaders(std::vector<kafka::Header>& headers) const;
};

/// What a record's headers say; empty when they say nothing of it. One that is malformed counts as
/// not there: others write to topics too.
RecordIdentity ReadIdentity(std::span<const kafka::HeaderView> headers);

/// The request's Idempotency-Key: a quoted text as in draft-ietf-httpapi-idempotency-key-header, or
/// bare as many clients send it; nothing when there is no such header. Errors: kBadInput when it is
/// empty, longer than kIdempotencyKeyBytesMax, not visible ASCII, or there twice.
Result<std::optional<std::string>> ReadIdempotencyKey(const http::Headers& headers);

/// 32 bits of a hash of all that a request's events are made of: its body, its type and its ce-
/// headers. The same in every process.
uint32_t ContentPrint(const http::Request& request);

}  // namespace gamevents::collector

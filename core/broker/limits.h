#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gamevents::broker {

/// What the broker takes on at most. Over a limit a client gets the field's own error code where
/// the protocol has one, and a closed connection where it has none.
struct Limits {
  /// Open connections; a further one is closed at once.
  size_t connections_max = 1000;
  /// A request's size, as Kafka's socket.request.max.bytes.
  int64_t request_bytes_max = int64_t{100} << 20;
  /// Requests of one connection that are being answered; reading goes on when one is done.
  size_t in_flight_max = 64;
  /// Bytes of all large requests being read or answered; reading waits when they are used up. At
  /// least request_bytes_max, so that the largest request can be had at all.
  int64_t request_memory_max = int64_t{256} << 20;
  /// A request of at most so many bytes is small, and small requests have memory of their own: who
  /// takes or only announces large ones keeps nobody from polling, joining or committing.
  int64_t small_request_bytes = int64_t{64} << 10;
  int64_t small_request_memory_max = int64_t{32} << 20;
  /// A record batch's size, as Kafka's message.max.bytes.
  int32_t batch_bytes_max = 1'048'588;
  /// A Fetch response's size, as Kafka's fetch.max.bytes of the broker.
  int32_t fetch_bytes_max = 57'671'680;
  /// How long a Fetch may wait for data, whatever it asks for.
  std::chrono::milliseconds fetch_wait_max{300'000};
  /// No byte either way for this long, and the connection is closed.
  std::chrono::milliseconds idle_timeout{600'000};
  /// A request that has begun must be whole, and a response must move on, within this.
  std::chrono::milliseconds stall_timeout{60'000};
};

}  // namespace gamevents::broker

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
  /// least request_bytes_max, which is the part that is kept for whoever has waited longest.
  int64_t request_memory_max = int64_t{256} << 20;
  /// A request of at most so many bytes is small, and small requests have memory of their own: who
  /// takes or only announces large ones keeps nobody from polling, joining or committing.
  int64_t small_request_bytes = int64_t{64} << 10;
  int64_t small_request_memory_max = int64_t{32} << 20;
  /// A request is given its memory as it comes: at first so much; when that is full, as much as
  /// most need, which is small_request_bytes for a small one and for a large one what a full batch
  /// fits in; from then on twice as much as has come. The first steps of all connections together
  /// are to leave most of the memory free, for they are had by announcing alone.
  int64_t small_first_step_bytes = int64_t{4} << 10;
  int64_t large_first_step_bytes = int64_t{64} << 10;
  int64_t usual_request_bytes = int64_t{2} << 20;
  /// A record batch's size, as Kafka's message.max.bytes.
  int32_t batch_bytes_max = 1'048'588;
  /// A Fetch response's size, as Kafka's fetch.max.bytes of the broker.
  int32_t fetch_bytes_max = 57'671'680;
  /// A description of groups; those beyond it are refused, but the first one always comes.
  size_t describe_bytes_max = size_t{16} << 20;
  /// How long a Fetch may wait for data, whatever it asks for.
  std::chrono::milliseconds fetch_wait_max{300'000};
  /// What all fetches that wait may keep of their requests; one that finds no room for it does not
  /// wait, and is answered with what there is.
  int64_t fetch_wait_memory_max = int64_t{64} << 20;
  /// No byte either way for this long, and the connection is closed.
  std::chrono::milliseconds idle_timeout{600'000};
  /// A request that has begun must be whole, and a response must move on, within this.
  std::chrono::milliseconds stall_timeout{60'000};
  /// How long a client may take to say who it is (SASL), TLS included, and how long a request of
  /// it may be before that.
  std::chrono::milliseconds authentication_timeout{20'000};
  int64_t authentication_bytes_max = int64_t{64} << 10;
  /// How long the answer to a wrong password waits, after which the connection is closed; compare
  /// Kafka's connection.failed.authentication.delay.ms. Whoever guesses is slowed down by it.
  std::chrono::milliseconds failed_authentication_delay{500};
  /// How long an authentication counts before it must be repeated (KIP-368), as Kafka's
  /// connections.max.reauth.ms; 0: as long as the connection.
  std::chrono::milliseconds session_lifetime{0};
  /// While others wait for memory, who has the part that is kept for them must send something
  /// within this.
  std::chrono::milliseconds hold_up_timeout{5'000};
};

}  // namespace gamevents::broker

#pragma once

#include "core/base/result.h"
#include "core/http/exchange.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace gamevents::http {

struct FrontEndOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 5000;  ///< 0: an ephemeral one
  /// A TCP socket that listens already, as a service manager hands over; `host` and `port` are not
  /// looked at then. The front end owns it from the call of Start.
  std::optional<int> listen_fd = std::nullopt;
  int64_t body_bytes_max = int64_t{1} << 20;
  int threads = 64;  ///< how many requests can be waiting for their answers at once
  /// How long a connection may be silent between requests.
  std::chrono::milliseconds idle_timeout{5'000};
  /// How long a request may take from its first byte to its last; then 408.
  std::chrono::milliseconds request_timeout{10'000};
  /// How long an answer may take to be written; then the connection is cut.
  std::chrono::milliseconds write_timeout{10'000};
};

/// What a front end answers itself, without the handler: why, by the answer's status.
inline constexpr auto kRefusalStatuses =
    std::to_array<int>({400, 408, 413, 414, 415, 417, 431, 501, 503, 505});

/// What a front end has done since its start. Counters only grow; the two gauges go both ways.
/// Read while others write: each number is right, though not all at the same moment.
struct FrontEndStats {
  uint64_t connections_open = 0;  ///< a gauge
  uint64_t connections_accepted = 0;
  uint64_t connections_refused = 0;  ///< too many, or no descriptor left; also counted in `refused`
  uint64_t connections_timed_out = 0;  ///< closed for being idle, or for not taking an answer
  uint64_t requests = 0;               ///< whole ones, given to the handler
  uint64_t replies_pending = 0;        ///< a gauge: requests whose reply has not been given
  uint64_t replies_dropped = 0;        ///< given after the client had gone
  uint64_t bytes_received = 0;
  uint64_t bytes_sent = 0;
  /// Answers that the handler was not asked for, in the order of kRefusalStatuses.
  std::array<uint64_t, kRefusalStatuses.size()> refused = {};
};

/// Sockets in, handler out: reads requests within limits (limits.h), hands each to the handler,
/// and writes its answer. What is no request or is too large is answered here, with the status
/// and a sentence. Knows nothing of routes or events.
class FrontEnd {
 public:
  /// Listens and serves from threads of its own until Drain. Errors: kExists (the port is in use),
  /// kBadInput (no such host), kIo; with the address that was tried.
  static Result<std::unique_ptr<FrontEnd>> Start(const FrontEndOptions& options, Handler handler);

  virtual ~FrontEnd() = default;

  /// The port that was really bound.
  virtual uint16_t port() const = 0;

  /// Cheap enough for a scrape, from any thread, until the front end is destroyed.
  virtual FrontEndStats stats() const = 0;

  /// Stops accepting at once, lets requests that have begun be answered, and returns when all
  /// are or `timeout` ends (kUnavailable, with how many were left). Call once. The destructor
  /// cuts off what is still waiting then.
  virtual Status Drain(std::chrono::milliseconds timeout) = 0;
};

}  // namespace gamevents::http

#pragma once

#include "core/base/ip.h"
#include "core/base/result.h"
#include "core/base/watch.h"
#include "core/http/message.h"
#include "core/tls/certificates.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::http {

/// Where to listen, and what to take on at most.
struct FrontEndOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 5000;  ///< 0: an ephemeral one
  /// A TCP socket that listens already, as a service manager hands over; `host` and `port` are not
  /// looked at then. The front end owns it from the call of Start.
  std::optional<int> listen_fd = std::nullopt;
  int threads = 0;  ///< event loops; 0: one a core
  int64_t body_bytes_max = int64_t{1} << 20;
  /// How long a connection may be silent between requests; then it is closed.
  std::chrono::milliseconds idle_timeout{75'000};
  /// How long a request's line and headers may take from their first byte; then 408.
  std::chrono::milliseconds header_timeout{10'000};
  /// How long its body may take after them; then 408.
  std::chrono::milliseconds body_timeout{30'000};
  /// How long a client may take nothing of what is sent to it; then its connection is cut.
  std::chrono::milliseconds write_timeout{10'000};
  /// Open connections; one more is answered 503 and closed. Fewer where the limit on open files
  /// does not leave room for so many (FrontEnd::connections_max).
  int64_t connections_max = 20'000;
  /// What the requests and answers of all connections may hold in memory (memory.h); beyond it the
  /// connection that holds most is closed, with a 503 where it is in the middle of its request.
  /// Bodies of requests in flight may be half of it; beyond that, 503. At least body_bytes_max.
  int64_t request_memory_max = int64_t{256} << 20;
  /// Names that this server has beside localhost and addresses (host_filter.h). A request for
  /// another one is answered 421 when the server listens on a loopback address, or when there are
  /// names here.
  std::vector<std::string> hosts;
  /// Whose Forwarded and X-Forwarded-For headers are believed (see forwarded.h).
  std::vector<Network> trusted_proxies;
  /// How a client's address is written in notes, empty for not at all; null: as it is.
  std::function<std::string(std::string_view address)> written_address = nullptr;
  /// The certificate of a server that speaks TLS; null for plain HTTP.
  std::shared_ptr<tls::Certificates> tls;
};

/// What a front end answers itself, without the handler: why, by the answer's status.
inline constexpr auto kRefusalStatuses =
    std::to_array<int>({400, 408, 413, 414, 415, 417, 421, 431, 501, 503, 505});

/// What a front end has done since its start. Counters only grow; the two gauges go both ways.
/// Read while others write: each number is right, though not all at the same moment.
struct FrontEndStats {
  uint64_t connections_open = 0;  ///< a gauge
  uint64_t connections_accepted = 0;
  uint64_t connections_refused = 0;  ///< too many, or no descriptor left; also counted in `refused`
  uint64_t connections_timed_out = 0;  ///< closed for being idle, or for not taking an answer
  uint64_t connections_shed = 0;       ///< closed because they held most when all held too much
  uint64_t handshakes = 0;             ///< of TLS that were begun
  uint64_t handshakes_failed = 0;      ///< of `handshakes`: refused, broken off or given up
  uint64_t requests = 0;               ///< whole ones, given to the handler
  uint64_t replies_pending = 0;        ///< a gauge: requests whose reply has not been given
  uint64_t replies_dropped = 0;        ///< given after the client had gone
  uint64_t streams_open = 0;           ///< a gauge: streamed answers that go on (stream.h)
  uint64_t streams = 0;                ///< streamed answers that were begun
  uint64_t memory_bytes = 0;           ///< a gauge: of request_memory_max
  uint64_t bytes_received = 0;
  uint64_t bytes_sent = 0;
  /// Answers that the handler was not asked for, in the order of kRefusalStatuses.
  std::array<uint64_t, kRefusalStatuses.size()> refused = {};
};

/// Sockets in, handler out: reads requests within limits (limits.h), hands each to the handler,
/// and writes its answer. What is no request or is too large is answered here, with the status
/// and a sentence. An event loop a core owns the sockets: a connection that waits, for its client
/// or for an answer, holds no thread. Knows nothing of routes or events.
class FrontEnd {
 public:
  /// Listens and serves from threads of its own until Drain. Raises the process's limit on open
  /// files to what it may be. Errors: kExists (the port is in use),
  /// kBadInput (no such host), kIo; with the address that was tried; kFull when the system gives no
  /// thread or event loop.
  static Result<std::unique_ptr<FrontEnd>> Start(const FrontEndOptions& options, Handler handler);

  virtual ~FrontEnd() = default;

  /// The port that was really bound.
  virtual uint16_t port() const = 0;

  /// How many connections may be open.
  virtual int64_t connections_max() const = 0;

  /// Cheap enough for a scrape, from any thread, until the front end is destroyed.
  virtual FrontEndStats stats() const = 0;

  /// Adds the event loops to what is watched. The front end must outlive each question.
  virtual void AddTo(Watch& watch) = 0;

  /// Stops accepting at once, lets requests that have begun be answered, ends streams where they
  /// are, and returns when all are answered or `timeout` ends (kUnavailable, with how many were
  /// left). Call once. The destructor cuts off what is still waiting then; a Reply may outlive it.
  virtual Status Drain(std::chrono::milliseconds timeout) = 0;
};

}  // namespace gamevents::http

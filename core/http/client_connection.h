#pragma once

#include "core/base/result.h"
#include "core/base/text.h"
#include "core/http/message.h"
#include "core/tls/client_rules.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::http {

/// The longest answer that a client takes; a server of ours sends a few lines.
inline constexpr size_t kAnswerBytesMax = size_t{16} << 20;

/// Which server, and how long to wait for it.
struct ClientOptions {
  HostPort server;
  std::chrono::milliseconds connect_timeout{5'000};
  /// How long the server may be silent before its answer is given up.
  std::chrono::milliseconds answer_timeout{30'000};
  std::string user_agent;
  std::shared_ptr<const tls::ClientRules> tls = nullptr;  ///< null: without TLS
};

/// One request; the path as it goes over the wire.
struct ClientRequest {
  std::string method = "GET";
  std::string path = "/";
  Headers headers;  ///< beside Host, User-Agent and Content-Length
  std::string body;
};

/// The answer to a request, of any status.
struct Answer {
  int status = 0;
  std::string body;
  /// Of a Retry-After in seconds; its form with a date is not looked at.
  std::optional<std::chrono::seconds> retry_after;
};

/// One HTTP/1.1 keep-alive connection of a client, opened when it is needed and again when the
/// server has closed it. It is cpp-httplib's client, which blocks: a thread a connection.
/// Not thread-safe.
class ClientConnection {
 public:
  /// Connects at the first Send.
  static std::unique_ptr<ClientConnection> Make(const ClientOptions& options);
  virtual ~ClientConnection() = default;

  /// Sends `request` once and waits for its answer, of any status.
  /// Errors: kUnavailable (no connection, so nothing was sent); kUnsupported (no TLS, nothing was
  /// sent, and it says which part of TLS failed); kIo (the connection broke, or the server was
  /// silent for too long: it may have acted on the request or not); kFull (an answer longer than
  /// kAnswerBytesMax). Each names the server.
  virtual Result<Answer> Send(const ClientRequest& request) = 0;
};

/// Where a URL leads.
struct ServerUrl {
  HostPort server;
  bool tls = false;
};

/// What "http://HOST[:PORT][/]", or the same with https, says. Errors: kBadInput, naming what is
/// wrong: another scheme, a path, a query.
Result<ServerUrl> ParseServerUrl(std::string_view url);

/// Why no connection to `server` can be made, found out by trying: kNotFound (its name is not
/// known), kUnavailable (refused, unreachable, or no answer within `timeout`). Each names the
/// server.
Error WhyUnreachable(const HostPort& server, std::chrono::milliseconds timeout);

/// A header as people write it, "X-Api-Key: abc", for requests of a client. Errors: kBadInput: it
/// has no name, or what no header can have, or is one that the client writes itself.
Result<Headers::value_type> ParseHeaderLine(std::string_view line);

}  // namespace gamevents::http

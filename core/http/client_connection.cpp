#include "core/http/client_connection.h"

#include "core/base/ascii.h"
#include "core/base/file.h"
#include "core/base/number.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/http/characters.h"

#include <httplib.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace gamevents::http {
namespace {

constexpr uint16_t kHttpPort = 80;
constexpr uint16_t kHttpsPort = 443;

std::optional<std::chrono::seconds> RetryAfter(const httplib::Response& response) {
  const std::string text = response.get_header_value("Retry-After");
  const auto seconds = ParseWholeNumber<int64_t>(text);
  if (!seconds || *seconds < 0) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

bool NoHandshake(httplib::Error error) {
  return error == httplib::Error::SSLConnection || error == httplib::Error::SSLLoadingCerts ||
         error == httplib::Error::SSLServerVerification;
}

bool NothingWasSent(httplib::Error error) {
  return error == httplib::Error::Connection || error == httplib::Error::ConnectionTimeout ||
         error == httplib::Error::BindIPAddress;
}

// Whether the other side has ended the connection. Within TLS its farewell can still be read, which
// httplib before 0.14 takes for a sign of life.
bool HasEnded(int socket) {
  struct tcp_info info = {};
  socklen_t size = sizeof(info);
  return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
         info.tcpi_state != TCP_ESTABLISHED;
}

std::unique_ptr<httplib::ClientImpl> MakeClient(const ClientOptions& options) {
  const auto& [host, port] = options.server;
  if (!options.tls) return std::make_unique<httplib::ClientImpl>(host, port);
  auto client = std::make_unique<httplib::SSLClient>(host, port);
  // OpenSSL verifies by the rules within the handshake. What httplib does instead is to look at the
  // certificate afterwards, by a list that each client reads again.
  client->enable_server_certificate_verification(false);
  INVARIANT(options.tls->Apply(client->ssl_context(), host));
  return client;
}

class HttplibConnection final : public ClientConnection {
 public:
  explicit HttplibConnection(const ClientOptions& options)
      : name_(FormatHostPort(options.server.host, options.server.port)),
        user_agent_(options.user_agent),
        tls_(options.tls),
        client_(MakeClient(options)) {
    client_->set_keep_alive(true);
    client_->set_tcp_nodelay(true);
    client_->set_connection_timeout(options.connect_timeout);
    client_->set_read_timeout(options.answer_timeout);
    client_->set_write_timeout(options.answer_timeout);
  }

  Result<Answer> Send(const ClientRequest& request) override {
    Answer answer;
    bool too_long = false;
    httplib::Request out;
    out.method = request.method;
    out.path = request.path;
    out.headers = {request.headers.begin(), request.headers.end()};
    out.headers.emplace("Host", name_);
    out.headers.emplace("User-Agent", user_agent_);
    out.body = request.body;
    // httplib would keep a body of any length.
    out.content_receiver = [&](const char* data, size_t size, uint64_t, uint64_t) {
      too_long = size > kAnswerBytesMax - answer.body.size();
      if (!too_long) answer.body.append(data, size);
      return !too_long;
    };
    if (tls_ && client_->is_socket_open() != 0 && HasEnded(client_->socket())) client_->stop();
    const bool first = client_->is_socket_open() == 0;
    tls::ClientRules::ForgetFailure();
    const httplib::Result result = client_->send(out);
    if (result) {
      answer.status = result->status;
      answer.retry_after = RetryAfter(*result);
      return answer;
    }
    if (too_long) {
      return Error{Fault::kFull, name_ + ": its answer is longer than " +
                                     std::to_string(kAnswerBytesMax) + " bytes"};
    }
    return WhyFailed(result.error(), first);
  }

 private:
  Error WhyFailed(httplib::Error error, bool first) const {
    if (NothingWasSent(error)) {
      return Error{Fault::kUnavailable, name_ + ": no connection"};
    }
    std::string refusal = tls_ ? tls_->Failure() : std::string();
    if (NoHandshake(error) && refusal.empty()) {
      refusal = "the TLS handshake was broken off, or took too long";
    }
    // In TLS 1.3 the server looks at the client's certificate after the client's end of the
    // handshake, and takes no request before.
    if (!refusal.empty() && (first || NoHandshake(error))) {
      return Error{Fault::kUnsupported, name_ + ": " + refusal};
    }
    return Error{Fault::kIo, name_ +
                                 ": the connection broke before the answer, or it took too "
                                 "long"};
  }

  const std::string name_;
  const std::string user_agent_;
  const std::shared_ptr<const tls::ClientRules> tls_;
  const std::unique_ptr<httplib::ClientImpl> client_;
};

struct AddressesDeleter {
  void operator()(addrinfo* addresses) const { ::freeaddrinfo(addresses); }
};

// Why one address cannot be connected to, as errno; 0 when it can.
int TryConnect(const addrinfo& address, std::chrono::milliseconds timeout) {
  const FileDescriptor socket(
      ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return errno;
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd waits{socket.get(), POLLOUT, 0};
  const int ready = ::poll(&waits, 1, static_cast<int>(timeout.count()));
  if (ready < 0) return errno;
  if (ready == 0) return ETIMEDOUT;
  int failed = 0;
  socklen_t size = sizeof(failed);
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failed, &size) == 0 ? failed : errno;
}

}  // namespace

std::unique_ptr<ClientConnection> ClientConnection::Make(const ClientOptions& options) {
  return std::make_unique<HttplibConnection>(options);
}

Error WhyUnreachable(const HostPort& server, std::chrono::milliseconds timeout) {
  const std::string name = FormatHostPort(server.host, server.port);
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int unknown =
      ::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &list);
  if (unknown != 0) {
    return Error{Fault::kNotFound,
                 name + ": the host's name is not known (DNS): " +
                     (unknown == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(unknown))};
  }
  const std::unique_ptr<addrinfo, AddressesDeleter> addresses(list);
  int failed = 0;
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next) {
    failed = TryConnect(*each, timeout);
    if (failed == 0) return Error{Fault::kUnavailable, name + ": the connection broke"};
  }
  std::string why = failed == ECONNREFUSED ? "connection refused" : std::strerror(failed);
  if (failed == ETIMEDOUT) why = "no answer within " + FormatDuration(timeout);
  return Error{Fault::kUnavailable, name + ": " + why};
}

Result<ServerUrl> ParseServerUrl(std::string_view url) {
  constexpr std::string_view kPlain = "http://";
  constexpr std::string_view kSecure = "https://";
  const auto bad = [&](std::string_view why) {
    return Error{Fault::kBadInput, "'" + std::string(url) + "' " + std::string(why) +
                                       "; write it as http://HOST:PORT or https://HOST:PORT"};
  };
  const bool tls = url.starts_with(kSecure);
  if (!tls && !url.starts_with(kPlain)) return bad("does not begin with http:// or https://");
  std::string_view rest = url.substr(tls ? kSecure.size() : kPlain.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty()) return bad("has no host");
  if (rest.find_first_of("/?#@") != std::string_view::npos)
    return bad("has more than host and port");
  // A colon within brackets is an IPv6 address's.
  const size_t colon = rest.find_last_of(":]");
  std::string text(rest);
  if (colon == std::string_view::npos || rest[colon] != ':') {
    text += ":" + std::to_string(tls ? kHttpsPort : kHttpPort);
  }
  auto address = ParseHostPort(text);
  if (!address) return bad(address.error().context);
  return ServerUrl{std::move(*address), tls};
}

Result<Headers::value_type> ParseHeaderLine(std::string_view line) {
  constexpr auto kOwn = std::to_array<std::string_view>(
      {"Connection", "Content-Length", "Content-Type", "Host", "Transfer-Encoding", "User-Agent"});
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  if (colon == line.npos || !IsToken(name)) {
    return Error{Fault::kBadInput, "'" + std::string(line) +
                                       "' is no header; write it as 'Name: value', for example "
                                       "'X-Api-Key: KEY'"};
  }
  const std::string_view value = Trim(line.substr(colon + 1));
  if (std::ranges::any_of(value, [](char c) { return c != '\t' && IsControl(c); })) {
    return Error{Fault::kBadInput,
                 "the value of " + std::string(name) + " has a control character"};
  }
  if (std::ranges::any_of(kOwn,
                          [&](std::string_view own) { return EqualsIgnoringCase(own, name); })) {
    return Error{Fault::kBadInput, std::string(name) + " is written by the client itself"};
  }
  return Headers::value_type(name, value);
}

}  // namespace gamevents::http

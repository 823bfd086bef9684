#include "core/http/client_connection.h"

#include "core/base/ascii.h"
#include "core/base/number.h"
#include "core/http/characters.h"

#include <httplib.h>

#include <algorithm>
#include <array>
#include <utility>

namespace gamevents::http {
namespace {

constexpr uint16_t kHttpPort = 80;

std::optional<std::chrono::seconds> RetryAfter(const httplib::Response& response) {
  const std::string text = response.get_header_value("Retry-After");
  const auto seconds = ParseWholeNumber<int64_t>(text);
  if (!seconds || *seconds < 0) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

// As it stands in a URL: an IPv6 address in brackets (RFC 3986 section 3.2.2).
std::string NameOf(const HostPort& server) {
  const bool ipv6 = server.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + server.host + "]" : server.host) + ":" + std::to_string(server.port);
}

bool NothingWasSent(httplib::Error error) {
  return error == httplib::Error::Connection || error == httplib::Error::ConnectionTimeout ||
         error == httplib::Error::BindIPAddress;
}

class HttplibConnection final : public ClientConnection {
 public:
  explicit HttplibConnection(const ClientOptions& options)
      : name_(NameOf(options.server)),
        user_agent_(options.user_agent),
        client_(options.server.host, options.server.port) {
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
    client_.set_connection_timeout(options.connect_timeout);
    client_.set_read_timeout(options.answer_timeout);
    client_.set_write_timeout(options.answer_timeout);
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
    const httplib::Result result = client_.send(out);
    if (result) {
      answer.status = result->status;
      answer.retry_after = RetryAfter(*result);
      return answer;
    }
    if (too_long) {
      return Error{Fault::kFull, name_ + ": its answer is longer than " +
                                     std::to_string(kAnswerBytesMax) + " bytes"};
    }
    if (NothingWasSent(result.error())) {
      return Error{Fault::kUnavailable, name_ + ": no connection"};
    }
    return Error{Fault::kIo, name_ +
                                 ": the connection broke before the answer, or it took too "
                                 "long"};
  }

 private:
  const std::string name_;
  const std::string user_agent_;
  httplib::Client client_;
};

}  // namespace

std::unique_ptr<ClientConnection> ClientConnection::Make(const ClientOptions& options) {
  return std::make_unique<HttplibConnection>(options);
}

Result<HostPort> ParseServerUrl(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  const auto bad = [&](std::string_view why) {
    return Error{Fault::kBadInput, "'" + std::string(url) + "' " + std::string(why) +
                                       "; write it as http://HOST:PORT"};
  };
  if (!url.starts_with(kScheme)) return bad("does not begin with http:// (there is no TLS here)");
  std::string_view rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.empty()) return bad("has no host");
  if (rest.find_first_of("/?#@") != std::string_view::npos)
    return bad("has more than host and port");
  // A colon within brackets is an IPv6 address's.
  const size_t colon = rest.find_last_of(":]");
  const bool has_port = colon != std::string_view::npos && rest[colon] == ':';
  auto address = ParseHostPort(has_port ? std::string(rest)
                                        : std::string(rest) + ":" + std::to_string(kHttpPort));
  if (!address) return bad(address.error().context);
  return address;
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

// Goal: a request goes out as it is, its answer comes back, and what went wrong says whether the
// server can have acted on it. Method: a front end of ours, and sockets that misbehave.
#include "core/http/client_connection.h"

#include "core/base/file.h"
#include "core/http/front_end.h"
#include "core/http/listen.h"
#include "tests/support/http/server.h"
#include "tests/unit/catch.h"

#include <poll.h>
#include <sys/socket.h>

#include <future>
#include <string>
#include <thread>

namespace gamevents::http {
namespace {

using std::chrono::milliseconds;

std::unique_ptr<ClientConnection> Connect(uint16_t port,
                                          milliseconds answer_timeout = milliseconds(5'000)) {
  ClientOptions options;
  options.server = {"127.0.0.1", port};
  options.answer_timeout = answer_timeout;
  options.user_agent = "tests";
  return ClientConnection::Make(options);
}

// Accepts one connection, reads a little, says `answer`, and closes.
class OneAnswer {
 public:
  explicit OneAnswer(std::string answer, milliseconds delay = milliseconds(0)) {
    auto listener = Listen("127.0.0.1", 0);
    REQUIRE(listener);
    listener_ = std::move(*listener);
    thread_ = std::thread([this, answer = std::move(answer), delay] {
      pollfd waits{listener_.get(), POLLIN, 0};
      if (::poll(&waits, 1, 10'000) != 1) return;
      const FileDescriptor socket(::accept(listener_.get(), nullptr, nullptr));
      std::string request(4'096, '\0');
      if (::recv(socket.get(), request.data(), request.size(), 0) <= 0) return;
      std::this_thread::sleep_for(delay);
      static_cast<void>(WriteAll(socket.get(), answer).ok());
    });
  }
  ~OneAnswer() { thread_.join(); }

  uint16_t port() const { return LocalPort(listener_.get()).value(); }

 private:
  FileDescriptor listener_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a request goes out as it is, and its answer comes back") {
  const auto server = Start(OnAnyPort(), [](const Request& request, const Reply& reply) {
    Response response;
    response.status = 503;
    response.body = request.method + " " + request.path + " " + request.body;
    for (const auto& [name, value] : request.headers) response.body += "\n" + name + ": " + value;
    response.headers.emplace_back("Retry-After", "7");
    reply(std::move(response));
  });
  const auto connection = Connect(server->port());
  ClientRequest request;
  request.method = "POST";
  request.path = "/a%20b";
  request.body = "body";
  request.headers = {{"X-One", "1"}};
  for (int turn = 0; turn < 3; ++turn) {
    const auto answer = connection->Send(request);
    REQUIRE(answer);
    CHECK(answer->status == 503);
    CHECK(answer->body.starts_with("POST /a%20b body\n"));
    CHECK(answer->body.find("\nX-One: 1") != std::string::npos);
    CHECK(answer->body.find("\nUser-Agent: tests") != std::string::npos);
    const std::string host = "\nHost: 127.0.0.1:" + std::to_string(server->port());
    CHECK(answer->body.find(host) != std::string::npos);
    CHECK(answer->retry_after == std::chrono::seconds(7));
  }
  const auto plain = connection->Send({});
  REQUIRE(plain);
  CHECK(plain->body.starts_with("GET / "));
}

TEST_CASE("where nobody listens nothing was sent") {
  const auto answer = Connect(1)->Send({});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().fault == Fault::kUnavailable);
  CHECK(answer.error().context.find("127.0.0.1:1") != std::string::npos);
}

TEST_CASE("a connection that breaks before the answer leaves it open what happened") {
  for (const char* part :
       {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"}) {
    INFO(part);
    const OneAnswer server(part);
    const auto answer = Connect(server.port())->Send({});
    REQUIRE_FALSE(answer);
    CHECK(answer.error().fault == Fault::kIo);
  }
}

TEST_CASE("a silent server is given up") {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", milliseconds(600));
  const auto answer = Connect(server.port(), milliseconds(200))->Send({});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().fault == Fault::kIo);
}

TEST_CASE("an answer without end is cut off") {
  const OneAnswer server(
      "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kAnswerBytesMax + 1) + "\r\n\r\n" +
      std::string(kAnswerBytesMax + 1, 'x'));
  const auto answer = Connect(server.port())->Send({});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().fault == Fault::kFull);
}

TEST_CASE("a server that closed is connected to again") {
  std::string answers = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";
  const OneAnswer server(answers);
  const auto connection = Connect(server.port());
  CHECK(connection->Send({}));
  // The same socket is gone and nobody accepts another: told as such, not taken for an answer.
  CHECK_FALSE(connection->Send({}));
}

TEST_CASE("why a server cannot be reached is found out: its name, or the connection") {
  const Error name = WhyUnreachable({"no-such-host.invalid", 80}, milliseconds(2'000));
  CHECK(name.fault == Fault::kNotFound);
  CHECK(name.context.starts_with("no-such-host.invalid:80: the host's name is not known (DNS): "));
  const Error refused = WhyUnreachable({"127.0.0.1", 1}, milliseconds(2'000));
  CHECK(refused.fault == Fault::kUnavailable);
  CHECK(refused.context == "127.0.0.1:1: connection refused");
}

TEST_CASE("a server's address is a scheme, a host and maybe a port") {
  const auto address = [](const char* url) {
    const auto parsed = ParseServerUrl(url);
    if (!parsed) return std::string("refused");
    return (parsed->tls ? "TLS " : "") + parsed->server.host + " " +
           std::to_string(parsed->server.port);
  };
  CHECK(address("http://localhost:5000") == "localhost 5000");
  CHECK(address("http://localhost:5000/") == "localhost 5000");
  CHECK(address("http://example.com") == "example.com 80");
  CHECK(address("http://[::1]:5000") == "::1 5000");
  CHECK(address("http://[::1]") == "::1 80");
  CHECK(address("https://localhost") == "TLS localhost 443");
  CHECK(address("https://[::1]:5000/") == "TLS ::1 5000");
  for (const char* bad : {"", "localhost:5000", "ftp://localhost", "http://", "https://",
                          "http:///", "http://host/path", "http://host?x", "http://user@host",
                          "http://host:port", "http://host:70000", "http://:80"}) {
    INFO(bad);
    CHECK(address(bad) == "refused");
  }
}

TEST_CASE("a header is read as people write it, and is nothing but a header") {
  const auto key = ParseHeaderLine("X-Api-Key:  abc:d \t");
  REQUIRE(key.ok());
  CHECK(*key == Headers::value_type("X-Api-Key", "abc:d"));
  CHECK(ParseHeaderLine("X-Empty:").value() == Headers::value_type("X-Empty", ""));
  for (const char* wrong : {"", "X-Api-Key", ": abc", "X Y: abc", "X-Api-Key : abc", "X\r\nY: a",
                            "X: a\r\nY: b", "X: a\x7F", "Host: a", "content-length: 5"}) {
    INFO(wrong);
    const auto header = ParseHeaderLine(wrong);
    REQUIRE_FALSE(header.ok());
    CHECK(header.error().fault == Fault::kBadInput);
  }
}

}  // namespace gamevents::http

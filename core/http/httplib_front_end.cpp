// The front end over cpp-httplib: its Server decompresses bodies and writes answers, given one
// whole request in memory. Sockets, threads and framing are our own, because its accept loop ends
// at the first error that it does not know and its queue has no bound. The only file that knows
// httplib; what differs between its versions 0.11 and 0.18 is marked "Version".

#include "core/http/connection.h"
#include "core/http/front_end.h"
#include "core/http/limits.h"
#include "core/http/listen.h"
#include "core/http/pending_reply.h"
#include "core/http/request_parser.h"
#include "core/http/worker_pool.h"

#include <httplib.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <optional>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace gamevents::http {
namespace {

using std::chrono::milliseconds;

// One whole request as httplib reads it, and its answer as httplib writes it.
class MemoryStream final : public httplib::Stream {
 public:
  MemoryStream(std::string_view head, std::string_view body) : parts_{head, body} {}

  const std::string& written() const { return written_; }

  ssize_t read(char* out, size_t size) override {
    std::string_view& part = parts_[0].empty() ? parts_[1] : parts_[0];
    const size_t count = std::min(size, part.size());
    if (count > 0) std::memcpy(out, part.data(), count);
    part.remove_prefix(count);
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, size_t size) override {
    written_.append(bytes, size);
    return static_cast<ssize_t>(size);
  }
  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return -1; }

 private:
  std::string_view parts_[2];
  std::string written_;
};

// One request on its way through httplib.
struct Exchange {
  Request request;
  std::optional<Refusal> refusal;  // set: this is the answer, and the handler is not asked
  bool close = false;              // the connection ends with this answer
  bool aborted = false;            // the server ends before the answer came
};

// process_request stays in its caller's thread from the first byte to the last, and this is how
// the route below finds what its caller knows.
thread_local Exchange* current_exchange = nullptr;

Response RefusalResponse(const Refusal& refusal) {
  Response response;
  response.status = refusal.status;
  response.body = refusal.reason + "\n";
  return response;
}

// The head that httplib is given: only what it is to act on. The rest would be acted on wrongly:
// it percent-decodes headers, matches paths with a recursive regex, cuts answers by Range,
// compresses them by Accept-Encoding, and fails on multipart bodies.
std::string HeadForHttplib(const Request& request) {
  std::string head = request.method == "HEAD" ? "HEAD" : request.body.empty() ? "GET" : "POST";
  head += " / HTTP/1.1\r\nContent-Length: " + std::to_string(request.body.size()) + "\r\n";
  for (const auto& [name, value] : request.headers) {
    if (::strcasecmp(name.c_str(), "Content-Encoding") == 0) {
      head += "Content-Encoding: " + value + "\r\n";
    }
  }
  return head + "\r\n";
}

class HttplibServer final : public httplib::Server {
 public:
  HttplibServer(const FrontEndOptions& options, http::Handler handler, WorkerPool& pool)
      : options_(options), handler_(std::move(handler)), pool_(pool) {
    Get("/", [this](const httplib::Request&, httplib::Response& out) { Answer(out); });
    Post("/", [this](const httplib::Request&, httplib::Response& out,
                     const httplib::ContentReader& reader) {
      ReadBody(reader);
      Answer(out);
    });
    set_post_routing_handler(
        [](const httplib::Request&, httplib::Response& out) { SetConnectionHeaders(out); });
  }

  // Serves one connection to its end, in one of the pool's threads.
  void Serve(FileDescriptor socket);

  Phase phase() const { return phase_; }
  void SetPhase(Phase phase) { phase_ = phase; }
  int begun() const { return begun_; }

 private:
  bool ServeOne(Connection& connection, const std::string& remote_ip, bool last);
  std::string Process(Exchange& exchange);
  void ReadBody(const httplib::ContentReader& reader);
  void Answer(httplib::Response& out);
  static void SetConnectionHeaders(httplib::Response& out);

  // Version: 0.18 is told the addresses, 0.11 asks the stream for them. Nobody looks at them.
  template <class Self>
  static void ProcessRequest(Self& self, MemoryStream& stream) {
    bool closed = false;
    if constexpr (requires { self.process_request(stream, false, closed, nullptr); }) {
      self.process_request(stream, false, closed, nullptr);
    } else {
      self.process_request(stream, {}, 0, {}, 0, false, closed, nullptr);
    }
  }

  const FrontEndOptions options_;
  const http::Handler handler_;  // httplib::Server has a Handler of its own
  WorkerPool& pool_;
  std::atomic<Phase> phase_{Phase::kServing};
  std::atomic<int> begun_{0};  // requests whose first byte came and whose answer is not written
};

void HttplibServer::Serve(FileDescriptor socket) {
  Connection connection(socket.get(), options_, phase_, [this] { return pool_.Crowded(); });
  const std::string remote_ip = PeerAddress(socket.get());
  for (int served = 1; connection.AwaitRequest(); ++served) {
    ++begun_;
    const bool again = ServeOne(connection, remote_ip, served == kRequestsPerConnectionMax);
    --begun_;
    if (!again) break;
  }
}

// Reads, answers and writes one request. False when the connection is to be closed.
bool HttplibServer::ServeOne(Connection& connection, const std::string& remote_ip, bool last) {
  RequestParser parser(options_.body_bytes_max);
  if (!connection.ReadRequest(parser)) return false;
  Exchange exchange;
  switch (parser.state()) {
    case RequestParser::State::kNeedsMore:
      exchange.refusal = Refusal{408, "the request took too long to arrive"};
      break;
    case RequestParser::State::kRefused:
      exchange.refusal = parser.refusal();
      break;
    case RequestParser::State::kComplete:
      exchange.request = std::move(parser.request());
      exchange.request.remote_ip = remote_ip;
      break;
  }
  exchange.close = exchange.refusal || !parser.keep_alive() || last;
  const std::string answer = Process(exchange);
  if (exchange.aborted || !connection.Write(answer)) return false;
  if (exchange.refusal) connection.Linger();
  return !exchange.close;
}

std::string HttplibServer::Process(Exchange& exchange) {
  const std::string head = HeadForHttplib(exchange.request);
  // The body is moved out because the decompressed one takes its place.
  const std::string body = std::exchange(exchange.request.body, {});
  MemoryStream stream(head, body);
  current_exchange = &exchange;
  ProcessRequest(*this, stream);
  current_exchange = nullptr;
  return stream.written();
}

void HttplibServer::ReadBody(const httplib::ContentReader& reader) {
  Exchange& exchange = *current_exchange;
  std::string& body = exchange.request.body;
  const auto bytes_max = static_cast<size_t>(options_.body_bytes_max);
  bool too_long = false;
  const bool read = reader([&](const char* bytes, size_t count) {
    too_long = count > bytes_max - body.size();
    if (!too_long) body.append(bytes, count);
    return !too_long;
  });
  if (too_long) {
    exchange.refusal = Refusal{
        413, "the body is longer than " + std::to_string(bytes_max) + " bytes when decompressed"};
  } else if (!read) {
    exchange.refusal = Refusal{400, "the body is not what its Content-Encoding says"};
  }
}

void HttplibServer::Answer(httplib::Response& out) {
  Exchange& exchange = *current_exchange;
  std::optional<Response> response;
  if (exchange.refusal) {
    response = RefusalResponse(*exchange.refusal);
  } else {
    const auto pending = std::make_shared<PendingReply>();
    handler_(std::move(exchange.request), PendingReply::MakeReply(pending));
    while (!response && phase_ != Phase::kAborting) response = pending->WaitFor(kStopCheckInterval);
  }
  // Known only now: the wait may have been long.
  if (exchange.refusal || pool_.Crowded() || phase_ != Phase::kServing) exchange.close = true;
  exchange.aborted = !response;
  if (!response) return;
  out.status = response->status;
  out.set_content(response->body, response->content_type.c_str());
  for (const auto& [name, value] : response->headers) out.set_header(name.c_str(), value);
}

// Replaces what httplib says of its own connections. An HTTP/1.0 client must be told of both.
void HttplibServer::SetConnectionHeaders(httplib::Response& out) {
  out.headers.erase("Keep-Alive");
  out.headers.erase("Accept-Ranges");
  out.set_header("Connection", current_exchange->close ? "close" : "keep-alive");
}

class HttplibFrontEnd final : public FrontEnd {
 public:
  HttplibFrontEnd(const FrontEndOptions& options, Handler handler, std::unique_ptr<WorkerPool> pool,
                  FileDescriptor listener, uint16_t port)
      : pool_(std::move(pool)),
        server_(options, std::move(handler), *pool_),
        listener_(std::move(listener)),
        port_(port) {}

  ~HttplibFrontEnd() override {
    server_.SetPhase(Phase::kAborting);
    StopAccepting();
    pool_->Stop();
  }

  Status Start() {
    try {
      accepting_ = std::thread([this] { Accept(); });
    } catch (const std::system_error& error) {
      return Error{Fault::kFull, std::string("start a thread: ") + error.what()};
    }
    return Done{};
  }

  uint16_t port() const override { return port_; }

  FrontEndStats stats() const override { return {}; }

  Status Drain(milliseconds timeout) override {
    server_.SetPhase(Phase::kDraining);
    StopAccepting();
    if (pool_->StopWithin(timeout)) return Done{};
    return Error{Fault::kUnavailable, "stop the HTTP server: " + std::to_string(server_.begun()) +
                                          " requests were still unanswered after " +
                                          std::to_string(timeout.count()) + " ms"};
  }

 private:
  void Accept();
  void StopAccepting();

  std::unique_ptr<WorkerPool> pool_;
  HttplibServer server_;
  FileDescriptor listener_;
  const uint16_t port_;
  std::thread accepting_;
};

void HttplibFrontEnd::Accept() {
  while (server_.phase() == Phase::kServing) {
    pollfd wait{listener_.get(), POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(kStopCheckInterval.count())) <= 0) continue;
    FileDescriptor socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) {
      // The client has gone already, or the system is out of descriptors or memory for now.
      std::this_thread::sleep_for(kAcceptRetry);
      continue;
    }
    // A job is copyable, a descriptor is not.
    pool_->Run([this, shared = std::make_shared<FileDescriptor>(std::move(socket))] {
      server_.Serve(std::move(*shared));
    });
  }
}

void HttplibFrontEnd::StopAccepting() {
  if (!accepting_.joinable()) return;
  pool_->StopWaiting();
  ::shutdown(listener_.get(), SHUT_RD);  // refuses who comes now, and wakes the thread
  accepting_.join();
  listener_.Close();
}

}  // namespace

Result<std::unique_ptr<FrontEnd>> FrontEnd::Start(const FrontEndOptions& options, Handler handler) {
  auto listener =
      options.listen_fd ? AdoptListener(*options.listen_fd) : Listen(options.host, options.port);
  if (!listener) return std::move(listener).error();
  const auto port = LocalPort(listener->get());
  if (!port) return port.error();
  auto pool = WorkerPool::Start(static_cast<size_t>(options.threads), kWaitingConnectionsMax);
  if (!pool) return std::move(pool).error();
  auto front_end = std::make_unique<HttplibFrontEnd>(
      options, std::move(handler), std::move(pool).value(), std::move(listener).value(), *port);
  if (Status started = front_end->Start(); !started) return std::move(started).error();
  return std::unique_ptr<FrontEnd>(std::move(front_end));
}

}  // namespace gamevents::http

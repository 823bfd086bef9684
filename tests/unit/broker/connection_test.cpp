// Goal: requests are begun and answered in order, within limits, and nothing hostile gets further
// than its own connection. Method: a service that answers on command, real sockets on port 0.
#include "core/broker/connection.h"

#include "core/base/bytes.h"
#include "core/base/file.h"
#include "core/broker/server.h"
#include "tests/support/await.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/catch.h"

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/read.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iterator>
#include <thread>

namespace gamevents::broker {
namespace {

using asio::ip::tcp;

// What announces a request.
std::string Head(int64_t size) {
  std::string out(4, '\0');
  StoreBigEndian32(reinterpret_cast<std::byte*>(out.data()), static_cast<uint32_t>(size));
  return out;
}

std::string Framed(std::string_view body) { return Head(std::ssize(body)) + std::string(body); }

std::vector<std::byte> Copied(std::string_view text) {
  const auto bytes = AsBytes(text);
  return {bytes.begin(), bytes.end()};
}

// Answers a request by what its text says: "wait:MS:…" after that time, "close", "none", "file",
// and anything else at once, by its own text.
class EchoService final : public Service {
 public:
  std::atomic<int> begun{0};
  std::shared_ptr<FileDescriptor> file = std::make_shared<FileDescriptor>();

  asio::awaitable<Reply> Answer(RequestFrame frame, Session&) override {
    ++begun;
    const std::string text(AsText(frame.bytes()));
    if (text == "close") co_return CloseBecause("asked to");
    if (text == "none") co_return Reply{Reply::Kind::kNone, {}, {}};
    if (text == "file") {
      Reply reply;
      reply.chunks.emplace_back(Copied("head"));
      reply.chunks.emplace_back(FilePart{file, file->get(), 2, 3});
      reply.chunks.emplace_back(Copied("tail"));
      co_return reply;
    }
    if (text.starts_with("wait:")) {
      asio::steady_timer timer(co_await asio::this_coro::executor,
                               std::chrono::milliseconds(std::atoi(text.c_str() + 5)));
      asio::error_code ignored;
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    Reply reply;
    reply.chunks.emplace_back(Copied(text));
    co_return reply;
  }
};

struct ConnectionFixture {
  EchoService service;
  std::unique_ptr<Server> server;
  asio::io_context loop;
  const Limits limits;

  explicit ConnectionFixture(const Limits& given = {}) : limits(given) {
    ServerOptions options;
    options.limits = limits;
    options.threads = 1;
    server = Server::Start(options, service).value();
  }
  tcp::socket Connect() {
    tcp::socket socket(loop);
    socket.connect({asio::ip::address_v4::loopback(), server->port()});
    return socket;
  }
  static std::string Read(tcp::socket& socket, size_t count) {
    std::string out(count, '\0');
    asio::error_code error;
    out.resize(asio::read(socket, asio::buffer(out), error));
    return out;
  }
  // Whether the server has closed the connection without sending anything more.
  static bool Closed(tcp::socket& socket) { return Read(socket, 1).empty(); }
};

}  // namespace

TEST_CASE("answers come in the order of the requests, whoever is ready first") {
  ConnectionFixture f;
  tcp::socket socket = f.Connect();
  asio::write(socket, asio::buffer(Framed("wait:80:a") + Framed("b") + Framed("none") +
                                   Framed("wait:1:c") + Framed("d")));
  CHECK(ConnectionFixture::Read(socket, 9 + 1 + 8 + 1) == "wait:80:abwait:1:cd");
  CHECK(f.service.begun == 5);
}

TEST_CASE("a reply's file parts are sent in their place") {
  ConnectionFixture f;
  const TempFile file;
  file.Write("0123456789");
  *f.service.file = FileDescriptor(::open(file.path().c_str(), O_RDONLY | O_CLOEXEC));
  tcp::socket socket = f.Connect();
  asio::write(socket, asio::buffer(Framed("file") + Framed("x")));
  CHECK(ConnectionFixture::Read(socket, 12) == "head234tailx");
}

TEST_CASE("a refused or impossible request closes its own connection only") {
  Limits limits;
  limits.request_bytes_max = 100;
  ConnectionFixture f(limits);
  tcp::socket other = f.Connect();
  for (const std::string& bad : {Framed("close"), std::string("GET / HTTP/1.1\r\n\r\n"),
                                 std::string("\xFF\xFF\xFF\xFF"), Framed(std::string(101, 'x'))}) {
    tcp::socket socket = f.Connect();
    asio::write(socket, asio::buffer(bad));
    CHECK(ConnectionFixture::Closed(socket));
  }
  asio::write(other, asio::buffer(Framed(std::string(100, 'y'))));
  CHECK(ConnectionFixture::Read(other, 100) == std::string(100, 'y'));
}

TEST_CASE("no more requests are begun at once than allowed") {
  Limits limits;
  limits.in_flight_max = 2;
  ConnectionFixture f(limits);
  tcp::socket socket = f.Connect();
  std::string requests;
  for (int i = 0; i < 6; ++i) requests += Framed("wait:50");
  asio::write(socket, asio::buffer(requests));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK(f.service.begun <= 2);
  CHECK(ConnectionFixture::Read(socket, 42).size() == 42);
  CHECK(f.service.begun == 6);
}

TEST_CASE("a connection beyond the limit is closed at once, and a freed place can be taken") {
  Limits limits;
  limits.connections_max = 1;
  ConnectionFixture f(limits);
  {
    tcp::socket first = f.Connect();
    asio::write(first, asio::buffer(Framed("a")));
    CHECK(ConnectionFixture::Read(first, 1) == "a");
    tcp::socket second = f.Connect();
    CHECK(ConnectionFixture::Closed(second));
  }
  REQUIRE(Await([&] { return f.server->connections() == 0; }));
  tcp::socket third = f.Connect();
  asio::write(third, asio::buffer(Framed("b")));
  CHECK(ConnectionFixture::Read(third, 1) == "b");
}

TEST_CASE("silence and half a request end by time") {
  Limits limits;
  limits.idle_timeout = limits.stall_timeout = std::chrono::milliseconds(150);
  ConnectionFixture f(limits);
  tcp::socket idle = f.Connect();
  tcp::socket stalled = f.Connect();
  asio::write(stalled, asio::buffer(Framed("abc").substr(0, 5)));
  CHECK(ConnectionFixture::Closed(idle));
  CHECK(ConnectionFixture::Closed(stalled));
}

TEST_CASE("who announces large requests and sends nothing keeps nobody from small ones") {
  Limits limits;
  limits.request_bytes_max = limits.request_memory_max = 1000;
  limits.small_request_bytes = limits.small_request_memory_max = 20;
  ConnectionFixture f(limits);
  std::vector<tcp::socket> silent;
  for (int i = 0; i < 3; ++i) {
    silent.push_back(f.Connect());
    asio::write(silent.back(), asio::buffer(Head(1000)));
  }
  tcp::socket small = f.Connect();
  for (int i = 0; i < 3; ++i) {
    asio::write(small, asio::buffer(Framed("wait:1:abc")));
    CHECK(ConnectionFixture::Read(small, 10) == "wait:1:abc");
  }
}

TEST_CASE("who announces the largest requests and sends next to nothing holds nobody up") {
  ConnectionFixture f;
  std::vector<tcp::socket> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(f.Connect());
    asio::write(clients.back(), asio::buffer(Head(f.limits.request_bytes_max)));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const auto began = std::chrono::steady_clock::now();
  tcp::socket honest = f.Connect();
  for (const size_t size : {size_t{10}, size_t{100'000}, size_t{1} << 20, size_t{10} << 20}) {
    asio::write(clients[0], asio::buffer("x", 1));  // It dribbles.
    asio::write(honest, asio::buffer(Framed(std::string(size, 'y'))));
    CHECK(ConnectionFixture::Read(honest, size) == std::string(size, 'y'));
  }
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

TEST_CASE("announcements alone use up neither memory, and half-read requests all get through") {
  Limits limits;
  limits.small_request_bytes = 100;
  limits.small_first_step_bytes = 10;
  limits.small_request_memory_max = 100 + 4 * 10;
  limits.request_bytes_max = 1000;
  limits.large_first_step_bytes = 50;
  limits.usual_request_bytes = 200;
  limits.request_memory_max = 1000 + 4 * 50;
  ConnectionFixture f(limits);
  for (const size_t size : {size_t{80}, size_t{900}}) {
    std::vector<tcp::socket> silent, halfway;
    for (int i = 0; i < 4; ++i) {
      silent.push_back(f.Connect());
      asio::write(silent.back(), asio::buffer(Head(static_cast<int64_t>(size))));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    const std::string request = Framed(std::string(size, 'y'));
    for (int i = 0; i < 4; ++i) {
      halfway.push_back(f.Connect());
      asio::write(halfway.back(), asio::buffer(request.substr(0, size / 2)));
    }
    for (tcp::socket& client : halfway) {
      asio::write(client, asio::buffer(request.substr(size / 2)));
    }
    for (tcp::socket& client : halfway) {
      CHECK(ConnectionFixture::Read(client, size) == request.substr(4));
    }
  }
}

TEST_CASE("who has the reserve and sends nothing is closed when others wait for it") {
  Limits limits;
  limits.request_bytes_max = limits.request_memory_max = 1000;
  limits.small_request_bytes = 0;
  limits.hold_up_timeout = std::chrono::milliseconds(300);
  ConnectionFixture f(limits);
  tcp::socket silent = f.Connect();
  asio::write(silent, asio::buffer(Head(1000)));
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  CHECK(f.server->connections() == 1);  // Nobody waits: it may take its time.
  const auto began = std::chrono::steady_clock::now();
  tcp::socket honest = f.Connect();
  asio::write(honest, asio::buffer(Framed(std::string(900, 'y'))));
  CHECK(ConnectionFixture::Read(honest, 900) == std::string(900, 'y'));
  CHECK(ConnectionFixture::Closed(silent));
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

TEST_CASE("half a request behind one that is being answered ends by time all the same") {
  Limits limits;
  limits.stall_timeout = std::chrono::milliseconds(200);
  ConnectionFixture f(limits);
  tcp::socket socket = f.Connect();
  asio::write(socket, asio::buffer(Framed("wait:600000") + Framed("abc").substr(0, 5)));
  CHECK(ConnectionFixture::Closed(socket));
}

TEST_CASE("a request that waits for memory in its middle is not stalled") {
  Limits limits;
  limits.request_bytes_max = 1000;
  limits.request_memory_max = 1100;
  limits.small_request_bytes = 0;
  limits.large_first_step_bytes = 50;
  limits.usual_request_bytes = 100;
  limits.stall_timeout = std::chrono::milliseconds(300);
  ConnectionFixture f(limits);
  const std::string text = "wait:900:" + std::string(800, 'x');
  tcp::socket first = f.Connect();
  asio::write(first, asio::buffer(Framed(text)));
  REQUIRE(Await([&] { return f.service.begun > 0; }));
  tcp::socket second = f.Connect();
  asio::write(second, asio::buffer(Framed(std::string(900, 'y'))));
  CHECK(ConnectionFixture::Read(second, 900) == std::string(900, 'y'));
  CHECK(ConnectionFixture::Read(first, text.size()) == text);
}

TEST_CASE("who waits for memory is not stalled, and has its turn when the others are") {
  Limits limits;
  limits.request_bytes_max = limits.request_memory_max = 1000;
  limits.small_request_bytes = 0;
  limits.stall_timeout = std::chrono::milliseconds(300);
  ConnectionFixture f(limits);
  tcp::socket silent = f.Connect();
  asio::write(silent, asio::buffer(Head(1000)));
  tcp::socket slower = f.Connect();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  asio::write(slower, asio::buffer(Framed(std::string(900, 'x')).substr(0, 4)));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  tcp::socket honest = f.Connect();
  asio::write(honest, asio::buffer(Framed(std::string(900, 'y'))));
  // It waits for both, longer than the allowance of either.
  CHECK(ConnectionFixture::Read(honest, 900) == std::string(900, 'y'));
  CHECK(ConnectionFixture::Closed(silent));
  CHECK(ConnectionFixture::Closed(slower));
}

TEST_CASE("a client that goes away cancels what was begun for it") {
  ConnectionFixture f;
  {
    tcp::socket socket = f.Connect();
    asio::write(socket, asio::buffer(Framed("wait:600000")));
    REQUIRE(Await([&] { return f.service.begun > 0; }));
  }
  // Would hang for ten minutes if the wait were not cancelled.
  REQUIRE(Await([&] { return f.server->connections() == 0; }));
  CHECK(f.service.begun == 1);
}

TEST_CASE("stopping lets what was begun be answered, and cancels what takes too long") {
  ConnectionFixture f;
  tcp::socket quick = f.Connect();
  tcp::socket slow = f.Connect();
  asio::write(quick, asio::buffer(Framed("wait:50")));
  asio::write(slow, asio::buffer(Framed("wait:600000")));
  REQUIRE(Await([&] { return f.service.begun >= 2; }));
  f.server->Stop(std::chrono::milliseconds(300));
  CHECK(ConnectionFixture::Read(quick, 8) == "wait:50");
  CHECK(ConnectionFixture::Closed(slow));
  CHECK(f.server->connections() == 0);
}

TEST_CASE("an address in use is an error that names it") {
  ConnectionFixture f;
  ServerOptions options;
  options.listeners.front().port = f.server->port();
  EchoService service;
  const auto second = Server::Start(options, service);
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().fault == Fault::kExists);
  CHECK(second.error().context.find(
            "127.0.0.1:" + std::to_string(options.listeners.front().port)) != std::string::npos);
}

}  // namespace gamevents::broker

// Goal: each client is told the address of the listener that it came through, and a server that
// stops ends, whoever is just coming. Method: real sockets; of those at the stop some are accepted
// before it, some while it goes on, and some never.
#include "core/broker/server.h"

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "tests/support/await.h"
#include "tests/support/temp_folder.h"
#include "tests/unit/access/users.h"
#include "tests/unit/catch.h"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <list>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace gamevents::broker {
namespace {

using asio::ip::tcp;

class NeverAsked final : public Service {
 public:
  asio::awaitable<Reply> Answer(RequestFrame, Session&) override {
    co_return CloseBecause("nobody asks here");
  }
};

// Answers with the address that the client is to connect to.
class TellsWhereItIs final : public Service {
 public:
  asio::awaitable<Reply> Answer(RequestFrame, Session& session) override {
    const Peer& peer = session.peer();
    const std::string address = peer.advertised_host + ":" + std::to_string(peer.advertised_port);
    const auto bytes = AsBytes(address);
    co_return Reply{Reply::Kind::kSend, {std::vector<std::byte>(bytes.begin(), bytes.end())}, {}};
  }
};

// Notes what becomes of connections whose clients are not let in.
class NotesOpenings final : public Service {
 public:
  asio::awaitable<Reply> Answer(RequestFrame, Session&) override {
    co_return CloseBecause("nobody is let in");
  }
  void OnOpening(Opening what, const Session&) override {
    if (what == Opening::kUnfinished) ++unfinished;
  }
  std::atomic<int> unfinished{0};
};

std::string AskedAt(uint16_t port) {
  asio::io_context context;
  tcp::socket socket(context);
  socket.connect({asio::ip::address_v4::loopback(), port});
  asio::write(socket, asio::buffer(std::string_view("\0\0\0\1?", 5)));
  socket.shutdown(tcp::socket::shutdown_send);
  std::string answer;
  asio::error_code end;
  asio::read(socket, asio::dynamic_buffer(answer), end);
  return answer;
}

}  // namespace

TEST_CASE("each listener tells its clients its own address") {
  TellsWhereItIs service;
  ServerOptions options;
  options.threads = 1;
  // A port that is free now: the server says only the first listener's.
  uint16_t second = 0;
  {
    asio::io_context context;
    second = tcp::acceptor(context, {asio::ip::address_v4::loopback(), 0}).local_endpoint().port();
  }
  options.listeners = {ListenerOptions{},
                       ListenerOptions{"127.0.0.1", second, "game.example", 9092, {}}};
  const auto server = Server::Start(options, service).value();
  CHECK(AskedAt(server->port()) == "127.0.0.1:" + std::to_string(server->port()));
  CHECK(AskedAt(second) == "game.example:9092");
}

TEST_CASE("who does not log in is closed in time, and before it when too many wait") {
  NotesOpenings service;
  const TempFolder folder;
  ServerOptions options;
  options.threads = 1;
  options.limits.connections_max = 8;  // of which 2 may wait to be let in
  options.limits.authentication_timeout = std::chrono::milliseconds(400);
  options.limits.stall_timeout = std::chrono::milliseconds(100);  // how often it is looked at
  options.listeners.front().users =
      access::UserFile::Open(folder.Write("users", access::FormatUser(access::UserOf("ann", "a"))))
          .value();
  const auto server = Server::Start(options, service).value();
  asio::io_context context;
  std::vector<tcp::socket> sockets;
  for (int i = 0; i < 6; ++i) {
    sockets.emplace_back(context).connect({asio::ip::address_v4::loopback(), server->port()});
  }
  CHECK(Await([&] { return service.unfinished >= 4; }));
  CHECK(Await([&] { return server->connections() == 0; }));
  CHECK(service.unfinished == 6);
}

TEST_CASE("a listener's address in use ends the start") {
  NeverAsked service;
  const auto server = Server::Start(ServerOptions{}, service).value();
  ServerOptions options;
  options.listeners = {ListenerOptions{}, ListenerOptions{"127.0.0.1", server->port(), "", 0, {}}};
  const auto second = Server::Start(options, service);
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().fault == Fault::kExists);
}

TEST_CASE("a stop ends, though clients connect while it goes on and stay") {
  NeverAsked service;
  ServerOptions options;
  options.threads = 4;
  asio::io_context loop;
  for (int round = 0; round < 100; ++round) {
    auto server = Server::Start(options, service).value();
    std::list<tcp::socket> clients;
    for (int i = 0; i < 16; ++i) {
      clients.emplace_back(loop).connect({asio::ip::address_v4::loopback(), server->port()});
    }
    std::promise<void> stopped;
    std::thread stopping([&] {
      server->Stop(std::chrono::milliseconds(0));
      stopped.set_value();
    });
    // One that hangs cannot be ended.
    INVARIANT(stopped.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready);
    stopping.join();
    CHECK(server->connections() == 0);
  }
}

}  // namespace gamevents::broker

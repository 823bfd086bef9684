// Goal: a server that stops ends, whoever is just coming. Method: real sockets on port 0, of which
// some are accepted before the stop, some while it goes on, and some never.
#include "core/broker/server.h"

#include "core/base/check.h"
#include "tests/unit/catch.h"

#include <asio/io_context.hpp>

#include <future>
#include <list>
#include <thread>

namespace gamevents::broker {
namespace {

using asio::ip::tcp;

class NeverAsked final : public Service {
 public:
  asio::awaitable<Reply> Answer(RequestFrame, const Peer&) override {
    co_return CloseBecause("nobody asks here");
  }
};

}  // namespace

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

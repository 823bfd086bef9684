#include "core/broker/server.h"

#include "core/base/check.h"
#include "core/base/notes.h"
#include "core/base/thread.h"
#include "core/tls/limits.h"

#include <asio/co_spawn.hpp>
#include <asio/ip/v6_only.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <string>
#include <thread>
#include <utility>

namespace gamevents::broker {

using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kDrainPoll{5};
constexpr std::chrono::milliseconds kAcceptPause{100};

// The address without the brackets and zone that clients cannot parse; IPv4-mapped as IPv4.
std::string AddressText(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  }
  return address.to_string();
}

Fault FaultOf(const asio::error_code& error) {
  if (error == asio::error::address_in_use) return Fault::kExists;
  if (error == asio::error::host_not_found || error == asio::error::no_data) {
    return Fault::kBadInput;
  }
  return Fault::kIo;
}

}  // namespace

Server::Server(const ServerOptions& options, Service& service)
    : options_(options), service_(service), memory_(options.limits) {
  INVARIANT(!options.listeners.empty());
  for (int i = 0; i < std::max(1, options.threads); ++i) loops_.push_back(std::make_unique<Loop>());
  for (const ListenerOptions& listener : options.listeners) listeners_.push_back({listener});
}

Server::~Server() { Stop(std::chrono::milliseconds(0)); }

Status Server::Open(Listener& listener, const tcp::endpoint& endpoint) {
  asio::error_code error;
  auto acceptor = std::make_unique<tcp::acceptor>(loops_.front()->context);
  acceptor->open(endpoint.protocol(), error);
  if (!error) acceptor->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && endpoint.address().is_v6()) {
    acceptor->set_option(asio::ip::v6_only(!endpoint.address().is_unspecified()), error);
  }
  if (!error) acceptor->bind(endpoint, error);
  if (!error) acceptor->listen(tcp::acceptor::max_listen_connections, error);
  if (error) {
    return Error{FaultOf(error), "listen on " + AddressText(endpoint.address()) + ":" +
                                     std::to_string(endpoint.port()) + ": " + error.message()};
  }
  listener.port = acceptor->local_endpoint(error).port();
  listener.acceptors.push_back(std::move(acceptor));
  return Done{};
}

// A name may stand for several addresses ("localhost" for ::1 and 127.0.0.1, and clients try
// either): the first must work, the others join on the same port where they can.
Status Server::Listen(Listener& listener) {
  asio::error_code error;
  tcp::resolver resolver(loops_.front()->context);
  const ListenerOptions& asked = listener.options;
  const auto found =
      resolver.resolve(asked.host, std::to_string(asked.port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    return Error{FaultOf(error), "listen on " + asked.host + ": " + error.message()};
  }
  for (const auto& entry : found) {
    tcp::endpoint endpoint = entry.endpoint();
    if (listener.port != 0) endpoint.port(listener.port);
    auto opened = Open(listener, endpoint);
    if (!opened && listener.acceptors.empty()) return opened;
    if (!opened) Note(NoteLevel::kDebug, opened.error().context);
  }
  return Done{};
}

// All addresses are taken before any client is served.
Status Server::Begin() {
  for (Listener& listener : listeners_) {
    if (auto listening = Listen(listener); !listening) return listening;
  }
  for (auto& loop : loops_) {
    auto started = StartThread(loop->thread, [context = &loop->context] { context->run(); });
    if (!started) return started;
  }
  // Last, so that no connection is given to a loop that does not run.
  for (const Listener& listener : listeners_) {
    for (const auto& acceptor : listener.acceptors) {
      asio::co_spawn(loops_.front()->context, Accept(listener, *acceptor),
                     [](const std::exception_ptr&) {});
    }
  }
  return Done{};
}

asio::awaitable<void> Server::Accept(const Listener& listener, tcp::acceptor& acceptor) {
  asio::steady_timer pause(acceptor.get_executor());
  while (acceptor.is_open()) {
    Loop& loop = *loops_[next_loop_++ % loops_.size()];
    tcp::socket socket(loop.context);
    asio::error_code error;
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      Take(std::move(socket), listener, loop);
      continue;
    }
    if (error == asio::error::operation_aborted) break;
    // Out of descriptors, most likely: without a pause this would spin until one is free.
    Note(NoteLevel::kWarning, "accept: " + error.message());
    pause.expires_after(kAcceptPause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

void Server::Take(tcp::socket socket, const Listener& listener, Loop& loop) {
  asio::error_code error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;  // The client has gone already.
  const tcp::endpoint local = socket.local_endpoint(error);
  if (error) return;
  socket.set_option(tcp::no_delay(true), error);
  const ListenerOptions& asked = listener.options;
  Peer peer{AddressText(remote.address()),
            asked.advertised_host.empty() ? AddressText(local.address()) : asked.advertised_host,
            asked.advertised_port != 0 ? asked.advertised_port : listener.port};
  const std::lock_guard lock(mutex_);
  // Its loop may have ended, and then nothing would ever close it.
  if (stopped_) return;
  std::erase_if(open_, [](const Entry& entry) { return entry.connection.expired(); });
  if (open_.size() >= options_.limits.connections_max) {
    service_.traffic.AddRefused();
    Note(NoteLevel::kWarning, peer.client_host + ": connection refused: " +
                                  std::to_string(open_.size()) + " are open, as many as allowed");
    return;  // The socket closes with its destructor.
  }
  Session session(std::move(peer),
                  {asked.users, asked.tls != nullptr, options_.limits.session_lifetime});
  auto connection =
      std::make_shared<Connection>(std::move(socket), std::move(session), service_, memory_,
                                   options_.limits, asked.tls ? asked.tls->Current() : nullptr);
  open_.push_back({connection, &loop});
  if (connection->opening()) {
    opening_.push_back(open_.back());
    BoundOpening();
  }
  connection->Start();
}

// Those who stall leave their place to those who come. Requires: mutex_.
void Server::BoundOpening() {
  std::erase_if(opening_, [](const Entry& entry) {
    const auto connection = entry.connection.lock();
    return !connection || !connection->opening();
  });
  const size_t most =
      std::clamp<size_t>(options_.limits.connections_max / 4, 1, tls::kHandshakesMax);
  for (; opening_.size() > most; opening_.pop_front()) {
    if (auto oldest = opening_.front().connection.lock()) {
      asio::post(opening_.front().loop->context,
                 [oldest] { oldest->GiveUp("too many others wait to be let in"); });
    }
  }
}

void Server::AddTo(Watch& watch) {
  for (size_t i = 0; i < loops_.size(); ++i) {
    watch.Add("broker event loop " + std::to_string(i + 1),
              [&context = loops_[i]->context](std::function<void()> task) {
                asio::post(context, std::move(task));
              });
  }
}

size_t Server::connections() const {
  const std::lock_guard lock(mutex_);
  return static_cast<size_t>(std::count_if(
      open_.begin(), open_.end(), [](const Entry& entry) { return !entry.connection.expired(); }));
}

void Server::Stop(std::chrono::milliseconds timeout) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopped_, true)) return;
  }
  for (const Listener& listener : listeners_) {
    for (const auto& acceptor : listener.acceptors) {
      asio::post(acceptor->get_executor(), [&acceptor] {
        asio::error_code ignored;
        acceptor->close(ignored);
      });
    }
  }
  const auto tell_all = [this](auto what) {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : open_) {
      if (auto connection = entry.connection.lock()) {
        asio::post(entry.loop->context, [connection, what] { what(*connection); });
      }
    }
  };
  tell_all([](Connection& connection) { connection.Drain(); });
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (connections() > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(kDrainPoll);
  }
  tell_all([](Connection& connection) { connection.Close("the broker has stopped"); });
  for (auto& loop : loops_) loop->work.reset();
  while (connections() > 0) std::this_thread::sleep_for(kDrainPoll);
  for (auto& loop : loops_) {
    if (loop->thread.joinable()) loop->thread.join();
  }
}

Result<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Service& service) {
  std::unique_ptr<Server> server(new Server(options, service));
  if (auto begun = server->Begin(); !begun) return std::move(begun).error();
  return server;
}

}  // namespace gamevents::broker

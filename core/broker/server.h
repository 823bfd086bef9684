#pragma once

#include "core/access/users.h"
#include "core/base/result.h"
#include "core/base/watch.h"
#include "core/broker/connection.h"
#include "core/broker/limits.h"
#include "core/broker/service.h"
#include "core/tls/certificates.h"

#include <asio/awaitable.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::broker {

/// One address to listen on, and what clients are told of it.
struct ListenerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  ///< 0: an ephemeral one
  /// Where clients are told to connect; empty: the address that each of them came in on, which is
  /// right wherever no proxy or address translation lies between.
  std::string advertised_host;
  uint16_t advertised_port = 0;  ///< 0: the port that was bound
  /// The certificate of a listener that speaks TLS; null for a plain one.
  std::shared_ptr<tls::Certificates> tls;
  /// The users of a listener that asks for SASL; null for one that lets everybody in.
  std::shared_ptr<access::UserFile> users{};
};

/// Where to listen, and how many connections are served by how many threads.
struct ServerOptions {
  std::vector<ListenerOptions> listeners{ListenerOptions{}};  ///< at least one
  int threads = 2;  ///< each serves a part of the connections
  Limits limits;
};

/// Listens, and serves each connection from one of its own threads.
class Server {
 public:
  /// `service` must outlive the server. Errors: kExists (the address is in use), kBadInput (no
  /// such host), kIo; with the address that was tried.
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options, Service& service);

  /// Closes what is left, as Stop(0) does.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The port that the listener at `index` of the options has really bound.
  uint16_t port(size_t index = 0) const { return listeners_.at(index).port; }

  /// Connections that are open now.
  size_t connections() const;

  /// Adds the event loops to what is watched. The server must outlive each question.
  void AddTo(Watch& watch);

  /// Stops accepting, lets requests that were begun be answered for at most `timeout`, closes
  /// every connection and ends the threads. A second call does nothing.
  void Stop(std::chrono::milliseconds timeout);

 private:
  // One thread's event loop.
  struct Loop {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;
  };
  struct Entry {
    std::weak_ptr<Connection> connection;
    Loop* loop;
  };

  // A listener, and what it has bound: a name may stand for several addresses, of one port.
  struct Listener {
    ListenerOptions options;
    uint16_t port = 0;
    std::vector<std::unique_ptr<asio::ip::tcp::acceptor>> acceptors{};
  };

  Server(const ServerOptions& options, Service& service);
  Status Begin();
  Status Listen(Listener& listener);
  Status Open(Listener& listener, const asio::ip::tcp::endpoint& endpoint);
  asio::awaitable<void> Accept(const Listener& listener, asio::ip::tcp::acceptor& acceptor);
  void Take(asio::ip::tcp::socket socket, const Listener& listener, Loop& loop);
  void BoundOpening();

  const ServerOptions options_;
  Service& service_;
  RequestMemory memory_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<Listener> listeners_;  // does not grow once it listens
  size_t next_loop_ = 0;

  mutable std::mutex mutex_;
  bool stopped_ = false;
  std::vector<Entry> open_;
  std::deque<Entry> opening_;  // of open_: those not let in yet, the oldest first
};

}  // namespace gamevents::broker

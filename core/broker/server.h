#pragma once

#include "core/base/result.h"
#include "core/broker/limits.h"
#include "core/broker/service.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace gamevents::broker {

struct ServerOptions {
  std::string host = "127.0.0.1";
  uint16_t port = 0;  ///< 0: an ephemeral one
  /// Where clients are told to connect; empty: the address that each of them came in on, which is
  /// right wherever no proxy or address translation lies between.
  std::string advertised_host;
  uint16_t advertised_port = 0;  ///< 0: the port that was bound
  int threads = 1;
  Limits limits;
};

/// Listens, and serves each connection from one of its own threads.
class Server {
 public:
  /// `service` must outlive the server. Errors: kExists (the address is in use), kBadInput (no
  /// such host), kIo; with the address that was tried.
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options, Service& service);

  /// Closes what is left, as Stop(0) does.
  virtual ~Server() = default;

  /// The port that was really bound.
  virtual uint16_t port() const = 0;

  /// Connections that are open now.
  virtual size_t connections() const = 0;

  /// Stops accepting, lets requests that were begun be answered for at most `timeout`, closes
  /// every connection and ends the threads. A second call does nothing.
  virtual void Stop(std::chrono::milliseconds timeout) = 0;
};

}  // namespace gamevents::broker

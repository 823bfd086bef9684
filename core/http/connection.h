#pragma once

#include "core/http/front_end.h"
#include "core/http/request_parser.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace gamevents::http {

/// How far a front end has been stopped.
enum class Phase : uint8_t {
  kServing,
  kDraining,  ///< what has begun is answered, nothing new is begun
  kAborting,  ///< nothing is waited for any more
};

/// One accepted socket, read and written with deadlines by one thread. Does not own it.
class Connection {
 public:
  /// `phase` is looked at while waiting; `crowded` says whether others wait for this thread.
  Connection(int fd, const FrontEndOptions& options, const std::atomic<Phase>& phase,
             std::function<bool()> crowded);

  /// Waits for a request's first byte. False when there will be none: the client closed or was
  /// silent for too long, others need the thread, or the server is stopping.
  bool AwaitRequest();

  /// Reads until `parser` has a whole request or refuses it. False when there is nobody to
  /// answer: the client closed in the middle, or the server is aborting. One that takes longer
  /// than the request timeout gives true with the parser still wanting more.
  bool ReadRequest(RequestParser& parser);

  /// Sends all of `bytes`. False when the client has gone or takes none within the timeout.
  bool Write(std::string_view bytes);

  /// Says that nothing more will be sent and lets the client finish for a moment, so that the
  /// kernel does not throw away the answer because of bytes that nobody read.
  void Linger();

 private:
  using Time = std::chrono::steady_clock::time_point;

  bool WaitFor(short events, Time deadline, const std::function<bool()>& give_up);
  bool Receive();

  int fd_;
  const FrontEndOptions& options_;
  const std::atomic<Phase>& phase_;
  std::function<bool()> crowded_;
  std::string unread_;  // received, but not yet given to a parser: at most one receive's worth
};

}  // namespace gamevents::http

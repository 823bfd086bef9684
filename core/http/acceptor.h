#pragma once

#include "core/base/file.h"
#include "core/http/counter.h"
#include "core/http/loop_state.h"

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/steady_timer.hpp>

#include <cstdint>
#include <functional>

namespace gamevents::http {

/// Accepts connections and hands them out; those that are too many, or that the system has no
/// descriptor for, are answered 503 and closed; with TLS only closed. One listening socket for all
/// loops, bound once: were it bound by each (SO_REUSEPORT), a second server could take the port and
/// half of the requests. Runs in the thread of `context`.
class Acceptor {
 public:
  /// `hand_out` is called with each accepted socket, counted in shared.open.
  Acceptor(asio::io_context& context, FileDescriptor listener, Shared& shared,
           std::function<void(FileDescriptor)> hand_out);

  /// Begins to accept. Call in the loop's thread, or before it runs.
  void Start();
  /// Closes the listening socket. Call in the loop's thread, or after it has ended.
  void Stop();

  /// Connections that were given to a loop. From any thread.
  uint64_t accepted() const { return accepted_.Get(); }
  /// Connections that were answered 503 and closed. From any thread.
  uint64_t refused() const { return refused_.Get(); }

 private:
  void Wait();
  void OnReadable();
  bool AcceptOne();
  bool AcceptWithoutDescriptor();
  void Refuse(FileDescriptor socket);

  asio::posix::stream_descriptor listener_;
  asio::steady_timer retry_;
  Shared& shared_;
  const std::function<void(FileDescriptor)> hand_out_;
  // Given up to accept, and refuse, a client when there is no other descriptor left: unaccepted
  // ones would hang until their own timeouts.
  FileDescriptor spare_;
  Counter accepted_;
  Counter refused_;
};

}  // namespace gamevents::http

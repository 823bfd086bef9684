#pragma once

#include "core/tls/handles.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::tls {

/// What became of reading or writing once.
struct Transfer {
  enum class State : uint8_t {
    kMoved,         ///< `bytes` were read or written, at least one
    kWaitReadable,  ///< nothing can be done before the socket can be read from
    kWaitWritable,  ///< … or written to: reading may need that, too
    kEnded,         ///< the other side sends no more
    kFailed,        ///< the connection is of no use any more
  };
  State state = State::kFailed;
  size_t bytes = 0;
};

/// The bytes of one connected socket that somebody else owns, as they are or, after Secure, through
/// TLS. Never waits: who uses it waits for the socket as Transfer says, and then calls again. For a
/// plain socket each call is one system call. Not thread-safe.
class Channel {
 public:
  Channel() = default;
  /// `socket` must stay open until the last call.
  explicit Channel(int socket) : socket_(socket) {}

  /// From now on through TLS, of which this is the server. The handshake is done by Read as its
  /// messages come. False when there is no memory.
  bool Secure(const ContextHandle& context);
  /// Whether Secure was called.
  bool secure() const { return session_ != nullptr; }
  /// Whether Secure was called and the handshake is not over.
  bool in_handshake() const;

  /// Reads what is there, up to the size of `into`.
  Transfer Read(std::span<char> into);
  /// Whether Read has more to say without the socket, an end included: do not wait for that, then.
  bool has_more() const;

  /// Writes some of `bytes`; with `more_follows`, more is written at once. After kWaitWritable the
  /// next call must begin with the same bytes, and have as many or more.
  Transfer Write(std::string_view bytes, bool more_follows = false);

  /// Tells the other side that this was all, and closes this direction.
  void End();

  /// Why the last call failed: "no shared cipher". Empty for a plain socket.
  const std::string& failure() const { return failure_; }
  /// Whether it failed because the client speaks HTTP without TLS.
  bool plain_http() const { return plain_http_; }

 private:
  Transfer Failed(int result);

  int socket_ = -1;
  bool starved_ = false;  // the last Read found less than a record
  bool broken_ = false;   // nothing may be sent through the session any more
  bool plain_http_ = false;
  SessionHandle session_;
  std::string failure_;
};

}  // namespace gamevents::tls

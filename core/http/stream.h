#pragma once

#include "core/base/result.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace gamevents::http {

/// One piece of a streamed answer; many streams may send the same one.
using StreamPiece = std::shared_ptr<const std::string>;

/// What both ends of a stream share: the one piece that waits.
class StreamState;

/// The connection's end of a stream: it travels in a Response to the loop that sends the pieces.
/// When the last owner lets go of it, the stream has nobody to send to (Stream::closed).
/// Thread-safe.
class StreamOutlet {
 public:
  explicit StreamOutlet(std::shared_ptr<StreamState> state) : state_(std::move(state)) {}
  ~StreamOutlet();
  StreamOutlet(const StreamOutlet&) = delete;
  StreamOutlet& operator=(const StreamOutlet&) = delete;

  /// From now on `wake` is called when there is something to take, from the thread that gave it;
  /// not any more once the outlet is gone. Must not block, nor take from the outlet.
  void OnReady(std::function<void()> wake);

  struct Taken {
    StreamPiece piece;   ///< null: none waits
    bool ended = false;  ///< nothing comes after it
  };
  /// Takes the piece that waits: from now on another may be given.
  Taken Take();

 private:
  const std::shared_ptr<StreamState> state_;
};

/// The giving end of a stream: an answer whose body is sent piece by piece, for as long as its
/// maker wants (RFC 9112 section 7.1; to a client of HTTP/1.0 up to the connection's end). Send
/// never waits and keeps at most one piece that has not been begun: who is faster than the client
/// is told so, and decides what to leave out. A client that takes nothing for the front end's
/// write_timeout is cut off; a stream in which nothing is sent is not. Thread-safe.
class Stream {
 public:
  /// A stream, and what belongs into the Response that begins it.
  static std::pair<std::unique_ptr<Stream>, std::shared_ptr<StreamOutlet>> Make();
  /// Ends it.
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Gives the next piece. Errors: kFull (the one before has not been begun; nothing was taken),
  /// kClosed (ended, or nobody is there: the client has gone, asked with HEAD, or the server
  /// stops), kBadInput (empty, or longer than kStreamPieceBytesMax).
  Status Send(StreamPiece piece);

  /// Nothing more comes: when what was given is sent, so is the answer's end.
  void End();

  /// Whether nobody is there any more, or it was ended.
  bool closed() const;

 private:
  explicit Stream(std::shared_ptr<StreamState> state) : state_(std::move(state)) {}

  const std::shared_ptr<StreamState> state_;
};

}  // namespace gamevents::http

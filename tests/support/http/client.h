#pragma once

#include "core/base/file.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gamevents::http {

/// A client that sends whatever bytes a test wants, to a server on the loopback address.
class Client {
 public:
  explicit Client(uint16_t port, const std::string& host = "127.0.0.1");

  void Send(std::string_view bytes);
  /// Closes with a reset: what was sent may be lost, and nothing is read.
  void Reset();
  /// Says that no more will be sent; answers can still be read.
  void FinishSending();

  /// One whole answer, head and body, by its Content-Length; what there was when the server
  /// closed, or nothing came for ten seconds. `has_body` is false for the answer to HEAD.
  std::string ReadAnswer(bool has_body = true);
  /// What comes up to and including `end`; what there was when the server closed, or nothing came
  /// for ten seconds.
  std::string ReadUntil(std::string_view end);
  /// `count` bytes, kept for ReadAnswer; how many came before the end.
  size_t ReadSome(size_t count);
  /// Ends a Send that waits in another thread.
  void Abort();
  /// Whether the server has closed: nothing more comes, and that within ten seconds.
  bool Closed();

 private:
  bool Receive();

  FileDescriptor socket_;
  std::string unread_;
};

/// The status of an answer; 0 when it has none.
int StatusOf(std::string_view answer);
/// What follows an answer's head.
std::string BodyOf(std::string_view answer);
/// A GET of `target` that keeps the connection.
std::string Get(const std::string& target);

}  // namespace gamevents::http

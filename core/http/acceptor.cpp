#include "core/http/acceptor.h"

#include "core/http/limits.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

namespace gamevents::http {
namespace {

FileDescriptor OpenSpare() { return FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

// What is left in the queue of connections that came in and went away again is not our error.
bool IsClientsError(int error) {
  return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM;
}

}  // namespace

Acceptor::Acceptor(asio::io_context& context, FileDescriptor listener, Shared& shared,
                   std::function<void(FileDescriptor)> hand_out)
    : listener_(context, listener.Release()),
      retry_(context),
      shared_(shared),
      hand_out_(std::move(hand_out)),
      spare_(OpenSpare()) {}

void Acceptor::Start() { Wait(); }

void Acceptor::Stop() {
  asio::error_code ignored;
  listener_.close(ignored);
  retry_.cancel();
}

void Acceptor::Wait() {
  listener_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [this](const asio::error_code& error) {
                         if (!error) OnReadable();
                       });
}

void Acceptor::OnReadable() {
  for (int i = 0; i < kAcceptsAtOnce; ++i) {
    if (AcceptOne()) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (IsClientsError(errno)) continue;
    // Out of memory, most likely: without a pause this would spin until there is some.
    retry_.expires_after(kAcceptRetry);
    return retry_.async_wait([this](const asio::error_code& error) {
      if (!error) Wait();
    });
  }
  Wait();
}

// False, with errno, when there is none to accept.
bool Acceptor::AcceptOne() {
  FileDescriptor socket(
      ::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) return (errno == EMFILE || errno == ENFILE) && AcceptWithoutDescriptor();
  if (shared_.open.load(std::memory_order_relaxed) >= shared_.options.connections_max) {
    Refuse(std::move(socket));
    return true;
  }
  accepted_.Add(1);
  shared_.open.fetch_add(1, std::memory_order_relaxed);
  hand_out_(std::move(socket));
  return true;
}

bool Acceptor::AcceptWithoutDescriptor() {
  spare_.Close();
  FileDescriptor socket(
      ::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  const int error = errno;
  const bool accepted = static_cast<bool>(socket);
  if (accepted) Refuse(std::move(socket));
  spare_ = OpenSpare();
  errno = error;
  return accepted;
}

void Acceptor::Refuse(FileDescriptor socket) {
  static const std::string kBody = "too many clients are connected; try again in a while\n";
  static const std::string kAnswer =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
      "Content-Length: " +
      std::to_string(kBody.size()) + "\r\nRetry-After: " + std::to_string(kRetryAfterSeconds) +
      "\r\nConnection: close\r\n\r\n" + kBody;
  refused_.Add(1);
  if (shared_.options.tls) return;  // The answer would need a handshake.
  ::send(socket.get(), kAnswer.data(), kAnswer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  ::shutdown(socket.get(), SHUT_WR);
  // What the client has sent already would make the kernel take the answer back.
  std::array<char, 4096> unread;
  while (::recv(socket.get(), unread.data(), unread.size(), MSG_DONTWAIT) > 0) continue;
}

}  // namespace gamevents::http

#include "core/tls/channel.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>

namespace gamevents::tls {
namespace {

// What another call left in this thread's queue of errors would count as the next one's. The queue
// is nearly always empty, and looking costs much less than clearing it.
void ForgetErrors() {
  if (::ERR_peek_error() != 0) ::ERR_clear_error();
}

bool WouldWait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int SocketOf(BIO* bio) { return static_cast<int>(reinterpret_cast<intptr_t>(::BIO_get_data(bio))); }

// OpenSSL's own BIO for sockets calls write(2), which answers a client that has gone with SIGPIPE.
int WriteSocket(BIO* bio, const char* bytes, int count) {
  ::BIO_clear_retry_flags(bio);
  const ssize_t sent =
      ::send(SocketOf(bio), bytes, static_cast<size_t>(count), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent < 0 && WouldWait()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int ReadSocket(BIO* bio, char* bytes, int count) {
  ::BIO_clear_retry_flags(bio);
  const ssize_t got = ::recv(SocketOf(bio), bytes, static_cast<size_t>(count), MSG_DONTWAIT);
  if (got < 0 && WouldWait()) BIO_set_retry_read(bio);
  if (got == 0) ::BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(got);
}

long ControlSocket(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return ::BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

BIO_METHOD* SocketMethod() {
  static BIO_METHOD* const kMethod = [] {
    BIO_METHOD* method =
        ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "gamevents socket");
    if (method == nullptr) return method;
    ::BIO_meth_set_write(method, WriteSocket);
    ::BIO_meth_set_read(method, ReadSocket);
    ::BIO_meth_set_ctrl(method, ControlSocket);
    return method;
  }();
  return kMethod;
}

Transfer OfSocket(ssize_t count, Transfer::State wait) {
  if (count > 0) return {Transfer::State::kMoved, static_cast<size_t>(count)};
  if (count == 0) return {Transfer::State::kEnded};
  return {WouldWait() ? wait : Transfer::State::kFailed};
}

}  // namespace

void SessionDeleter::operator()(ssl_st* session) const { ::SSL_free(session); }

bool Channel::Secure(const ContextHandle& context) {
  BIO_METHOD* const method = SocketMethod();
  SessionHandle session(::SSL_new(context.get()));
  BIO* const bio = session && method != nullptr ? ::BIO_new(method) : nullptr;
  if (bio == nullptr) return false;
  ::BIO_set_data(bio, reinterpret_cast<void*>(static_cast<intptr_t>(socket_)));
  ::BIO_set_init(bio, 1);
  ::SSL_set_bio(session.get(), bio, bio);  // which owns it from now on
  ::SSL_set_accept_state(session.get());
  session_ = std::move(session);
  return true;
}

bool Channel::in_handshake() const {
  return session_ != nullptr && ::SSL_is_init_finished(session_.get()) == 0;
}

Transfer Channel::Read(std::span<char> into) {
  using enum Transfer::State;
  if (!session_) {
    return OfSocket(::recv(socket_, into.data(), into.size(), MSG_DONTWAIT), kWaitReadable);
  }
  if (broken_) return {kFailed};
  starved_ = false;
  size_t read = 0;
  while (read < into.size()) {
    ForgetErrors();
    const int room = static_cast<int>(std::min<size_t>(into.size() - read, INT_MAX));
    const int count = ::SSL_read(session_.get(), into.data() + read, room);
    if (count <= 0) {
      const Transfer ended = Failed(count);
      starved_ = ended.state == kWaitReadable;
      // What was read goes first; what else there is to say, the next call says again.
      return read > 0 ? Transfer{kMoved, read} : ended;
    }
    read += static_cast<size_t>(count);
    if (::SSL_has_pending(session_.get()) == 0) break;
  }
  return {kMoved, read};
}

bool Channel::has_more() const {
  if (!session_ || starved_) return false;
  return broken_ || ::SSL_has_pending(session_.get()) != 0 ||
         (::SSL_get_shutdown(session_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

Transfer Channel::Write(std::string_view bytes, bool more_follows) {
  using enum Transfer::State;
  if (!session_) {
    const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0);
    return OfSocket(::send(socket_, bytes.data(), bytes.size(), flags), kWaitWritable);
  }
  if (broken_) return {kFailed};
  ForgetErrors();
  const int size = static_cast<int>(std::min<size_t>(bytes.size(), INT_MAX));
  const int count = ::SSL_write(session_.get(), bytes.data(), size);
  if (count > 0) return {kMoved, static_cast<size_t>(count)};
  const Transfer failed = Failed(count);
  // Without renegotiation nothing is written before the handshake, which alone has to read.
  return failed.state == kWaitReadable ? Transfer{kFailed} : failed;
}

// Why OpenSSL gave nothing.
Transfer Channel::Failed(int result) {
  using enum Transfer::State;
  switch (::SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {kWaitReadable};
    case SSL_ERROR_WANT_WRITE:
      return {kWaitWritable};
    case SSL_ERROR_ZERO_RETURN:
      if (!in_handshake()) return {kEnded};
      break;
    default:
      break;
  }
  broken_ = true;
  const unsigned long code = ::ERR_peek_error();
  const char* reason = ::ERR_reason_error_string(code);
  failure_ = reason == nullptr ? "the client went away" : reason;
  plain_http_ = ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST;
  ::ERR_clear_error();
  return {kFailed};
}

void Channel::End() {
  if (session_ && !broken_ && !in_handshake()) {
    ForgetErrors();
    (void)::SSL_shutdown(session_.get());
    ForgetErrors();
  }
  ::shutdown(socket_, SHUT_WR);
}

}  // namespace gamevents::tls

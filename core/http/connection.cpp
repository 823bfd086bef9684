#include "core/http/connection.h"

#include "core/http/limits.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace gamevents::http {

using std::chrono::steady_clock;

Connection::Connection(int fd, const FrontEndOptions& options, const std::atomic<Phase>& phase,
                       std::function<bool()> crowded)
    : fd_(fd), options_(options), phase_(phase), crowded_(std::move(crowded)) {
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

bool Connection::WaitFor(short events, Time deadline, const std::function<bool()>& give_up) {
  while (true) {
    const bool last = give_up() || steady_clock::now() >= deadline;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    const auto slice = std::clamp(left, std::chrono::milliseconds(0), kStopCheckInterval);
    pollfd wait{fd_, events, 0};
    const int ready = ::poll(&wait, 1, last ? 0 : static_cast<int>(slice.count()));
    if (ready > 0) return true;
    if (last || (ready < 0 && errno != EINTR)) return false;
  }
}

bool Connection::Receive() {
  std::array<char, 16 * 1024> bytes;
  const ssize_t count = ::recv(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  unread_.append(bytes.data(), static_cast<size_t>(count));
  return count > 0;
}

bool Connection::AwaitRequest() {
  const Time deadline = steady_clock::now() + options_.idle_timeout;
  const auto give_up = [this] { return phase_ != Phase::kServing || crowded_(); };
  while (unread_.empty()) {
    if (!WaitFor(POLLIN, deadline, give_up) || !Receive()) return false;
  }
  return true;
}

bool Connection::ReadRequest(RequestParser& parser) {
  const Time deadline = steady_clock::now() + options_.request_timeout;
  const auto give_up = [this] { return phase_ == Phase::kAborting; };
  bool told_to_continue = false;
  while (true) {
    unread_.erase(0, parser.Feed(unread_));
    if (parser.state() != RequestParser::State::kNeedsMore) return true;
    if (parser.awaits_continue() && !std::exchange(told_to_continue, true) &&
        !Write("HTTP/1.1 100 Continue\r\n\r\n")) {
      return false;
    }
    if (!WaitFor(POLLIN, deadline, give_up)) return !give_up();
    if (!Receive()) return false;
  }
}

bool Connection::Write(std::string_view bytes) {
  const Time deadline = steady_clock::now() + options_.write_timeout;
  const auto give_up = [this] { return phase_ == Phase::kAborting; };
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      return false;
    } else if (!WaitFor(POLLOUT, deadline, give_up)) {
      return false;
    }
  }
  return true;
}

void Connection::Linger() {
  ::shutdown(fd_, SHUT_WR);
  const Time deadline = steady_clock::now() + kLingerMax;
  const auto give_up = [this] { return phase_ == Phase::kAborting; };
  while (WaitFor(POLLIN, deadline, give_up) && Receive()) unread_.clear();
}

}  // namespace gamevents::http

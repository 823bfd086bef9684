#include "tests/support/http/client.h"

#include "tests/unit/catch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstdlib>

namespace gamevents::http {

Client::Client(uint16_t port, const std::string& host) {
  sockaddr_in ipv4 = {};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(port);
  sockaddr_in6 ipv6 = {};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(port);
  const bool is_ipv4 = ::inet_pton(AF_INET, host.c_str(), &ipv4.sin_addr) == 1;
  REQUIRE((is_ipv4 || ::inet_pton(AF_INET6, host.c_str(), &ipv6.sin6_addr) == 1));
  socket_ = FileDescriptor(::socket(is_ipv4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval ten_seconds{10, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &ten_seconds, sizeof(ten_seconds));
  const int connected =
      is_ipv4 ? ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&ipv4), sizeof(ipv4))
              : ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&ipv6), sizeof(ipv6));
  REQUIRE(connected == 0);
}

void Client::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has closed; what it answered can still be read
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

void Client::FinishSending() { ::shutdown(socket_.get(), SHUT_WR); }

void Client::Reset() {
  const linger now{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  socket_.Close();
}

bool Client::Receive() {
  char bytes[4096];
  const ssize_t count = ::recv(socket_.get(), bytes, sizeof(bytes), 0);
  if (count > 0) unread_.append(bytes, static_cast<size_t>(count));
  return count > 0;
}

std::string Client::ReadAnswer(bool has_body) {
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  size_t end = std::string::npos;
  while (true) {
    const size_t head = unread_.find("\r\n\r\n");
    if (head != std::string::npos) {
      const size_t length = unread_.find(kLength);
      const size_t body =
          length < head ? std::strtoul(&unread_[length + kLength.size()], nullptr, 10) : 0;
      end = head + 4 + (has_body ? body : 0);
      if (unread_.size() >= end) break;
    }
    if (!Receive()) break;
  }
  const std::string answer = unread_.substr(0, end);
  unread_.erase(0, answer.size());
  return answer;
}

std::string Client::ReadUntil(std::string_view end) {
  size_t found = unread_.find(end);
  while (found == std::string::npos && Receive()) found = unread_.find(end);
  const std::string read =
      unread_.substr(0, found == std::string::npos ? found : found + end.size());
  unread_.erase(0, read.size());
  return read;
}

size_t Client::ReadSome(size_t count) {
  const size_t before = unread_.size();
  unread_.resize(before + count);
  const ssize_t got = ::recv(socket_.get(), &unread_[before], count, MSG_WAITALL);
  unread_.resize(before + static_cast<size_t>(got < 0 ? 0 : got));
  return unread_.size() - before;
}

void Client::Abort() { ::shutdown(socket_.get(), SHUT_RDWR); }

bool Client::Closed() {
  char byte = 0;
  return unread_.empty() && ::recv(socket_.get(), &byte, 1, 0) == 0;
}

int StatusOf(std::string_view answer) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  if (!answer.starts_with(kVersion)) return 0;
  return std::atoi(std::string(answer.substr(kVersion.size(), 3)).c_str());
}

std::string BodyOf(std::string_view answer) {
  const size_t head = answer.find("\r\n\r\n");
  return head == std::string_view::npos ? "" : std::string(answer.substr(head + 4));
}

std::string Get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace gamevents::http

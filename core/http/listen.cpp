#include "core/http/listen.h"

#include "core/base/text.h"
#include "core/http/limits.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>
#include <memory>
#include <system_error>

namespace gamevents::http {
namespace {

// 127.0.0.0/8, RFC 1122 section 3.2.1.3.
constexpr uint8_t kIpv4LoopbackNet = 127;

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Error BindError(const std::string& what, int error_number) {
  Error error = SystemError(what, error_number);
  if (error_number == EADDRINUSE) {
    return Error{Fault::kExists, what + ": the port is in use; stop what uses it, or take another"};
  }
  if (error_number == EADDRNOTAVAIL) error.fault = Fault::kBadInput;
  return error;
}

Result<sockaddr_storage> LocalAddress(int listener) {
  sockaddr_storage address = {};
  socklen_t length = sizeof(address);
  if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    return SystemError("getsockname", errno);
  }
  return address;
}

Result<FileDescriptor> Bind(const std::string& what, const std::string& host, uint16_t port) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (failure != 0) return Error{Fault::kBadInput, what + ": " + ::gai_strerror(failure)};
  const Addresses addresses(found, &::freeaddrinfo);

  FileDescriptor listener(::socket(addresses->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                   addresses->ai_protocol));
  if (!listener) return SystemError(what, errno);
  const int on = 1;
  const int off = 0;
  // Without it a restart would find the port "in use" by connections that have just ended.
  ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (addresses->ai_family == AF_INET6) {
    ::setsockopt(listener.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  }
  if (::bind(listener.get(), addresses->ai_addr, addresses->ai_addrlen) != 0) {
    return BindError(what, errno);
  }
  return listener;
}

}  // namespace

Result<FileDescriptor> Listen(const std::string& host, uint16_t port) {
  const std::string what = "listen on " + FormatHostPort(host, port);
  auto listener = Bind(what, host, port);
  if (listener && ::listen(listener->get(), kListenBacklog) != 0) return BindError(what, errno);
  return listener;
}

Status CheckListen(const std::string& host, uint16_t port) {
  const auto bound = Bind("listen on " + FormatHostPort(host, port), host, port);
  if (!bound) return Error(bound.error());
  return Done{};
}

Result<FileDescriptor> AdoptListener(int fd) {
  const std::string what = "take over the listening socket " + std::to_string(fd);
  FileDescriptor listener(fd);
  int listening = 0;
  int family = 0;
  int type = 0;
  socklen_t size = sizeof(int);
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
      ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) != 0 ||
      ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
    Error error = SystemError(what, errno);
    error.fault = Fault::kBadInput;
    return error;
  }
  if (listening == 0 || type != SOCK_STREAM || (family != AF_INET && family != AF_INET6)) {
    return Error{Fault::kBadInput, what + ": it is no TCP socket that listens"};
  }
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return SystemError(what, errno);
  }
  return listener;
}

Result<uint16_t> LocalPort(int listener) {
  const auto address = LocalAddress(listener);
  if (!address) return Error(address.error());
  return ntohs(address->ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6*>(&*address)->sin6_port
                   : reinterpret_cast<const sockaddr_in*>(&*address)->sin_port);
}

Result<bool> ListensOnLoopback(int listener) {
  const auto address = LocalAddress(listener);
  if (!address) return Error(address.error());
  if (address->ss_family == AF_INET6) {
    const in6_addr& ipv6 = reinterpret_cast<const sockaddr_in6*>(&*address)->sin6_addr;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&ipv6);
    return mapped ? ipv6.s6_addr[12] == kIpv4LoopbackNet : IN6_IS_ADDR_LOOPBACK(&ipv6) != 0;
  }
  const in_addr& ipv4 = reinterpret_cast<const sockaddr_in*>(&*address)->sin_addr;
  return ntohl(ipv4.s_addr) >> 24 == kIpv4LoopbackNet;
}

int64_t RoomForConnections() {
  rlimit limit = {};
  constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > rlim_t{kNoLimit}) return kNoLimit;
  int64_t left = static_cast<int64_t>(limit.rlim_cur);
  std::error_code error;  // without /proc, the reserve has to do for what is open, too
  std::filesystem::directory_iterator opened("/proc/self/fd", error);
  for (; !error && opened != std::filesystem::directory_iterator(); opened.increment(error)) --left;
  return std::max<int64_t>(left - std::min(left / 2, kDescriptorsReserved), 1);
}

std::string PeerAddress(int connection) {
  sockaddr_storage address = {};
  socklen_t length = sizeof(address);
  if (::getpeername(connection, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  char text[INET6_ADDRSTRLEN] = {};
  const void* number = &reinterpret_cast<const sockaddr_in*>(&address)->sin_addr;
  int family = AF_INET;
  if (address.ss_family == AF_INET6) {
    const in6_addr& ipv6 = reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr;
    const bool mapped = IN6_IS_ADDR_V4MAPPED(&ipv6);
    number = mapped ? static_cast<const void*>(&ipv6.s6_addr[12]) : &ipv6;
    family = mapped ? AF_INET : AF_INET6;
  }
  return ::inet_ntop(family, number, text, sizeof(text)) == nullptr ? std::string() : text;
}

}  // namespace gamevents::http

#include "core/embedded/find_or_start.h"

#include "core/base/file.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace gamevents::embedded {
namespace {

using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

constexpr milliseconds kRetryEvery{20};
constexpr milliseconds kConnectMax{1'000};

// Whether someone takes a connection there within `wait`.
bool ConnectsTo(const addrinfo& address, milliseconds wait) {
  const FileDescriptor socket(
      ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return false;
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return true;
  if (errno != EINPROGRESS) return false;
  pollfd writable{socket.get(), POLLOUT, 0};
  if (::poll(&writable, 1, static_cast<int>(wait.count())) != 1) return false;
  int error = 0;
  socklen_t size = sizeof(error);
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

// The endpoint that the lock's holder wrote; another one's is stale.
std::optional<Endpoint> EndpointOfHolder(const std::string& directory) {
  const auto endpoint = ReadEndpoint(directory);
  if (!endpoint) return std::nullopt;
  const auto holder = LastHolder(directory);
  if (holder && *holder != endpoint->pid) return std::nullopt;
  return *endpoint;
}

std::string NameHolder(const std::string& directory) {
  const auto holder = LastHolder(directory);
  return holder ? "process " + std::to_string(*holder) : "another process";
}

Error NotReached(const std::string& directory, milliseconds timeout) {
  const auto endpoint = EndpointOfHolder(directory);
  return Error{Fault::kUnavailable, directory + ": is in use by " + NameHolder(directory) +
                                        ", which " +
                                        (endpoint ? "does not answer on " + endpoint->Address()
                                                  : std::string("has not said where it listens")) +
                                        " within " + std::to_string(timeout.count()) +
                                        " ms: wait for it, end it, or name another directory"};
}

}  // namespace

bool Connects(const Endpoint& endpoint, milliseconds wait) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(endpoint.port);
  if (::getaddrinfo(endpoint.host.c_str(), port.c_str(), &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (ConnectsTo(*each, wait)) return true;
  }
  return false;
}

Result<FoundBroker> FindOrStart(const EmbeddedOptions& options, milliseconds timeout) {
  const std::string& directory = options.log.directory;
  const auto deadline = Steady::now() + timeout;
  while (true) {
    auto lock = DirectoryLock::TryTake(directory);
    if (!lock) return std::move(lock).error();
    if (*lock) {
      auto own = EmbeddedBroker::Start(options, std::move(**lock));
      if (!own) return std::move(own).error();
      const Endpoint endpoint = (*own)->endpoint();
      return FoundBroker{endpoint, std::move(*own)};
    }
    const auto endpoint = EndpointOfHolder(directory);
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Steady::now());
    const milliseconds wait = std::clamp(left, milliseconds(1), kConnectMax);
    if (endpoint && Connects(*endpoint, wait)) return FoundBroker{*endpoint, nullptr};
    if (Steady::now() >= deadline) return NotReached(directory, timeout);
    std::this_thread::sleep_for(kRetryEvery);
  }
}

Result<std::unique_ptr<EmbeddedBroker>> StartOnly(const EmbeddedOptions& options) {
  const std::string& directory = options.log.directory;
  auto lock = DirectoryLock::TryTake(directory);
  if (!lock) return std::move(lock).error();
  if (*lock) return EmbeddedBroker::Start(options, std::move(**lock));
  const auto endpoint = EndpointOfHolder(directory);
  return Error{Fault::kExists,
               directory + ": is in use by " + NameHolder(directory) +
                   (endpoint ? ", whose broker listens on " + endpoint->Address() : "") +
                   ": use that one, end it, or name another directory"};
}

}  // namespace gamevents::embedded

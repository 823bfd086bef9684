#include "tests/simulation/wire.h"

#include "core/base/bytes.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace gamevents::simulation {
namespace {

constexpr size_t kPrefixBytes = 4;

}  // namespace

std::pair<FileDescriptor, FileDescriptor> Wire::MakePair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void Wire::Send(std::span<const std::byte> bytes) {
  const ssize_t sent = ::send(end_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent < 0 && errno == EPIPE) return;  // The broker is gone, and CutOff says so.
  if (sent != static_cast<ssize_t>(bytes.size())) {
    throw std::system_error(errno, std::generic_category(), "send to the broker");
  }
}

void Wire::Receive() {
  std::array<std::byte, 4096> bytes;
  for (;;) {
    const ssize_t got = ::recv(end_.get(), bytes.data(), bytes.size(), 0);
    if (got <= 0) {
      cut_off_ = got == 0 || errno != EAGAIN;
      return;
    }
    received_.insert(received_.end(), bytes.begin(), bytes.begin() + got);
  }
}

bool Wire::HasFrame() {
  Receive();
  return received_.size() >= kPrefixBytes &&
         received_.size() - kPrefixBytes >= LoadBigEndian32(received_.data());
}

std::vector<std::byte> Wire::TakeFrame() {
  const auto end =
      received_.begin() + static_cast<ptrdiff_t>(kPrefixBytes + LoadBigEndian32(received_.data()));
  std::vector<std::byte> frame(received_.begin(), end);
  received_.erase(received_.begin(), end);
  return frame;
}

bool Wire::CutOff() {
  Receive();
  return cut_off_;
}

}  // namespace gamevents::simulation

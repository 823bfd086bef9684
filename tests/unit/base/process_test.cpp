// Goal: who has a port is known where the system tells. Method: a socket of this process.
#include "core/base/process.h"

#include "core/base/file.h"
#include "tests/support/await.h"
#include "tests/unit/catch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace gamevents {

TEST_CASE("the process that listens on a port is found, and what it was started as") {
  FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(socket);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const uint16_t port = ntohs(address.sin_port);
  // Bound is not listening.
  CHECK(ListenerOn(port) == std::nullopt);
  REQUIRE(::listen(socket.get(), 1) == 0);
  CHECK(ListenerOn(port) == ::getpid());
  CHECK(CommandLineOf(::getpid()).starts_with("unit_base"));
  CHECK(CommandLineOf(-1).empty());
}

TEST_CASE("what a process was started as is known by its program and an argument") {
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", "kill -STOP $$", "serve", nullptr);
    ::_exit(1);
  }
  CHECK(Await([&] { return RunsWith(child, "sh", "serve"); }));
  CHECK_FALSE(RunsWith(child, "sh", "erve"));
  CHECK_FALSE(RunsWith(child, "s", "serve"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(RunsWith(child, "sh", "serve"));
}

}  // namespace gamevents

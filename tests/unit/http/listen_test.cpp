// Goal: addresses are bound once, and the other end's address is shown as people write it.
// Method: real sockets on the loopback addresses, IPv6 included where the machine has it.
#include "core/http/listen.h"

#include "core/http/limits.h"
#include "tests/support/http/client.h"
#include "tests/unit/catch.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>

namespace gamevents::http {
namespace {

// What the server sees as the address of a client that connects to `host`.
std::string PeerSeen(int listener, const std::string& host) {
  const Client client(LocalPort(listener).value(), host);
  const FileDescriptor accepted(::accept(listener, nullptr, nullptr));
  REQUIRE(accepted);
  return PeerAddress(accepted.get());
}

}  // namespace

TEST_CASE("port 0 is an ephemeral port, and a port is bound once") {
  const auto listener = Listen("localhost", 0);
  REQUIRE(listener.ok());
  const uint16_t port = LocalPort(listener->get()).value();
  CHECK(port > 0);
  CHECK(Listen("localhost", port).error().fault == Fault::kExists);
}

TEST_CASE("whether a port is free is found out without taking it") {
  const auto listener = Listen("localhost", 0);
  REQUIRE(listener.ok());
  const uint16_t port = LocalPort(listener->get()).value();
  CHECK(CheckListen("localhost", port).error().fault == Fault::kExists);
  CHECK(CheckListen("203.0.113.1", 0).error().fault == Fault::kBadInput);
}

TEST_CASE("a free port can be listened on while others look at it") {
  uint16_t port = 0;
  {
    const auto listener = Listen("localhost", 0);
    REQUIRE(listener.ok());
    port = LocalPort(listener->get()).value();
  }
  for (int i = 0; i < 10; ++i) {
    CHECK(CheckListen("localhost", port).ok());
    const auto listener = Listen("localhost", port);
    CHECK(listener.ok());
  }
}

TEST_CASE("who can connect is known by the address that was bound") {
  struct Case {
    const char* host;
    bool loopback;
  };
  for (const Case& each : {Case{"127.0.0.1", true},
                           {"127.1.2.3", true},
                           {"localhost", true},
                           {"0.0.0.0", false},
                           {"::1", true},
                           {"::ffff:127.0.0.1", true},
                           {"::", false}}) {
    INFO(each.host);
    const auto listener = Listen(each.host, 0);
    if (!listener && std::string(each.host).find(':') != std::string::npos) {
      WARN("no IPv6 on this machine: " + listener.error().context);
      continue;
    }
    REQUIRE(listener.ok());
    CHECK(ListensOnLoopback(listener->get()).value() == each.loopback);
  }
  CHECK(ListensOnLoopback(-1).error().fault == Fault::kIo);
}

TEST_CASE("a socket that listens already is taken over, and nothing else is") {
  auto made = Listen("127.0.0.1", 0);
  REQUIRE(made.ok());
  const uint16_t port = LocalPort(made->get()).value();
  const int fd = made->Release();
  REQUIRE(::fcntl(fd, F_SETFL, 0) == 0);
  REQUIRE(::fcntl(fd, F_SETFD, 0) == 0);
  const auto adopted = AdoptListener(fd);
  REQUIRE(adopted.ok());
  CHECK(LocalPort(adopted->get()).value() == port);
  CHECK((::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);

  CHECK(AdoptListener(::socket(AF_INET, SOCK_STREAM, 0)).error().fault == Fault::kBadInput);
  CHECK(AdoptListener(::socket(AF_INET, SOCK_DGRAM, 0)).error().fault == Fault::kBadInput);
  CHECK(AdoptListener(::open("/dev/null", O_RDONLY)).error().fault == Fault::kBadInput);
  CHECK(AdoptListener(-1).error().fault == Fault::kBadInput);
}

TEST_CASE("connections leave descriptors to the rest of the process") {
  rlimit before = {};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const auto room_at = [&before](rlim_t descriptors) {
    const rlimit low = {std::min(descriptors, before.rlim_max), before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
    const int64_t room = RoomForConnections();
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
    return room;
  };
  const int64_t room = room_at(4'096);
  CHECK(room < 4'096 - kDescriptorsReserved);
  CHECK(room > 4'096 - kDescriptorsReserved - 200);
  const auto another = Listen("127.0.0.1", 0);
  CHECK(room_at(4'096) == room - 1);  // what is open counts
  CHECK(room_at(200) < 100);
  CHECK(room_at(200) > 0);
  CHECK(room_at(1) == 1);
}

TEST_CASE("an IPv4 client is shown as IPv4, whatever it connected to") {
  const auto ipv4 = Listen("127.0.0.1", 0);
  REQUIRE(ipv4.ok());
  CHECK(PeerSeen(ipv4->get(), "127.0.0.1") == "127.0.0.1");
  const auto both = Listen("::", 0);
  if (!both) {
    WARN("no IPv6 on this machine: " + both.error().context);
    return;
  }
  CHECK(PeerSeen(both->get(), "127.0.0.1") == "127.0.0.1");
  CHECK(PeerSeen(both->get(), "::1") == "::1");
}

}  // namespace gamevents::http

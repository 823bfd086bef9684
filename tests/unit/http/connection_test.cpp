// Goal: a socket is read and written within its deadlines, and nobody waits for nobody. Method: a
// pair of connected sockets, of which the test holds the client's end.
#include "core/http/connection.h"

#include "core/base/file.h"
#include "tests/unit/catch.h"

#include <sys/socket.h>

#include <atomic>
#include <string>
#include <thread>

namespace gamevents::http {
namespace {

using std::chrono::milliseconds;

struct Fixture {
  Fixture() {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    client = FileDescriptor(ends[0]);
    server = FileDescriptor(ends[1]);
    options.idle_timeout = options.request_timeout = options.write_timeout = milliseconds(10'000);
  }

  Connection Open() {
    return Connection(server.get(), options, phase, [this] { return crowded.load(); });
  }

  FileDescriptor client;
  FileDescriptor server;
  FrontEndOptions options;
  std::atomic<Phase> phase{Phase::kServing};
  std::atomic<bool> crowded{false};
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

}  // namespace

TEST_CASE("what was sent together is read one request after another") {
  Fixture fixture;
  Connection connection = fixture.Open();
  REQUIRE(WriteAll(fixture.client.get(), std::string(kGet) + std::string(kGet)).ok());
  for (int i = 0; i < 2; ++i) {
    REQUIRE(connection.AwaitRequest());
    RequestParser parser(0);
    REQUIRE(connection.ReadRequest(parser));
    CHECK(parser.state() == RequestParser::State::kComplete);
  }
  fixture.client.Close();
  CHECK_FALSE(connection.AwaitRequest());
}

TEST_CASE("an idle connection is given up for others, for the end, and after a while") {
  Fixture fixture;
  Connection connection = fixture.Open();
  fixture.crowded = true;
  CHECK_FALSE(connection.AwaitRequest());
  fixture.crowded = false;
  fixture.phase = Phase::kDraining;
  CHECK_FALSE(connection.AwaitRequest());
  // What is there already is still served.
  REQUIRE(WriteAll(fixture.client.get(), kGet).ok());
  CHECK(connection.AwaitRequest());

  Fixture silent;
  silent.options.idle_timeout = milliseconds(1);
  CHECK_FALSE(silent.Open().AwaitRequest());
}

TEST_CASE("a request in parts is waited for until its time is up") {
  Fixture fixture;
  fixture.options.request_timeout = milliseconds(20);
  Connection connection = fixture.Open();
  REQUIRE(WriteAll(fixture.client.get(), "GET /").ok());
  REQUIRE(connection.AwaitRequest());
  RequestParser parser(0);
  CHECK(connection.ReadRequest(parser));
  CHECK(parser.state() == RequestParser::State::kNeedsMore);
}

TEST_CASE("a request whose client goes, or whose server ends, is nobody's") {
  for (const bool client_goes : {true, false}) {
    Fixture fixture;
    Connection connection = fixture.Open();
    REQUIRE(WriteAll(fixture.client.get(), "GET /").ok());
    REQUIRE(connection.AwaitRequest());
    if (client_goes) fixture.client.Close();
    if (!client_goes) fixture.phase = Phase::kAborting;
    RequestParser parser(0);
    CHECK_FALSE(connection.ReadRequest(parser));
  }
}

TEST_CASE("a client that does not read is cut off, one that reads slowly is not") {
  Fixture fixture;
  const std::string much(4 << 20, 'x');
  fixture.options.write_timeout = milliseconds(20);
  CHECK_FALSE(fixture.Open().Write(much));

  Fixture slow;
  std::string read;
  std::thread reader([&] {
    std::string bytes(64 << 10, '\0');
    while (read.size() < much.size()) {
      const ssize_t count = ::recv(slow.client.get(), bytes.data(), bytes.size(), 0);
      if (count <= 0) break;
      read.append(bytes, 0, static_cast<size_t>(count));
    }
  });
  const bool written = slow.Open().Write(much);
  reader.join();
  CHECK(written);
  CHECK(read == much);

  Fixture gone;
  gone.client.Close();
  CHECK_FALSE(gone.Open().Write("x"));
}

TEST_CASE("a refused client may finish before it is cut off") {
  Fixture fixture;
  Connection connection = fixture.Open();
  bool told = false;
  std::thread client([&] {
    char byte = 0;
    told = ::recv(fixture.client.get(), &byte, 1, 0) == 0;
    fixture.client.Close();
  });
  connection.Linger();
  client.join();
  CHECK(told);
}

}  // namespace gamevents::http

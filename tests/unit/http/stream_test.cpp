// Goal: a streamed answer reaches its client piece by piece, holds up nobody and no end, and never
// takes more memory than two pieces. Method: both ends of a stream by hand; then raw requests over
// real sockets to a front end, with the streams in the test's hands.
#include "core/http/stream.h"

#include "core/http/front_end.h"
#include "core/http/limits.h"
#include "tests/support/await.h"
#include "tests/support/http/client.h"
#include "tests/support/http/server.h"
#include "tests/unit/catch.h"

#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::http {
namespace {

using std::chrono::milliseconds;

StreamPiece Piece(std::string text) { return std::make_shared<const std::string>(std::move(text)); }

Fault FaultOf(const Status& status) {
  REQUIRE_FALSE(status.ok());
  return status.error().fault;
}

// Answers /stream with a stream that the test feeds, and all else with its path.
class Streams {
 public:
  explicit Streams(const FrontEndOptions& options = OnAnyPort()) {
    server_ = Start(options,
                    [this](const Request& request, const Reply& reply) { Answer(request, reply); });
  }
  // The stream that was asked for as the `i`th.
  Stream& At(size_t i) {
    REQUIRE(Await([&] { return Count() > i; }));
    const std::lock_guard lock(mutex_);
    return *streams_[i];
  }
  size_t Count() {
    const std::lock_guard lock(mutex_);
    return streams_.size();
  }
  FrontEnd& server() { return *server_; }
  FrontEndStats stats() const { return server_->stats(); }
  void StopServer() { server_.reset(); }

 private:
  void Answer(const Request& request, const Reply& reply) {
    Response response;
    response.body = request.path;
    if (request.path == "/stream") {
      auto [stream, outlet] = Stream::Make();
      response.stream = std::move(outlet);
      const std::lock_guard lock(mutex_);
      streams_.push_back(std::move(stream));
    }
    reply(std::move(response));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Stream>> streams_;
  std::unique_ptr<FrontEnd> server_;
};

}  // namespace

TEST_CASE("a stream keeps one piece that was not begun, and says when it does not take another") {
  auto [stream, outlet] = Stream::Make();
  int woken = 0;
  outlet->OnReady([&] { ++woken; });
  CHECK(stream->Send(Piece("a")).ok());
  CHECK(FaultOf(stream->Send(Piece("b"))) == Fault::kFull);
  CHECK(woken == 1);
  CHECK(*outlet->Take().piece == "a");
  CHECK(outlet->Take().piece == nullptr);
  CHECK(stream->Send(Piece("c")).ok());
  stream->End();
  stream->End();
  CHECK(woken == 3);
  CHECK(FaultOf(stream->Send(Piece("d"))) == Fault::kClosed);
  const auto last = outlet->Take();
  CHECK((*last.piece == "c" && last.ended));
}

TEST_CASE("a piece that is none, or too long, is refused") {
  const auto ends = Stream::Make();
  CHECK(FaultOf(ends.first->Send(nullptr)) == Fault::kBadInput);
  CHECK(FaultOf(ends.first->Send(Piece(""))) == Fault::kBadInput);
  const std::string longest(kStreamPieceBytesMax, 'x');
  CHECK(FaultOf(ends.first->Send(Piece(longest + "x"))) == Fault::kBadInput);
  CHECK(ends.first->Send(Piece(longest)).ok());
}

TEST_CASE("each end learns that the other has gone, and what was given before is woken for") {
  auto [stream, outlet] = Stream::Make();
  CHECK(stream->Send(Piece("early")).ok());
  int woken = 0;
  outlet->OnReady([&] { ++woken; });
  CHECK(woken == 1);
  CHECK_FALSE(stream->closed());
  outlet.reset();
  CHECK(stream->closed());
  CHECK(FaultOf(stream->Send(Piece("late"))) == Fault::kClosed);
  CHECK(woken == 1);

  auto [second, its_outlet] = Stream::Make();
  second.reset();
  CHECK(its_outlet->Take().ended);
}

TEST_CASE("pieces arrive as chunks while others are served, and the next request after the end") {
  Streams streams;
  Client client(streams.server().port());
  client.Send(Get("/stream") + Get("/next"));
  const std::string head = client.ReadUntil("\r\n\r\n");
  CHECK(StatusOf(head) == 200);
  CHECK(head.find("\r\nTransfer-Encoding: chunked\r\n") != std::string::npos);
  CHECK(head.find("Content-Length") == std::string::npos);
  CHECK(streams.At(0).Send(Piece("one")).ok());
  CHECK(client.ReadUntil("one\r\n") == "3\r\none\r\n");
  Client other(streams.server().port());
  other.Send(Get("/other"));
  CHECK(BodyOf(other.ReadAnswer()) == "/other");
  CHECK(streams.stats().streams_open == 1);
  CHECK(streams.stats().replies_pending == 0);
  CHECK(streams.At(0).Send(Piece("two")).ok());
  streams.At(0).End();
  CHECK(client.ReadUntil("0\r\n\r\n") == "3\r\ntwo\r\n0\r\n\r\n");
  CHECK(BodyOf(client.ReadAnswer()) == "/next");
  CHECK(streams.stats().streams_open == 0);
  CHECK(streams.stats().streams == 1);
}

TEST_CASE("to HTTP/1.0 a stream is what comes up to the end of the connection") {
  Streams streams;
  Client client(streams.server().port());
  client.Send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /n HTTP/1.0\r\n\r\n");
  const std::string head = client.ReadUntil("\r\n\r\n");
  CHECK(head.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(head.find("chunked") == std::string::npos);
  CHECK(streams.At(0).Send(Piece("one")).ok());
  CHECK(client.ReadUntil("one") == "one");
  streams.At(0).End();
  CHECK(client.Closed());
}

TEST_CASE("HEAD has the head alone, and the stream's maker is told that nobody is there") {
  Streams streams;
  Client client(streams.server().port());
  client.Send("HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n" + Get("/next"));
  CHECK(client.ReadUntil("\r\n\r\n").find("chunked") != std::string::npos);
  CHECK(BodyOf(client.ReadAnswer()) == "/next");
  CHECK(Await([&] { return streams.At(0).closed(); }));
  CHECK(streams.stats().streams == 0);
}

TEST_CASE("a stream notices its client's going, however it goes and whatever was agreed") {
  Streams streams;
  const std::string last = "GET /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  for (const std::string& request : {Get("/stream"), last}) {
    for (const bool reset : {false, true}) {
      Client client(streams.server().port());
      client.Send(request);
      CHECK(StatusOf(client.ReadUntil("\r\n\r\n")) == 200);
      Stream& stream = streams.At(streams.Count() - 1);
      CHECK_FALSE(stream.closed());
      if (reset) {
        client.Reset();
      } else {
        client.FinishSending();
        CHECK(client.ReadUntil("0\r\n\r\n") == "0\r\n\r\n");
        CHECK(client.Closed());
      }
      CHECK(Await([&] { return stream.closed(); }));
    }
  }
  CHECK(streams.Count() == 4);
  CHECK(Await([&] { return streams.stats().connections_open == 0; }));
}

TEST_CASE("a stream in which nothing is sent is not cut, one whose client takes nothing is") {
  FrontEndOptions options = OnAnyPort();
  options.idle_timeout = options.header_timeout = options.write_timeout = milliseconds(300);
  Streams streams(options);
  Client quiet(streams.server().port());
  quiet.Send(Get("/stream"));
  Client deaf(streams.server().port());
  Stream& kept = streams.At(0);
  deaf.Send(Get("/stream"));
  Stream& unread = streams.At(1);
  // More than the kernel takes: some of it stays here, and one piece more waits.
  size_t sent = 0;
  while (unread.Send(Piece(std::string(1 << 20, 'x'))).ok() || !unread.closed()) {
    if (++sent > 100'000) break;
    std::this_thread::sleep_for(milliseconds(1));
  }
  CHECK(unread.closed());
  CHECK(streams.stats().connections_timed_out == 1);
  CHECK_FALSE(kept.closed());
  CHECK(kept.Send(Piece("still here")).ok());
  CHECK(quiet.ReadUntil("still here").ends_with("still here"));
}

TEST_CASE("a slow reader gets whole pieces in their order, however few of them are taken") {
  Streams streams;
  Client client(streams.server().port());
  client.Send(Get("/stream"));
  CHECK(StatusOf(client.ReadUntil("\r\n\r\n")) == 200);
  Stream& stream = streams.At(0);
  int taken = 0;
  int refused = 0;
  for (int i = 0; refused < 3 && i < 1'000; ++i) {
    const std::string number = std::to_string(1'000'000 + i);
    const Status sent = stream.Send(Piece(number + std::string(1 << 20, 'x')));
    taken += sent.ok();
    refused += !sent.ok();
    if (!sent.ok()) std::this_thread::sleep_for(milliseconds(10));
  }
  CHECK(refused == 3);
  stream.End();
  const std::string body = client.ReadUntil("\r\n0\r\n\r\n");
  int found = 0;
  int last = 0;
  for (size_t at = body.find("\n1"); at != std::string::npos; at = body.find("\n1", at + 1)) {
    const int number = std::stoi(body.substr(at + 1, 7)) - 1'000'000;
    if (number < 0) continue;  // a chunk's size
    CHECK((found == 0 || number > last));
    last = number;
    ++found;
  }
  CHECK(found == taken);
}

TEST_CASE("a piece that waits for an unread one is sent once that is read, without another") {
  Streams streams;
  Client client(streams.server().port());
  client.Send(Get("/stream"));
  CHECK(StatusOf(client.ReadUntil("\r\n\r\n")) == 200);
  Stream& stream = streams.At(0);
  // Some of this stays with the server, so the next piece is not begun.
  CHECK(stream.Send(Piece(std::string(kStreamPieceBytesMax, 'x'))).ok());
  CHECK(Await([&, given = false]() mutable {
    given = given || stream.Send(Piece("the last")).ok();
    return given;
  }));
  CHECK(FaultOf(stream.Send(Piece("too much"))) == Fault::kFull);
  std::this_thread::sleep_for(milliseconds(50));
  CHECK(client.ReadSome(kStreamPieceBytesMax) == kStreamPieceBytesMax);
  CHECK(client.ReadUntil("the last").ends_with("\r\n8\r\nthe last"));
}

TEST_CASE("many streams are fed at once, each with the same piece") {
  Streams streams;
  constexpr size_t kClients = 200;
  std::vector<std::unique_ptr<Client>> clients;
  for (size_t i = 0; i < kClients; ++i) {
    clients.push_back(std::make_unique<Client>(streams.server().port()));
    clients.back()->Send(Get("/stream"));
  }
  const StreamPiece piece = Piece("for all");
  for (size_t i = 0; i < kClients; ++i) CHECK(streams.At(i).Send(piece).ok());
  for (const auto& client : clients) CHECK(client->ReadUntil("for all").ends_with("for all"));
  CHECK(streams.stats().streams_open == kClients);
  clients.clear();
  CHECK(Await([&] { return streams.stats().streams_open == 0; }));
}

TEST_CASE("a drain ends streams at once, and waits for no slow reader of one") {
  Streams streams;
  Client reading(streams.server().port());
  reading.Send(Get("/stream"));
  CHECK(StatusOf(reading.ReadUntil("\r\n\r\n")) == 200);
  Client deaf(streams.server().port());
  deaf.Send(Get("/stream"));
  Stream& unread = streams.At(1);
  for (int full = 0; full < 3;) {
    if (!unread.Send(Piece(std::string(1 << 20, 'x'))).ok()) ++full;
    std::this_thread::sleep_for(milliseconds(5));
  }
  const auto begin = std::chrono::steady_clock::now();
  CHECK(streams.server().Drain(milliseconds(10'000)).ok());
  CHECK(std::chrono::steady_clock::now() - begin < milliseconds(5'000));
  CHECK(reading.ReadUntil("0\r\n\r\n") == "0\r\n\r\n");
  CHECK(reading.Closed());
  CHECK(streams.At(0).closed());
  CHECK(unread.closed());
}

TEST_CASE("a stream may be fed when the whole front end has gone") {
  Streams streams;
  Client client(streams.server().port());
  client.Send(Get("/stream"));
  Stream& stream = streams.At(0);
  CHECK(StatusOf(client.ReadUntil("\r\n\r\n")) == 200);
  streams.StopServer();
  CHECK(client.Closed());
  CHECK(stream.closed());
  CHECK(FaultOf(stream.Send(Piece("late"))) == Fault::kClosed);
}

}  // namespace gamevents::http

// Goal: a client that is slow, silent, greedy, half gone or gone harms nobody and is let go in its
// time. Method: raw requests over real sockets to a front end with short limits, and a handler
// whose answers the test holds back.
#include "core/http/connection.h"

#include "core/http/front_end.h"
#include "core/http/limits.h"
#include "tests/support/await.h"
#include "tests/support/http/client.h"
#include "tests/support/http/server.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::http {
namespace {

using std::chrono::milliseconds;

// Keeps the replies of a handler until the test gives them.
class Held {
 public:
  Handler handler() {
    return [this](const Request& request, Reply reply) {
      const std::lock_guard lock(mutex_);
      paths_.push_back(request.path);
      replies_.push_back(std::move(reply));
    };
  }
  size_t count() {
    const std::lock_guard lock(mutex_);
    return replies_.size();
  }
  void AwaitCount(size_t wanted) {
    REQUIRE(Await([&] { return count() >= wanted; }));
  }
  // Answers the request `i` with its path.
  void Give(size_t i) {
    const std::lock_guard lock(mutex_);
    Response response;
    response.body = paths_[i];
    replies_[i](std::move(response));
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> paths_;
  std::vector<Reply> replies_;
};

}  // namespace

TEST_CASE("answers come in the order of the requests, whichever is given first") {
  Held held;
  const auto server = Start(OnAnyPort(), held.handler());
  Client client(server->port());
  client.Send(Get("/0") + Get("/1") + Get("/2"));
  held.AwaitCount(3);
  held.Give(2);
  held.Give(1);
  held.Give(0);
  for (const char* path : {"/0", "/1", "/2"}) CHECK(BodyOf(client.ReadAnswer()) == path);
}

TEST_CASE("a pipeline is held back at its limit, and loses nothing") {
  Held held;
  const auto server = Start(OnAnyPort(), held.handler());
  Client client(server->port());
  const size_t count = 3 * kPendingRepliesMax;
  std::string requests;
  for (size_t i = 0; i < count; ++i) requests += Get("/" + std::to_string(i));
  client.Send(requests);
  held.AwaitCount(kPendingRepliesMax);
  std::this_thread::sleep_for(milliseconds(50));
  CHECK(held.count() == kPendingRepliesMax);
  for (size_t i = 0; i < count; ++i) {
    held.AwaitCount(i + 1);
    held.Give(i);
    REQUIRE(BodyOf(client.ReadAnswer()) == "/" + std::to_string(i));
  }
}

TEST_CASE("a client that has stopped sending still gets its answers, then the end") {
  Held held;
  const auto server = Start(OnAnyPort(), held.handler());
  Client client(server->port());
  client.Send(Get("/0") + Get("/1") + "GET /cut");
  client.FinishSending();
  held.AwaitCount(2);
  held.Give(0);
  CHECK(BodyOf(client.ReadAnswer()) == "/0");
  held.Give(1);
  const std::string last = client.ReadAnswer();
  CHECK(BodyOf(last) == "/1");
  CHECK(last.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(client.Closed());
  CHECK(held.count() == 2);
}

TEST_CASE("a client is told to continue before it sends a body, or refused before") {
  Held held;
  const auto server = Start(OnAnyPort(), held.handler());
  Client client(server->port());
  const std::string head =
      "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: ";
  // Told only when it is its turn: the answer before it comes first.
  client.Send(Get("/0") + head + "2\r\n\r\n");
  held.AwaitCount(1);
  held.Give(0);
  CHECK(BodyOf(client.ReadAnswer()) == "/0");
  CHECK(client.ReadAnswer() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("ab");
  held.AwaitCount(2);
  held.Give(1);
  CHECK(StatusOf(client.ReadAnswer()) == 200);
  // Who does not wait is not told.
  client.Send(head + "2\r\n\r\nab");
  held.AwaitCount(3);
  held.Give(2);
  CHECK(StatusOf(client.ReadAnswer()) == 200);
  client.Send(head + "2000000\r\n\r\n");
  CHECK(StatusOf(client.ReadAnswer()) == 413);
  CHECK(client.Closed());
}

TEST_CASE("HTTP/1.0 closes unless asked to keep, and is told so") {
  const auto server = Start(OnAnyPort());
  Client client(server->port());
  client.Send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(client.ReadAnswer().find("\r\nConnection: keep-alive\r\n") != std::string::npos);
  client.Send("GET /b HTTP/1.0\r\n\r\n" + Get("/never"));
  CHECK(client.ReadAnswer().find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(client.Closed());
  CHECK(server->stats().requests == 2);
}

TEST_CASE("a client that is too slow is told so, one that is silent is let go") {
  FrontEndOptions options = OnAnyPort();
  options.header_timeout = milliseconds(150);
  options.body_timeout = milliseconds(200);
  options.idle_timeout = milliseconds(100);
  const auto server = Start(options);
  Client slow_headers(server->port());
  slow_headers.Send("GET / HTT");
  Client slow_body(server->port());
  slow_body.Send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\na");
  Client silent(server->port());
  silent.Send(Get("/"));
  CHECK(StatusOf(silent.ReadAnswer()) == 200);
  CHECK(silent.Closed());
  CHECK(StatusOf(slow_headers.ReadAnswer()) == 408);
  CHECK(slow_headers.Closed());
  CHECK(StatusOf(slow_body.ReadAnswer()) == 408);
  CHECK(slow_body.Closed());
  CHECK(server->stats().connections_timed_out == 1);
}

TEST_CASE("bytes that come one by one do not give a request more time") {
  FrontEndOptions options = OnAnyPort();
  options.header_timeout = milliseconds(100);
  const auto server = Start(options);
  Client client(server->port());
  const auto begin = std::chrono::steady_clock::now();
  const std::string request = "GET / HTTP/1.1\r\nA: " + std::string(200, 'a');
  for (const char c : request) {
    client.Send(std::string(1, c));
    std::this_thread::sleep_for(milliseconds(5));
    if (std::chrono::steady_clock::now() - begin > milliseconds(300)) break;
  }
  CHECK(StatusOf(client.ReadAnswer()) == 408);
}

TEST_CASE("a client that does not read is cut off, one that reads slowly is not") {
  FrontEndOptions options = OnAnyPort();
  options.write_timeout = milliseconds(1000);
  const std::string much(16 << 20, 'x');
  const auto server = Start(options, [&](const Request&, const Reply& reply) {
    Response response;
    response.body = much;
    reply(std::move(response));
  });
  Client deaf(server->port());
  deaf.Send(Get("/"));
  REQUIRE(Await([&] { return server->stats().connections_timed_out > 0; }));
  CHECK(server->stats().connections_timed_out == 1);

  Client slow(server->port());
  slow.Send(Get("/"));
  for (int i = 0; i < 4; ++i) {
    // Together longer than the timeout, each with room for a slow machine.
    std::this_thread::sleep_for(milliseconds(300));
    REQUIRE(slow.ReadSome(4 << 20) == 4u << 20);
  }
  CHECK(BodyOf(slow.ReadAnswer()) == much);
}

TEST_CASE("who sends and never reads holds a bounded part of the memory") {
  Held held;
  const auto server = Start(OnAnyPort(), [](const Request&, const Reply& reply) {
    Response response;
    response.body = std::string(64 << 10, 'x');
    reply(std::move(response));
  });
  Client client(server->port());
  std::thread sender([&] {
    std::string requests;
    for (int i = 0; i < 1000; ++i) requests += Get("/");
    for (int i = 0; i < 100; ++i) client.Send(requests);
  });
  std::this_thread::sleep_for(milliseconds(300));
  const uint64_t requests = server->stats().requests;
  std::this_thread::sleep_for(milliseconds(200));
  CHECK(server->stats().requests == requests);
  CHECK(requests < 1'000);
  client.Abort();
  sender.join();
}

namespace {

// A request with the first `sent` bytes of its body, of `length`.
std::string Part(size_t sent, size_t length = 1'000'000) {
  return "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(length) +
         "\r\n\r\n" + std::string(sent, 'b');
}

void AwaitReceived(const FrontEnd& server, uint64_t bytes) {
  REQUIRE(Await([&] { return server.stats().bytes_received >= bytes; }));
}

}  // namespace

TEST_CASE("when all hold too much, the one that holds most pays, whoever asked for more") {
  FrontEndOptions options = OnAnyPort();
  options.threads = 2;  // the largest is on either
  options.request_memory_max = 1 << 20;
  const auto server = Start(options);
  Client small(server->port());
  small.Send(Part(200'000, 300'000));
  AwaitReceived(*server, 200'000);
  Client large(server->port());
  large.Send(Part(900'000));
  const std::string answer = large.ReadAnswer();
  CHECK(StatusOf(answer) == 503);
  CHECK(answer.find("\r\nRetry-After: 1\r\n") != std::string::npos);
  CHECK(large.Closed());
  CHECK(server->stats().connections_shed == 1);
  // The others are served, in one piece and in several.
  Client whole(server->port());
  whole.Send(Get("/"));
  CHECK(StatusOf(whole.ReadAnswer()) == 200);
  small.Send(std::string(100'000, 'b'));
  CHECK(BodyOf(small.ReadAnswer()).starts_with("POST /  300000 "));
  CHECK(Await([&] { return server->stats().memory_bytes == 0; }));
}

TEST_CASE("many small requests for large answers hold no more than a few of them") {
  // As /openapi.json asked for 128 times in one segment, by clients that read nothing.
  constexpr size_t kAnswerBytes = 100'000;
  constexpr size_t kClients = 30;
  FrontEndOptions options = OnAnyPort();
  options.request_memory_max = 32 << 20;
  const auto server = Start(options, [](const Request&, const Reply& reply) {
    Response response;
    response.body = std::string(kAnswerBytes, 'x');
    reply(std::move(response));
  });
  std::string requests;
  for (size_t i = 0; i < kPendingRepliesMax; ++i) requests += Get("/");
  std::vector<std::unique_ptr<Client>> deaf;
  for (size_t i = 0; i < kClients; ++i) {
    deaf.push_back(std::make_unique<Client>(server->port()));
    deaf.back()->Send(requests);
  }
  AwaitReceived(*server, kClients * requests.size());
  uint64_t most = 0;
  for (int i = 0; i < 200; ++i) {
    most = std::max(most, server->stats().memory_bytes);
    std::this_thread::sleep_for(milliseconds(1));
  }
  CHECK(most > 0);
  CHECK(most < kClients * (2 * kConnectionBytesMax + 2 * kAnswerBytes));
  CHECK(server->stats().connections_shed == 0);
  // An honest request in two pieces is served meanwhile.
  Client honest(server->port());
  honest.Send(Part(500'000));
  AwaitReceived(*server, kClients * requests.size() + 500'000);
  honest.Send(std::string(500'000, 'b'));
  CHECK(StatusOf(honest.ReadAnswer()) == 200);
  // Who reads after all gets every answer, in pieces that fit.
  for (size_t i = 0; i < kPendingRepliesMax; ++i) {
    REQUIRE(BodyOf(deaf.front()->ReadAnswer()).size() == kAnswerBytes);
  }
}

namespace {

// A handler that keeps its requests, bodies and all, until the test has them answered.
class Kept {
 public:
  Handler handler() {
    return [this](Request request, Reply reply) {
      const std::lock_guard lock(mutex_);
      kept_.emplace_back(std::move(request), std::move(reply));
    };
  }
  size_t count() {
    const std::lock_guard lock(mutex_);
    return kept_.size();
  }
  void AwaitCount(size_t wanted) {
    REQUIRE(Await([&] { return count() >= wanted; }));
    REQUIRE(count() == wanted);
  }
  void AnswerAll() {
    const std::lock_guard lock(mutex_);
    for (auto& [request, reply] : kept_) {
      request = {};
      reply({});
    }
    kept_.clear();
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<Request, Reply>> kept_;
};

}  // namespace

TEST_CASE("of a client's large bodies one is kept at a time") {
  Kept kept;
  const auto server = Start(OnAnyPort(), kept.handler());
  Client client(server->port());
  std::thread sender([&] {
    for (int i = 0; i < 4; ++i) client.Send(Part(1'000'000));
  });
  for (int i = 0; i < 4; ++i) {
    kept.AwaitCount(1);
    std::this_thread::sleep_for(milliseconds(50));
    CHECK(kept.count() == 1);
    kept.AnswerAll();
  }
  sender.join();
  for (int i = 0; i < 4; ++i) CHECK(StatusOf(client.ReadAnswer()) == 200);
}

TEST_CASE("bodies that handlers keep leave no room for more, and are given back with the request") {
  Kept kept;
  FrontEndOptions options = OnAnyPort();
  options.request_memory_max = 7 << 19;
  const auto server = Start(options, kept.handler());
  Client first(server->port());
  first.Send(Part(1'000'000));
  kept.AwaitCount(1);
  Client second(server->port());
  second.Send(Part(1'000'000));
  const std::string refused = second.ReadAnswer();
  CHECK(StatusOf(refused) == 503);
  CHECK(BodyOf(refused) == "the bodies of too many requests are being worked on; try again\n");
  // The connection goes on, and what has no body needs no room.
  second.Send(Get("/"));
  kept.AwaitCount(2);
  kept.AnswerAll();
  CHECK(StatusOf(second.ReadAnswer()) == 200);
  second.Send(Part(1'000'000));
  kept.AwaitCount(1);
  kept.AnswerAll();
  CHECK(StatusOf(second.ReadAnswer()) == 200);
  CHECK(server->stats().memory_bytes == 0);
}

TEST_CASE("a refused client may finish before it is cut off, and has its answer") {
  const auto server = Start(OnAnyPort());
  for (int i = 0; i < 20; ++i) {
    Client client(server->port());
    client.Send("nonsense\r\n" + std::string(300'000, 'x'));
    CHECK(StatusOf(client.ReadAnswer()) == 400);
    CHECK(client.Closed());
  }
}

TEST_CASE("a request cut off or reset at every byte leaves nothing behind") {
  Held held;
  const auto server = Start(OnAnyPort(), held.handler());
  const std::string request =
      "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
  size_t turns = 0;
  for (size_t cut = 0; cut <= request.size(); ++cut) {
    for (const bool reset : {false, true}) {
      Client client(server->port());
      client.Send(request.substr(0, cut));
      if (reset) client.Reset();
      ++turns;
    }
  }
  CHECK(turns == 2 * (request.size() + 1));
  // Only whole ones, which were not reset before they were read, wait for an answer.
  held.AwaitCount(1);
  const auto left = [&] {
    const FrontEndStats stats = server->stats();
    return turns - stats.connections_accepted + stats.connections_open + stats.replies_pending;
  };
  REQUIRE(Await([&] {
    for (size_t j = 0; j < held.count(); ++j) held.Give(j);
    return left() == 0;
  }));
  CHECK(server->stats().connections_open == 0);
  CHECK(server->stats().replies_pending == 0);
}

}  // namespace gamevents::http

// Goal: a request reaches the handler as it was sent and its answer comes back, or the right status
// does. Method: raw requests over real sockets to a front end on an ephemeral port.
#include "core/http/front_end.h"
#include "core/http/limits.h"
#include "tests/support/await.h"
#include "tests/support/http/client.h"
#include "tests/support/http/server.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::http {
namespace {

using std::chrono::milliseconds;

FrontEndOptions FrontEndTestOptions() {
  FrontEndOptions options = OnAnyPort(2);
  options.body_bytes_max = 10'000;
  return options;
}

// How often `status` was answered without the handler.
uint64_t RefusalsOf(const FrontEndStats& stats, int status) {
  const auto found = std::ranges::find(kRefusalStatuses, status);
  REQUIRE(found != kRefusalStatuses.end());
  return stats.refused[static_cast<size_t>(found - kRefusalStatuses.begin())];
}

}  // namespace

TEST_CASE("a request reaches the handler as it was sent") {
  const auto server = Start(FrontEndTestOptions());
  Client client(server->port());
  client.Send(
      "GET /a%2Fb%20c/%0A?x=%41&y HTTP/1.1\r\nHost: localhost\r\nUser-Agent: t%20u\r\n"
      "REMOTE_ADDR: 6.6.6.6\r\nRange: junk\r\nAccept-Encoding: gzip\r\n\r\n");
  const std::string answer = client.ReadAnswer();
  CHECK(StatusOf(answer) == 200);
  // A REMOTE_ADDR that the client sends is a header like any other, never the address.
  CHECK(BodyOf(answer) ==
        "GET /a%2Fb%20c/%0A x=%41&y 0 127.0.0.1\nHost: localhost\nUser-Agent: t%20u\n"
        "REMOTE_ADDR: 6.6.6.6\nRange: junk\nAccept-Encoding: gzip");
  CHECK(answer.find("\r\nContent-Type: text/plain; charset=utf-8\r\n") != std::string::npos);
}

TEST_CASE("a loop that hangs in a handler is named to who watches") {
  std::promise<void> entered;
  std::promise<void> go_on;
  const auto server = Start(OnAnyPort(1), [&](const Request&, const Reply& reply) {
    entered.set_value();
    go_on.get_future().wait();
    reply({});
  });
  Watch watch;
  server->AddTo(watch);
  CHECK(watch.Ask().empty());
  CHECK(Await([&] { return watch.Ask().empty(); }));
  Client client(server->port());
  client.Send(Get("/"));
  entered.get_future().wait();
  CHECK(Await([&] { return watch.Ask() == std::vector<std::string>{"HTTP event loop 1"}; }));
  go_on.set_value();
  CHECK(StatusOf(client.ReadAnswer()) == 200);
  CHECK(Await([&] { return watch.Ask().empty(); }));
}

TEST_CASE("a request for a name that is not the server's is answered before the handler sees it") {
  bool asked = false;
  FrontEndOptions options = FrontEndTestOptions();
  options.hosts = {"game.example"};
  const auto server = Start(options, [&asked](const Request&, const Reply& reply) {
    asked = true;
    reply({});
  });
  Client client(server->port());
  const auto ask = [&client](const std::string& host) {
    client.Send("POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\n\r\nx");
    return client.ReadAnswer();
  };
  const std::string answer = ask("Host: evil.example:5000\r\n");
  CHECK(StatusOf(answer) == 421);
  CHECK(answer.starts_with("HTTP/1.1 421 Misdirected Request\r\n"));
  CHECK(BodyOf(answer) ==
        "this server is not known as evil.example:5000; who runs it can list the name in "
        "serve.hosts\n");
  CHECK_FALSE(asked);
  CHECK(RefusalsOf(server->stats(), 421) == 1);
  // The connection goes on.
  CHECK(StatusOf(ask("A: b\r\nHost: game.example\r\n")) == 200);
  CHECK(asked);
  client.Send("GET / HTTP/1.0\r\n\r\n");
  CHECK(StatusOf(client.ReadAnswer()) == 200);
}

TEST_CASE("the longest request line is served and one byte more is refused") {
  const auto server = Start(FrontEndTestOptions());
  Client client(server->port());
  const size_t around = std::string_view("GET / HTTP/1.1").size();
  const std::string longest = "/" + std::string(kRequestLineBytesMax - around, 'a');
  client.Send(Get(longest));
  CHECK(BodyOf(client.ReadAnswer()).starts_with("GET " + longest + "  0 "));
  client.Send(Get(longest + "a"));
  const std::string answer = client.ReadAnswer();
  CHECK(StatusOf(answer) == 414);
  CHECK(BodyOf(answer) == "the request's first line is longer than 8192 bytes\n");
  CHECK(client.Closed());
}

TEST_CASE("bodies are taken up to their limit, compressed ones by what comes out") {
  const auto server = Start(FrontEndTestOptions());
  const auto post = [&](const std::string& headers, const std::string& body) {
    Client client(server->port());
    client.Send("POST /e HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body);
    const std::string answer = client.ReadAnswer();
    return std::to_string(StatusOf(answer)) + " " + BodyOf(answer).substr(0, 15);
  };
  CHECK(post("Content-Length: 10000\r\n", std::string(10'000, 'x')) == "200 POST /e  10000 ");
  CHECK(post("Content-Length: 10001\r\n", std::string(10'001, 'x')).starts_with("413"));
  CHECK(post("Transfer-Encoding: chunked\r\n", "2\r\nab\r\n0\r\n\r\n") == "200 POST /e  2 127.");
  // Without a length there is no body, and nothing is waited for.
  CHECK(post("", "") == "200 POST /e  0 127.");
  CHECK(post("Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 2\r\n", "ab") ==
        "200 POST /e  2 127.");
  // gzip of "sword".
  const std::string sword(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x2b\x2e\xcf\x2f\x4a\x01\x00\x0f\xc7\xe5\x9a\x05"
      "\x00\x00\x00",
      25);
  const std::string gzip = "Content-Encoding: gzip\r\nContent-Length: ";
  CHECK(post(gzip + "25\r\n", sword).starts_with("200 POST /e  5 "));
  CHECK(post(gzip + "5\r\n", "sword").starts_with("400 the body is not"));
}

TEST_CASE("one connection serves one request after another, pipelined ones too") {
  const auto server = Start(FrontEndTestOptions());
  Client client(server->port());
  client.Send(Get("/one") + "HEAD /two HTTP/1.1\r\nHost: localhost\r\n\r\n" + Get("/three"));
  CHECK(BodyOf(client.ReadAnswer()).starts_with("GET /one "));
  const std::string head = client.ReadAnswer(/*has_body=*/false);
  CHECK(StatusOf(head) == 200);
  CHECK(head.find("\r\nContent-Length: 38\r\n") != std::string::npos);
  CHECK(BodyOf(client.ReadAnswer()).starts_with("GET /three "));

  // The body of a GET is read as its body, never as the next request.
  const std::string body = Get("/smuggled");
  client.Send("GET /four HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body);
  client.Send(Get("/five"));
  CHECK(BodyOf(client.ReadAnswer()).starts_with("GET /four "));
  CHECK(BodyOf(client.ReadAnswer()).starts_with("GET /five "));
}

TEST_CASE("a proxy that is trusted says who the client is, any other is the client") {
  FrontEndOptions options = FrontEndTestOptions();
  options.trusted_proxies.push_back(Network::Parse("127.0.0.0/8").value());
  const auto trusting = Start(options);
  const auto wary = Start(FrontEndTestOptions());
  const auto seen_by = [](const FrontEnd& server, const std::string& headers) {
    Client client(server.port());
    client.Send("GET / HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
    const std::string body = BodyOf(client.ReadAnswer());
    return body.substr(0, body.find('\n'));
  };
  CHECK(seen_by(*trusting, "X-Forwarded-For: 192.0.2.9\r\n") == "GET /  0 192.0.2.9");
  CHECK(seen_by(*trusting, "X-Forwarded-For:\r\n") == "GET /  0 127.0.0.1");
  CHECK(seen_by(*trusting, "REMOTE_ADDR: 192.0.2.9\r\n") == "GET /  0 127.0.0.1");
  CHECK(seen_by(*wary, "X-Forwarded-For: 192.0.2.9\r\n") == "GET /  0 127.0.0.1");
}

TEST_CASE("idle connections do not keep others from being served") {
  FrontEndOptions options = FrontEndTestOptions();
  options.threads = 1;
  const auto server = Start(options);
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 50; ++i) {
    idle.push_back(std::make_unique<Client>(server->port()));
    idle.back()->Send(Get("/"));
    CHECK(StatusOf(idle.back()->ReadAnswer()) == 200);
  }
  CHECK(server->stats().connections_open == 50);
}

TEST_CASE("what has happened is counted") {
  const auto server = Start(FrontEndTestOptions());
  {
    Client client(server->port());
    client.Send(Get("/a") + Get("/b") + "nonsense\r\n");
    CHECK(StatusOf(client.ReadAnswer()) == 200);
    CHECK(StatusOf(client.ReadAnswer()) == 200);
    CHECK(StatusOf(client.ReadAnswer()) == 400);
    CHECK(client.Closed());
  }
  REQUIRE(Await([&] { return server->stats().connections_open == 0; }));
  const FrontEndStats stats = server->stats();
  CHECK(stats.connections_accepted == 1);
  CHECK(stats.connections_refused == 0);
  CHECK(stats.requests == 2);
  CHECK(stats.replies_pending == 0);
  CHECK(stats.bytes_received == Get("/a").size() + Get("/b").size() + 10);
  CHECK(stats.bytes_sent > 0);
  for (size_t i = 0; i < kRefusalStatuses.size(); ++i) {
    CHECK(stats.refused[i] == (kRefusalStatuses[i] == 400 ? 1 : 0));
  }
}

TEST_CASE("answers are awaited, each by its own request") {
  const auto server = Start(FrontEndTestOptions(), [](Request request, Reply reply) {
    std::thread([request = std::move(request), reply = std::move(reply)] {
      Response response;
      response.status = 503;
      response.headers = {{"Retry-After", "1"}};
      response.content_type = "application/json";
      response.body = "\"" + request.path + "\"";
      reply(std::move(response));
    }).detach();
  });
  std::atomic<int> right = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    // Made here: it asserts, which Catch2 takes from one thread only.
    const auto connected = std::make_shared<Client>(server->port());
    clients.emplace_back([&right, connected, i] {
      Client& client = *connected;
      for (int j = 0; j < 50; ++j) {
        const std::string path = "/" + std::to_string(i) + "/" + std::to_string(j);
        client.Send(Get(path));
        const std::string answer = client.ReadAnswer();
        right += BodyOf(answer) == "\"" + path + "\"" && StatusOf(answer) == 503 &&
                 answer.find("\r\nRetry-After: 1\r\n") != std::string::npos;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(right == 200);
}

TEST_CASE("a handler that drops its reply answers 500") {
  const auto server = Start(FrontEndTestOptions(), [](const Request&, const Reply&) {});
  Client client(server->port());
  client.Send(Get("/"));
  CHECK(StatusOf(client.ReadAnswer()) == 500);
}

TEST_CASE("a reply may be given when its client, and when the whole front end, has gone") {
  std::mutex mutex;
  std::vector<Reply> replies;
  auto server = Start(FrontEndTestOptions(), [&](const Request&, Reply reply) {
    const std::lock_guard lock(mutex);
    replies.push_back(std::move(reply));
  });
  const auto asked = [&] {
    const std::lock_guard lock(mutex);
    return replies.size();
  };
  {
    Client client(server->port());
    client.Send(Get("/1") + Get("/2"));
    REQUIRE(Await([&] { return asked() >= 2; }));
    CHECK(server->stats().replies_pending == 2);
    client.Reset();
  }
  REQUIRE(Await([&] { return server->stats().connections_open == 0; }));
  replies[0](Response{});
  REQUIRE(Await([&] { return server->stats().replies_dropped >= 1; }));
  CHECK(server->stats().replies_pending == 1);
  server.reset();
  replies[1](Response{});
}

TEST_CASE("a drain lets an idle client go, and one that has begun to ask finish") {
  // One loop: when it has let the idle client go, it drains.
  FrontEndOptions options = FrontEndTestOptions();
  options.threads = 1;
  const auto server = Start(options);
  Client idle(server->port());
  Client slow(server->port());
  idle.Send(Get("/"));
  CHECK(StatusOf(idle.ReadAnswer()) == 200);
  const std::string begun = "GET / HTTP/1.1\r\nHo";
  slow.Send(begun);
  REQUIRE(Await([&] { return server->stats().bytes_received >= Get("/").size() + begun.size(); }));
  auto drained =
      std::async(std::launch::async, [&] { return server->Drain(milliseconds(10'000)); });
  CHECK(idle.Closed());
  slow.Send("st: localhost\r\n\r\n");
  const std::string answer = slow.ReadAnswer();
  CHECK(StatusOf(answer) == 200);
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(drained.get().ok());
}

TEST_CASE("a drain answers what has begun, refuses what is new, and ends") {
  std::promise<Reply> asked;
  const auto server = Start(FrontEndTestOptions(), [&](const Request&, Reply reply) {
    asked.set_value(std::move(reply));
  });
  Client client(server->port());
  client.Send(Get("/"));
  const Reply reply = asked.get_future().get();
  auto drained =
      std::async(std::launch::async, [&] { return server->Drain(milliseconds(10'000)); });
  CHECK(drained.wait_for(milliseconds(50)) == std::future_status::timeout);
  reply(Response{200, "text/plain", "late", {}});
  const std::string answer = client.ReadAnswer();
  CHECK(BodyOf(answer) == "late");
  CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(client.Closed());
  client.FinishSending();
  CHECK(drained.get().ok());
  // The port is free again.
  FrontEndOptions again = FrontEndTestOptions();
  again.port = server->port();
  CHECK(FrontEnd::Start(again, Echo).ok());
}

TEST_CASE("a drain that takes too long says how many were left, and the end cuts them off") {
  std::promise<Reply> asked;
  auto server = Start(FrontEndTestOptions(),
                      [&](const Request&, Reply reply) { asked.set_value(std::move(reply)); });
  Client client(server->port());
  client.Send(Get("/"));
  const Reply reply = asked.get_future().get();
  const Status drained = server->Drain(milliseconds(20));
  REQUIRE_FALSE(drained.ok());
  CHECK(drained.error().fault == Fault::kUnavailable);
  CHECK(drained.error().context ==
        "stop the HTTP server: 1 requests were still unanswered after 20 ms");
  server.reset();
  CHECK(client.Closed());
  reply(Response{});  // nobody is there, and nothing happens
}

TEST_CASE("a port in use, and an address that is none, are errors with the address") {
  const auto server = Start(FrontEndTestOptions());
  FrontEndOptions options = FrontEndTestOptions();
  options.port = server->port();
  const auto second = FrontEnd::Start(options, Echo);
  REQUIRE_FALSE(second.ok());
  CHECK(second.error().fault == Fault::kExists);
  CHECK(second.error().context.starts_with("listen on 127.0.0.1:" + std::to_string(server->port()) +
                                           ": "));
  options.host = "192.0.2.1";
  CHECK(FrontEnd::Start(options, Echo).error().fault == Fault::kBadInput);
  options.host = "no host";
  CHECK(FrontEnd::Start(options, Echo).error().fault == Fault::kBadInput);
}

}  // namespace gamevents::http

// Goal: clients beyond the limit, and beyond the system's descriptors, are told so and nobody else
// suffers. Method: more connections than are allowed, and a process without descriptors.
#include "core/http/acceptor.h"

#include "core/http/front_end.h"
#include "tests/support/await.h"
#include "tests/support/http/client.h"
#include "tests/support/http/server.h"
#include "tests/unit/catch.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <vector>

namespace gamevents::http {
namespace {

FrontEndOptions AtMost(int64_t connections_max) {
  FrontEndOptions options = OnAnyPort(2);
  options.connections_max = connections_max;
  return options;
}

uint64_t Refused503(const FrontEnd& server) {
  for (size_t i = 0; i < kRefusalStatuses.size(); ++i) {
    if (kRefusalStatuses[i] == 503) return server.stats().refused[i];
  }
  return 0;
}

}  // namespace

TEST_CASE("one connection too many is answered 503 and closed, until another ends") {
  const auto server = Start(AtMost(2));
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<Client>(server->port()));
    clients.back()->Send(Get("/"));
    CHECK(StatusOf(clients.back()->ReadAnswer()) == 200);
  }
  for (int i = 0; i < 20; ++i) {
    Client refused(server->port());
    refused.Send(Get("/"));
    const std::string answer = refused.ReadAnswer();
    CHECK(StatusOf(answer) == 503);
    CHECK(answer.find("\r\nRetry-After: 1\r\n") != std::string::npos);
    CHECK(BodyOf(answer) == "too many clients are connected; try again in a while\n");
    CHECK(refused.Closed());
  }
  CHECK(server->stats().connections_refused == 20);
  CHECK(Refused503(*server) == 20);
  clients[0]->Send(Get("/"));
  CHECK(StatusOf(clients[0]->ReadAnswer()) == 200);
  clients.pop_back();
  REQUIRE(Await([&] { return server->stats().connections_open <= 1; }));
  Client next(server->port());
  next.Send(Get("/"));
  CHECK(StatusOf(next.ReadAnswer()) == 200);
}

TEST_CASE("without descriptors a client is told so, and served when there are some again") {
  const auto server = Start(AtMost(1'000));
  Client before(server->port());
  before.Send(Get("/"));
  CHECK(StatusOf(before.ReadAnswer()) == 200);
  rlimit limit = {};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  const rlimit low = {std::min<rlim_t>(limit.rlim_cur, 200), limit.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &low) == 0);
  {
    std::vector<FileDescriptor> all;
    do all.emplace_back(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    while (all.back());
    all.pop_back();
    all.pop_back();  // room for the client's end, and none for the server's
    Client refused(server->port());
    CHECK(StatusOf(refused.ReadAnswer()) == 503);
    CHECK(refused.Closed());
    before.Send(Get("/"));
    CHECK(StatusOf(before.ReadAnswer()) == 200);
  }
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
  Client after(server->port());
  after.Send(Get("/"));
  CHECK(StatusOf(after.ReadAnswer()) == 200);
}

}  // namespace gamevents::http

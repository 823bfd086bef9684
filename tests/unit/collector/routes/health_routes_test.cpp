// Goal: operators and tools get what they ask for, each in its own form. Method: the routes asked
// through a router, over a readiness that the test sets.
#include "core/collector/routes/health_routes.h"

#include "core/collector/request/headers.h"
#include "tests/support/await.h"
#include "tests/unit/catch.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

struct OperationsFixture {
  OperationsFixture() {
    readiness.AddCheck([this] { return room; });
    std::vector<Route> routes = HealthRoutes(readiness);
    std::ranges::move(operations.routes(), std::back_inserter(routes));
    router.emplace(std::move(routes));
  }

  http::Response Ask(const std::string& path, http::Headers headers = {}) {
    http::Response answer;
    http::Request request{"GET", path, "", std::move(headers), "", "10.0.0.1"};
    router->Answer(std::move(request), [&](http::Response given) { answer = std::move(given); });
    return answer;
  }

  Status room = Done{};
  Readiness readiness{[] { return Error{Fault::kNotFound, "no \"topic\""}; }, [](const Status&) {}};
  Metrics metrics{"1.2.3"};
  Operations operations{metrics};
  std::optional<Router> router;
};

}  // namespace

TEST_CASE("readiness has every reason, as text or as JSON") {
  OperationsFixture fixture;
  CHECK(fixture.Ask("/healthz").status == 200);
  fixture.room = Error{Fault::kFull, "the queue is full"};
  const http::Response first = fixture.Ask("/readyz");
  CHECK(first.status == 503);
  CHECK(FindHeader(first.headers, "Retry-After") == "1");
  CHECK(first.body == "not ready: Kafka has not been reached yet\nnot ready: the queue is full\n");
  fixture.readiness.StartDraining();
  REQUIRE(fixture.readiness.Start().ok());
  http::Response json;
  REQUIRE(Await([&] {
    json = fixture.Ask("/readyz", {{"Accept", "text/html, application/json;q=0.9"}});
    return json.body.find("topic") != std::string::npos;
  }));
  CHECK(json.status == 503);
  CHECK(json.content_type == "application/json");
  CHECK(json.body == R"({"ready":false,"reasons":["the server is stopping","no \"topic\"",)"
                     R"("the queue is full"]})"
                     "\n");
}

TEST_CASE("a server that is ready says so in both forms") {
  Readiness readiness([] { return Done{}; }, [](const Status&) {});
  const Router router(HealthRoutes(readiness));
  REQUIRE(readiness.Start().ok());
  const auto ask = [&](const std::string& accept) {
    http::Response answer;
    router.Answer({"GET", "/readyz", "", {{"accept", accept}}, "", ""},
                  [&](http::Response given) { answer = std::move(given); });
    return answer;
  };
  REQUIRE(Await([&] { return ask("*/*").status == 200; }));
  CHECK(ask("*/*").body == "ready\n");
  CHECK(ask("application/json").body == "{\"ready\":true,\"reasons\":[]}\n");
}

TEST_CASE("what is said beside makes nobody not ready") {
  Readiness readiness([] { return Done{}; }, [](const Status&) {});
  readiness.AddRemarks([] { return std::vector<std::string>{"3 \"a\" behind", "b stopped"}; });
  const Router router(HealthRoutes(readiness));
  const auto ask = [&](const std::string& accept) {
    http::Response answer;
    router.Answer({"GET", "/readyz", "", {{"accept", accept}}, "", ""},
                  [&](http::Response given) { answer = std::move(given); });
    return answer;
  };
  CHECK(ask("*/*").status == 503);
  CHECK(ask("*/*").body ==
        "not ready: Kafka has not been reached yet\n3 \"a\" behind\nb stopped\n");
  REQUIRE(readiness.Start().ok());
  REQUIRE(Await([&] { return ask("*/*").status == 200; }));
  CHECK(ask("*/*").body == "ready\n3 \"a\" behind\nb stopped\n");
  CHECK(ask("application/json").body ==
        "{\"ready\":true,\"reasons\":[],\"remarks\":[\"3 \\\"a\\\" behind\",\"b stopped\"]}\n");
}

TEST_CASE("metrics and the document come in their own types") {
  OperationsFixture fixture;
  const http::Response metrics = fixture.Ask("/metrics");
  CHECK(metrics.status == 200);
  CHECK(metrics.content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(metrics.body.find("gamevents_build_info{version=\"1.2.3\"} 1\n") != std::string::npos);
  REQUIRE(fixture.operations.Describe(fixture.router->routes(), {"1.2.3"}).ok());
  const http::Response document = fixture.Ask("/openapi.json");
  CHECK(document.content_type == "application/json");
  for (const Route& route : fixture.router->routes()) {
    CHECK(document.body.find("\"" + std::string(route.pattern) + "\"") != std::string::npos);
    CHECK(route.operational);
  }
}

}  // namespace gamevents::collector

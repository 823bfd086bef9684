// Goal: a request becomes the right record, and is answered when that is acknowledged and not
// before. Method: a producer that keeps what it is sent and reports what the test tells it to; once
// with a front end before it, from socket to record.
#include "core/collector/routes/collector.h"

#include "core/base/file.h"
#include "core/collector/routes/health_routes.h"
#include "core/event/document.h"
#include "core/http/front_end.h"
#include "tests/support/await.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/http/client.h"
#include "tests/support/http/header_of.h"
#include "tests/support/http/server.h"
#include "tests/unit/catch.h"
#include "tests/unit/collector/fake_producer.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

// A collector over a fake producer and a topic that is not there.
struct CollectorFixture {
  // Asks and gives what is filled with the answer when there is one.
  std::shared_ptr<std::optional<http::Response>> Ask(const std::string& method,
                                                     const std::string& path) {
    auto answer = std::make_shared<std::optional<http::Response>>();
    http::Request request{
        method, path, "", {{"host", "x"}, {"Cookie", "s"}, {"x-session", "s"}}, "", "10.1.2.3"};
    collector.handler()(std::move(request),
                        [answer](http::Response response) { *answer = std::move(response); });
    return answer;
  }

  FixedClock clock{kTestNow + 123};
  FakeProducer producer;
  Readiness readiness{[] { return Done{}; }, [](const Status&) {}};
  const EventSender store{{"events", Privacy({.redact_headers = {"X-Session"}})}, producer, clock};
  const Collector collector{store, readiness};
};

// An event's JSON without what differs from one to the next.
std::string WithoutId(const std::string& json) {
  const size_t id = json.find(",\"event_id\":\"");
  REQUIRE(id != std::string::npos);
  return json.substr(0, id) + json.substr(json.find("\",", id) + 1);
}

constexpr std::string_view kRest = ",\"received_at\":\"2026-11-23T10:00:00.123Z\",\"Host\":\"x\"}";

}  // namespace

TEST_CASE("each of the assignment's routes stores its event and answers exactly") {
  struct Case {
    std::string path;
    std::string event;
    std::optional<std::string> key;
    std::string answer;
  };
  const std::vector<Case> cases = {
      {"/", R"({"event_type":"default","remote_ip":"10.1.2.3")", std::nullopt,
       "This is the default response!\n10.1.2.3"},
      {"/purchase_a_sword/divya",
       R"({"event_type":"purchase_sword","remote ip":"10.1.2.3","purchase_user":"divya")", "divya",
       "Hello divya!! You purchased a Sword successfully!\n"},
      {"/join_a_guild/an%20na/mas%2Fadons",
       R"({"event_type":"join_a_guild","remote ip":"10.1.2.3","user_name":"an na",)"
       R"("joined_guild":"mas/adons")",
       "an na", "Hey an na!! You joined the guild mas/adons successfully!\n"},
  };
  for (const Case& expected : cases) {
    for (const char* method : {"GET", "POST"}) {
      INFO(method << " " << expected.path);
      CollectorFixture fixture;
      const auto answer = fixture.Ask(method, expected.path);
      const auto [record, on_delivery] = fixture.producer.Take();
      CHECK(record.topic == "events");
      CHECK(record.key == expected.key);
      CHECK(WithoutId(record.value.value()) == expected.event + std::string(kRest));
      CHECK(record.timestamp == fixture.clock.Now());
      CHECK_FALSE(record.partition.has_value());
      CHECK_FALSE(answer->has_value());  // not before it is acknowledged
      on_delivery(kafka::Delivery{0, 1});
      REQUIRE(answer->has_value());
      CHECK((*answer)->status == 200);
      CHECK((*answer)->body == expected.answer);
      CHECK((*answer)->content_type == "text/plain; charset=utf-8");
    }
  }
}

TEST_CASE("what is not acknowledged is never answered with 200") {
  struct Case {
    Fault fault;
    int status;
    std::string start;
  };
  const std::vector<Case> cases = {
      {Fault::kUnavailable, 503,
       "Kafka did not acknowledge the event, which may or may not be stored: why"},
      {Fault::kFull, 503, "too many events are waiting for Kafka: why"},
      {Fault::kNotFound, 503, "the event was not stored: why"},
      {Fault::kIo, 503, "the event was not stored: why"},
      {Fault::kClosed, 503, "the event was not stored: why"},
      {Fault::kBadInput, 413, "Kafka does not take this event: why"},
  };
  for (const Case& expected : cases) {
    for (const bool at_once : {true, false}) {
      INFO(FaultName(expected.fault) << (at_once ? " at once" : " later"));
      CollectorFixture fixture;
      const Error error{expected.fault, "why"};
      if (at_once) fixture.producer.refusal = error;
      const auto answer = fixture.Ask("GET", "/");
      if (!at_once) fixture.producer.Take().on_delivery(error);
      REQUIRE(answer->has_value());
      CHECK((*answer)->status == expected.status);
      CHECK((*answer)->body.starts_with(expected.start));
    }
  }
}

TEST_CASE("a delivery may be reported after the collector's end") {
  FakeProducer::Sent sent;
  std::shared_ptr<std::optional<http::Response>> answer;
  {
    CollectorFixture fixture;
    answer = fixture.Ask("GET", "/purchase_a_sword/u");
    sent = fixture.producer.Take();
  }
  sent.on_delivery(Error{Fault::kClosed, "purged"});
  CHECK((*answer)->status == 503);
}

TEST_CASE("health is the process's, readiness is the topic's, and neither stores anything") {
  CollectorFixture fixture;
  const auto healthy = fixture.Ask("GET", "/healthz");
  CHECK((*healthy)->status == 200);
  CHECK((*healthy)->body == "ok\n");
  const auto not_yet = fixture.Ask("GET", "/readyz");
  CHECK((*not_yet)->status == 503);
  CHECK((*not_yet)->body == "not ready: Kafka has not been reached yet\n");
  CHECK(HeaderOf(**not_yet, "Retry-After") == "1");
  REQUIRE(fixture.readiness.Start().ok());
  CHECK(Await([&] { return (*fixture.Ask("GET", "/readyz"))->status == 200; }));
  fixture.readiness.StartDraining();
  CHECK((*fixture.Ask("GET", "/readyz"))->body == "not ready: the server is stopping\n");
  CHECK((*fixture.Ask("POST", "/healthz"))->status == 405);
}

TEST_CASE("routes from elsewhere are answered beside the collector's own") {
  FixedClock clock{kTestNow + 123};
  FakeProducer producer;
  const Readiness readiness{[] { return Done{}; }, [](const Status&) {}};
  const EventSender store({"events", {}}, producer, clock);
  const Collector collector(store, readiness,
                            {{{"GET"}, "/more/<name>", Access::kAny, "more", [](const Call& call) {
                                call.reply(TextResponse(200, "more " + call.parts[0]));
                              }}});
  CHECK(collector.routes().back().pattern == "/more/<name>");
  std::string body;
  collector.handler()({"GET", "/more/x", "", {}, "", "10.1.2.3"},
                      [&](const http::Response& response) { body = response.body; });
  CHECK(body == "more x");
}

TEST_CASE("from socket to record: the address is the peer's, and a drain waits for Kafka") {
  CollectorFixture fixture;
  const auto server = http::Start(http::OnAnyPort(2), fixture.collector.handler());
  http::Client client(server->port());
  client.Send(
      "GET /purchase_a_sword/Zo%C3%AB HTTP/1.1\r\nhost: localhost\r\nREMOTE_ADDR: 6.6.6.6\r\n"
      "Referer: /a%20b\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
  const auto sent = fixture.producer.Take();
  CHECK(WithoutId(sent.record.value.value()) ==
        "{\"event_type\":\"purchase_sword\",\"remote ip\":\"127.0.0.1\",\"purchase_user\":"
        "\"Zo\xC3\xAB\",\"received_at\":\"2026-11-23T10:00:00.123Z\",\"Host\":\"localhost\","
        "\"Remote_Addr\":\"6.6.6.6\",\"Referer\":\"/a%20b\",\"X-Forwarded-For\":\"6.6.6.6\"}");
  auto drained = std::async(std::launch::async,
                            [&] { return server->Drain(std::chrono::milliseconds(10'000)); });
  CHECK(drained.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
  sent.on_delivery(kafka::Delivery{0, 0});
  CHECK(http::BodyOf(client.ReadAnswer()) ==
        "Hello Zo\xC3\xAB!! You purchased a Sword successfully!\n");
  CHECK(drained.get().ok());
}

TEST_CASE("every route is in the documentation, with its methods") {
  const auto page = ReadFile(GAMEVENTS_HTTP_PAGE, 1 << 20);
  REQUIRE(page.ok());
  const CollectorFixture fixture;
  const Metrics metrics("1");
  const Operations operations(metrics);
  const Collector collector(fixture.store, fixture.readiness, operations.routes());
  CHECK(collector.routes().size() == 7);
  for (const Route& route : collector.routes()) {
    std::string methods;
    for (const std::string_view method : route.methods) {
      methods.append(methods.empty() ? "" : ", ").append(method);
    }
    const std::string key = route.access == Access::kWrite  ? "write"
                            : route.access == Access::kRead ? "read"
                                                            : "any";
    const std::string row =
        "| `" + std::string(route.pattern) + "` | " + methods + " | " + key + " | ";
    INFO(row);
    CHECK(page->find("\n" + row + std::string(route.help)) != std::string::npos);
  }
}

}  // namespace gamevents::collector

// Goal: an SDK's request is stored as POST /events would, and answered in its own way; its API key
// is found and never stored. Method: requests as the SDKs write them, and a producer that keeps
// what it is sent and reports what the test tells it to.
#include "core/collector/dialects/dialect_routes.h"

#include "core/base/text.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"
#include "tests/unit/collector/fake_producer.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gamevents::collector {
namespace {

struct Talk {
  explicit Talk(std::vector<std::string> spoken) : names(std::move(spoken)) {
    duplicates->Recalled();
  }

  static IngestOptions Options() {
    IngestOptions options;
    options.topic = "events";
    options.rejected_topic = "rejected";
    return options;
  }

  std::vector<Route> Routes() {
    DialectOptions options{names, 10'000, 5, [this](std::string_view dialect, size_t count) {
                             refused += std::string(dialect) + " " + std::to_string(count);
                           }};
    auto routes = DialectRoutes(std::move(options), ingest, clock);
    REQUIRE(routes.ok());
    return std::move(routes).value();
  }

  static const Route& At(const std::vector<Route>& routes, std::string_view path) {
    const auto route = std::ranges::find(routes, path, &Route::pattern);
    REQUIRE(route != routes.end());
    return *route;
  }

  // Every record is acknowledged, or fails with `error`.
  http::Response Post(std::string_view path, std::string body, std::string query = "",
                      http::Headers headers = {}, const std::optional<Error>& error = {}) {
    auto answer = std::make_shared<std::optional<http::Response>>();
    http::Request request{"POST",          std::string(path), std::move(query), std::move(headers),
                          std::move(body), "10.1.2.3"};
    std::vector<std::string> parts;
    if (path.find('<') != path.npos) parts.emplace_back("game");
    const std::vector<Route> routes = Routes();
    At(routes, path).handler({request, std::move(parts), [answer](http::Response response) {
                                *answer = std::move(response);
                              }});
    while (!answer->has_value()) {
      FakeProducer::Sent sent = producer.Take();
      stored.push_back(sent.record);
      if (error && sent.record.topic == "events") {
        sent.on_delivery(*error);
      } else {
        sent.on_delivery(kafka::Delivery{0, 1});
      }
    }
    return std::move(**answer);
  }

  std::optional<std::string> Key(std::string_view path, std::string body, std::string query = "",
                                 http::Headers headers = {}) {
    const std::vector<Route> routes = Routes();
    return At(routes, path)
        .find_key(
            {"POST", std::string(path), std::move(query), std::move(headers), std::move(body), ""});
  }

  std::vector<std::string> names;
  FixedClock clock{kTestNow};
  FakeProducer producer;
  EventBuilder events{{}, clock};
  std::shared_ptr<Duplicates> duplicates =
      std::make_shared<Duplicates>(DuplicatesOptions{std::chrono::minutes(10), 1'000});
  Ingest ingest{Options(), producer, events, duplicates, clock};
  std::string refused;
  std::vector<kafka::OutgoingRecord> stored;
};

}  // namespace

TEST_CASE("a batch of Segment is stored, and a repeat of it is not stored again") {
  Talk talk({"segment"});
  const std::string body =
      R"({"batch":[{"type":"track","event":"a","userId":"ada","messageId":"1"},)"
      R"({"type":"page","userId":"ada","messageId":"2"}],"sentAt":"x","writeKey":"k"})";
  const http::Response first = talk.Post("/v1/batch", body, "", {{"User-Agent", "sdk"}});
  CHECK(first.status == 200);
  CHECK(first.body == R"({"success":true})");
  REQUIRE(talk.stored.size() == 2);
  CHECK(talk.stored[0].key == "ada");
  CHECK(talk.stored[0].value ==
        R"({"event_type":"a","user_name":"ada","type":"track","event_id":"1",)"
        R"("received_at":"2026-11-23T10:00:00.000Z","remote_ip":"10.1.2.3"})");
  CHECK(talk.Post("/v1/batch", body).status == 200);
  CHECK(talk.stored.size() == 2);
}

TEST_CASE("what is not stored now has the SDK send all of it again") {
  Talk talk({"posthog"});
  const std::string body = R"({"batch":[{"event":"a","uuid":"1"},{"event":"b","uuid":"2"}]})";
  CHECK(talk.Post("/batch", body, "", {}, Error{Fault::kUnavailable, "slow"}).status == 503);
  CHECK(talk.Post("/batch", body).status == 200);
  CHECK(talk.stored.size() == 4);
}

TEST_CASE("an event that is bad in itself does not keep the others from being stored") {
  Talk talk({"posthog"});
  const http::Response answer = talk.Post(
      "/batch", R"({"api_key":"k","batch":[{"event":"a"},{"api_key":"k-1","no":1},{"event":}]})");
  CHECK(answer.status == 200);
  CHECK(answer.body == R"({"status":1})");
  CHECK(talk.refused == "posthog 2");
  REQUIRE(talk.stored.size() == 3);
  CHECK(std::ranges::count(talk.stored, "rejected", &kafka::OutgoingRecord::topic) == 2);
  const auto kept = std::ranges::find(talk.stored, "rejected", &kafka::OutgoingRecord::topic);
  CHECK(kept->value->find(R"({\"api_key\":\"***\",\"no\":1})") != std::string::npos);
}

TEST_CASE("two dialects on one path are told apart by their arrays") {
  Talk talk({"posthog", "amplitude"});
  CHECK(talk.Post("/batch", R"({"events":[{"event_type":"a"}]})")
            .body.starts_with(R"({"code":200,"events_ingested":1,)"));
  CHECK(talk.Post("/batch", R"({"batch":[{"event":"a"}]})").body == R"({"status":1})");
  CHECK(talk.Post("/batch", R"({"event":"a"})").body == R"({"status":1})");
  CHECK(talk.stored.size() == 3);
}

TEST_CASE("a body whose events cannot be told apart is refused") {
  Talk talk({"segment", "mixpanel"});
  for (const char* body : {"", "1", "{", R"({"batch":[{}})", R"({"batch":[{}]} x)", "[{}"}) {
    INFO(body);
    CHECK(talk.Post("/v1/batch", body).status ==
          (std::string(body) == R"({"batch":[{}]} x)" ? 200 : 400));
  }
  CHECK(talk.Post("/track", "data=%%%%").status == 400);
  CHECK(talk.Post("/v1/batch", R"({"batch":[1,2,3,4,5,6]})").status == 413);
}

TEST_CASE("one event, an array and a form are events of Mixpanel") {
  Talk talk({"mixpanel"});
  const std::string event = R"({"event":"a","properties":{"token":"k","distinct_id":"ada"}})";
  CHECK(talk.Post("/track", event).body == "1");
  CHECK(talk.Post("/track", "[" + event + "]", "verbose=1").body == R"({"error":null,"status":1})");
  CHECK(talk.Post("/track", "data=" + Base64Encode(event) + "&verbose=1").body ==
        R"({"error":null,"status":1})");
  REQUIRE(talk.stored.size() == 3);
  for (const kafka::OutgoingRecord& record : talk.stored) {
    CHECK(record.key == "ada");
    CHECK(record.value->find("token") == std::string::npos);
  }
}

TEST_CASE("the query and the path say what is so for all events") {
  Talk talk({"unreal", "gameanalytics-aws"});
  talk.Post("/CollectData.1", R"({"Events":[{"EventName":"a"}]})",
            "SessionID=s&AppID=secret&UserID=ada%20l");
  REQUIRE(talk.stored.size() == 1);
  CHECK(talk.stored[0].key == "ada l");
  CHECK(talk.stored[0].value->find(R"("SessionID":"s")") != std::string::npos);
  CHECK(talk.stored[0].value->find("secret") == std::string::npos);
  const http::Response answer = talk.Post("/applications/<application_id>/events",
                                          R"({"events":[{"event_type":"a","event_id":"1"}]})");
  CHECK(answer.body == R"({"Total":1,"FailedRecordCount":0,"Events":[{"Result":"Ok"}]})");
  CHECK(talk.stored[1].value->find(R"("application_id":"game")") != std::string::npos);
}

TEST_CASE("feature flags are answered for, and nothing is stored") {
  Talk talk({"posthog"});
  CHECK(talk.Post("/flags", R"({"api_key":"k","distinct_id":"ada"})")
            .body.find(R"("featureFlags":{})") != std::string::npos);
  CHECK(talk.stored.empty());
}

TEST_CASE("the key is found where each dialect has it") {
  Talk talk({"segment", "posthog", "amplitude", "mixpanel", "unreal", "gameanalytics-aws"});
  const http::Headers basic = {{"Authorization", "Basic a2V5Og=="}};
  CHECK(talk.Key("/v1/batch", "{}", "", basic) == "key");
  CHECK(talk.Key("/v1/batch", R"({"batch":[],"writeKey":"key"})") == "key");
  CHECK(talk.Key("/batch", R"({"batch":[],"api_key":"key"})") == "key");
  CHECK(talk.Key("/e", R"([{"event":"e","properties":{"token":"key"}}])") == "key");
  CHECK(talk.Key("/flags", R"({"token":"key"})") == "key");
  CHECK(talk.Key("/2/httpapi", R"({"api_key":"key","events":[]})") == "key");
  CHECK(talk.Key("/track", R"([{"event":"e","properties":{"token":"key"}}])") == "key");
  CHECK(talk.Key("/track", "data=" + Base64Encode(R"({"properties":{"token":"key"}})")) == "key");
  CHECK(talk.Key("/engage", R"([{"$token":"key"}])") == "key");
  CHECK(talk.Key("/import", "[]", "", basic) == "key");
  CHECK(talk.Key("/CollectData.1", "", "AppID=key") == "key");
  CHECK(talk.Key("/applications/<application_id>/events", "", "", {{"authorization", "key"}}) ==
        "key");
  CHECK_FALSE(talk.Key("/batch", R"({"batch":[{"event":"e"}]})").has_value());
  CHECK_FALSE(talk.Key("/batch", "").has_value());
}

TEST_CASE("an unknown dialect is refused") {
  Talk talk({});
  CHECK(talk.Routes().empty());
  const auto routes = DialectRoutes({{"sigment"}, 1, 1}, talk.ingest);
  CHECK(routes.error().context == "serve.dialects: there is no dialect sigment");
}

}  // namespace gamevents::collector

// Goal: whatever is posted to an SDK's path, it is answered, what is stored is one line of valid
// JSON with an event_type, and the API key is nowhere in it. Method: the input's first byte chooses
// the path and the second how the body is said to be; the rest is the body, and the query. A
// producer checks every record and acknowledges or fails it.
#include "core/base/check.h"
#include "core/collector/dialects/dialect_routes.h"
#include "core/collector/ingest/ingest.h"
#include "core/collector/store/events.h"
#include "tests/fuzz/checking_producer.h"
#include "tests/fuzz/fuzz.h"

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

constexpr size_t kBodyBytesMax = size_t{1} << 20;
constexpr size_t kEventsMax = 50;

http::Request RequestOf(const Route& route, uint8_t choice, std::string_view body) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"application/json", "application/x-www-form-urlencoded", "text/plain", ""});
  http::Request request{"POST", std::string(route.pattern), "", {}, std::string(body), "::1"};
  const std::string_view type = kTypes[choice % kTypes.size()];
  if (!type.empty()) request.headers.emplace_back("Content-Type", type);
  if (choice & 0x40) request.headers.emplace_back("Authorization", body.substr(0, 40));
  if (choice & 0x80) {
    request.query = request.body;
    if (choice & 0x20) {
      request.method = "GET";
      request.body.clear();
    }
  }
  return request;
}

void TryDialect(uint8_t path, uint8_t choice, std::string_view body) {
  CheckingProducer producer;
  const EventBuilder events({}, Clock::System());
  const auto duplicates =
      std::make_shared<Duplicates>(DuplicatesOptions{std::chrono::minutes(1), 100});
  duplicates->Recalled();
  IngestOptions options;
  options.topic = "events";
  options.rejected_topic = "rejected";
  options.batch_events_max = kEventsMax;
  const Ingest ingest(options, producer, events, duplicates);
  const auto routes =
      DialectRoutes({{"segment", "posthog", "amplitude", "mixpanel", "unreal", "gameanalytics-aws"},
                     kBodyBytesMax,
                     kEventsMax},
                    ingest);
  const Route& route = (*routes)[path % routes->size()];
  http::Request request = RequestOf(route, choice, body);
  (void)route.find_key(request);
  std::vector<std::string> parts;
  if (route.pattern.find('<') != route.pattern.npos) parts.emplace_back("game");
  std::optional<http::Response> answer;
  route.handler(
      {request, std::move(parts), [&answer](http::Response given) { answer = std::move(given); }});
  INVARIANT(answer.has_value());
  const int status = answer->status;
  INVARIANT(status == 200 || status == 400 || status == 413 || status == 503);
  INVARIANT((status == 503) == (producer.sent > producer.stored));
}

}  // namespace
}  // namespace gamevents::collector

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  gamevents::collector::TryDialect(data[0], data[1],
                                   {reinterpret_cast<const char*>(data) + 2, size - 2});
  return 0;
}

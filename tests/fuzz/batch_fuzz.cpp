// Goal: whatever is posted to /events, each piece of it is answered for, and what is stored is one
// line of valid JSON with an event_type. Method: the input's first byte chooses how it is said to
// be; the rest is the body. A producer checks every record and acknowledges or fails it, and the
// answer's counts must be those of the records.
#include "core/base/check.h"
#include "core/collector/ingest/ingest.h"
#include "core/collector/store/events.h"
#include "tests/fuzz/checking_producer.h"
#include "tests/fuzz/fuzz.h"

#include <nlohmann/json.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::collector {
namespace {

using Json = nlohmann::json;

constexpr size_t kEventsMax = 50;

// Bits of the first byte: who sends it asks not to be tracked; addresses are cut.
constexpr uint8_t kUntracked = 0x10;
constexpr uint8_t kCutAddresses = 0x20;

http::Headers HeadersFor(uint8_t choice, std::string_view body) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"application/json", "application/x-ndjson", "application/cloudevents+json",
       "application/cloudevents-batch+json", "text/plain", ""});
  http::Headers headers;
  const std::string_view type = kTypes[choice % kTypes.size()];
  if (!type.empty()) headers.emplace_back("Content-Type", type);
  if (choice & kUntracked) headers.emplace_back("DNT", "1");
  if (choice & 0x40) headers.emplace_back("Idempotency-Key", "key");
  if (choice & 0x80) {
    const std::string line(body.substr(0, body.find('\n')));
    headers.insert(headers.end(), {{"ce-specversion", "1.0"},
                                   {"ce-type", line},
                                   {"ce-id", "1"},
                                   {"ce-source", "/s"},
                                   {"ce-" + line, line}});
  }
  return headers;
}

void CheckAnswer(uint8_t choice, const http::Response& answer, const CheckingProducer& producer) {
  const Json json = Json::parse(answer.body, nullptr, false);
  INVARIANT(json.is_object());
  INVARIANT(json["accepted"] == producer.stored);
  size_t retryable = 0;
  size_t refused = json.contains("kept") ? 1 : 0;
  for (const Json& rejection : json["rejected"]) {
    const bool again = rejection["retryable"];
    ++(again ? retryable : refused);
  }
  INVARIANT((choice & kUntracked ? 0 : refused) == producer.kept);
  INVARIANT((answer.status == 503) == (retryable > 0));
  INVARIANT(answer.status == 200 || producer.stored == 0 || retryable > 0);
}

void TryBatch(uint8_t choice, std::string_view body) {
  CheckingProducer producer;
  PrivacyOptions privacy{.do_not_track = DoNotTrack::kAnonymous};
  if (choice & kCutAddresses) privacy.addresses = AddressForm::kTruncated;
  const EventBuilder events(Privacy(privacy), Clock::System());
  const auto duplicates =
      std::make_shared<Duplicates>(DuplicatesOptions{std::chrono::minutes(1), 100});
  duplicates->Recalled();
  IngestOptions options;
  options.topic = "events";
  options.rejected_topic = "rejected";
  options.batch_events_max = kEventsMax;
  const Ingest ingest(options, producer, events, duplicates);
  std::optional<http::Response> answer;
  http::Request request{"POST", "/events", "", HeadersFor(choice, body), std::string(body), "::1"};
  ingest.route().handler(
      {request, {}, [&answer](http::Response given) { answer = std::move(given); }});
  INVARIANT(answer.has_value());
  CheckAnswer(choice, *answer, producer);
}

}  // namespace
}  // namespace gamevents::collector

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  gamevents::collector::TryBatch(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}

// Goal: whatever is posted to /events, each piece of it is answered for, and what is stored is one
// line of valid JSON with an event_type. Method: the input's first byte chooses how it is said to
// be; the rest is the body. A producer checks every record and acknowledges or fails it, and the
// answer's counts must be those of the records.
#include "core/base/check.h"
#include "core/base/text.h"
#include "core/collector/ingest/ingest.h"
#include "core/collector/ingest/record_identity.h"
#include "core/collector/store/events.h"
#include "core/event/document.h"
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

void CheckEvent(const kafka::OutgoingRecord& record) {
  const std::string& json = record.value.value();
  INVARIANT(json.find('\n') == std::string::npos);
  INVARIANT(json.find('\r') == std::string::npos);
  event::Document document;
  INVARIANT(document.Parse(json).ok());
  const event::Value type = document.Field({"event_type"});
  INVARIANT(std::holds_alternative<std::string_view>(type));
  INVARIANT(!std::get<std::string_view>(type).empty());
  INVARIANT(!std::holds_alternative<event::Missing>(document.Field({"event_id"})));
  if (record.key) INVARIANT(IsUtf8(*record.key) && !record.key->empty());
}

void CheckRejected(const kafka::OutgoingRecord& record) {
  event::Document document;
  INVARIANT(document.Parse(record.value.value()).ok());
  const event::Value base64 = document.Field({"raw_base64"});
  const event::Value raw = document.Field({"raw"});
  INVARIANT(std::holds_alternative<std::string_view>(base64) ||
            std::holds_alternative<std::string_view>(raw));
}

// Acknowledges at once, but every third event fails.
class CheckingProducer final : public kafka::Producer {
 public:
  kafka::Sent SendAll(std::span<kafka::OutgoingRecord> records, size_t first,
                      const OnDelivery& on_delivery) override {
    for (size_t i = 0; i < records.size(); ++i) on_delivery(FateOf(records[i]), {first + i, 1});
    return {records.size()};
  }
  Status Flush(std::chrono::milliseconds) override { return Done{}; }
  int64_t QueuedRecords() const override { return 0; }

  size_t sent = 0;
  size_t stored = 0;
  size_t kept = 0;

 private:
  Result<kafka::Delivery> FateOf(const kafka::OutgoingRecord& record) {
    if (record.topic == "rejected") {
      CheckRejected(record);
      ++kept;
      return kafka::Delivery{0, 0};
    }
    CheckEvent(record);
    if (++sent % 3 == 0) return Error{Fault::kUnavailable, "slow"};
    ++stored;
    return kafka::Delivery{0, 0};
  }
};

http::Headers HeadersFor(uint8_t choice, std::string_view body) {
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"application/json", "application/x-ndjson", "application/cloudevents+json",
       "application/cloudevents-batch+json", "text/plain", ""});
  http::Headers headers;
  const std::string_view type = kTypes[choice % kTypes.size()];
  if (!type.empty()) headers.emplace_back("Content-Type", type);
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

void CheckAnswer(const http::Response& answer, const CheckingProducer& producer) {
  const Json json = Json::parse(answer.body, nullptr, false);
  INVARIANT(json.is_object());
  INVARIANT(json["accepted"] == producer.stored);
  size_t retryable = 0;
  size_t refused = json.contains("kept") ? 1 : 0;
  for (const Json& rejection : json["rejected"]) {
    const bool again = rejection["retryable"];
    ++(again ? retryable : refused);
  }
  INVARIANT(refused == producer.kept);
  INVARIANT((answer.status == 503) == (retryable > 0));
  INVARIANT(answer.status == 200 || producer.stored == 0 || retryable > 0);
}

void TryBatch(uint8_t choice, std::string_view body) {
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
  std::optional<http::Response> answer;
  http::Request request{"POST", "/events", "", HeadersFor(choice, body), std::string(body), "::1"};
  ingest.route().handler(
      {request, {}, [&answer](http::Response given) { answer = std::move(given); }});
  INVARIANT(answer.has_value());
  CheckAnswer(*answer, producer);
}

}  // namespace
}  // namespace gamevents::collector

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  gamevents::collector::TryBatch(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}

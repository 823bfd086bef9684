#include "core/collector/event_store.h"

#include <utility>

namespace gamevents::collector {

EventStore::EventStore(EventStoreOptions options, kafka::Producer& producer, const Clock& clock)
    : options_(std::move(options)), producer_(producer), events_(options_.redact_headers, clock) {}

void EventStore::Send(Event event, std::optional<std::string> key,
                      kafka::Producer::OnDelivery on_delivery) const {
  kafka::OutgoingRecord record;
  record.topic = options_.topic;
  record.key = std::move(key);
  record.value = std::move(event.json);
  record.timestamp = event.received_at;
  // Copies what it needs: a delivery may be reported after the store's end.
  auto report = [on_delivery = std::move(on_delivery),
                 on_closed = options_.on_closed](Result<kafka::Delivery> delivery) {
    if (!delivery && delivery.error().fault == Fault::kClosed && on_closed) {
      on_closed(delivery.error());
    }
    on_delivery(std::move(delivery));
  };
  Status sent = producer_.Send(std::move(record), report);
  if (!sent) report(std::move(sent).error());
}

void EventStore::Store(Call call, std::span<const Field> fields, std::optional<std::string> key,
                       std::string answer) const {
  Send(events_.Build(fields, call.request.headers), std::move(key),
       [reply = std::move(call.reply), answer = std::move(answer),
        retry_after = options_.retry_after](const Result<kafka::Delivery>& delivery) mutable {
         if (!delivery) return reply(Failure(delivery.error(), retry_after));
         reply(TextResponse(200, std::move(answer)));
       });
}

http::Response EventStore::Unavailable(const std::string& why, std::chrono::seconds retry_after) {
  http::Response response = TextResponse(503, why + "\n");
  response.headers.emplace_back("Retry-After", std::to_string(retry_after.count()));
  return response;
}

http::Response EventStore::Failure(const Error& error, std::chrono::seconds retry_after) {
  switch (error.fault) {
    case Fault::kBadInput:
      return TextResponse(413, "Kafka does not take this event: " + error.context + "\n");
    case Fault::kFull:
      return Unavailable("too many events are waiting for Kafka: " + error.context, retry_after);
    case Fault::kUnavailable:
      return Unavailable(
          "Kafka did not acknowledge the event, which may or may not be stored: " + error.context,
          retry_after);
    case Fault::kNotFound:
    case Fault::kExists:
    case Fault::kIo:
    case Fault::kCorrupt:
    case Fault::kUnsupported:
    case Fault::kClosed:
      break;
  }
  return Unavailable("the event was not stored: " + error.context, retry_after);
}

}  // namespace gamevents::collector

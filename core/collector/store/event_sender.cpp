#include "core/collector/store/event_sender.h"

#include "core/http/refusals.h"

#include <utility>

namespace gamevents::collector {
namespace {

using problem::Code;

// Answers a call once its event is stored.
struct AnswerStored {
  http::Reply reply;
  std::string text;
  std::shared_ptr<EventCounts> counts;

  void operator()(const Result<kafka::Delivery>& delivery) {
    EventSender::Count(counts, delivery);
    if (!delivery) return reply(EventSender::Failure(delivery.error()));
    reply(TextResponse(200, std::move(text)));
  }
};

}  // namespace

EventSender::EventSender(EventSenderOptions options, kafka::Producer& producer, const Clock& clock)
    : options_(std::move(options)), producer_(producer), events_(options_.privacy, clock) {}

void EventSender::Send(Event&& event, std::optional<std::string> key,
                       kafka::Producer::OnDelivery on_delivery) const {
  kafka::OutgoingRecord record;
  record.topic = options_.topic;
  record.key = std::move(key);
  record.value = std::move(event.json);
  record.timestamp = event.received_at;
  Status sent = producer_.Send(std::move(record), on_delivery);
  if (!sent) on_delivery(std::move(sent).error());
}

void EventSender::Store(Call& call, std::span<const Field> fields,
                        std::optional<std::string_view> key, std::string answer) const {
  Send(events_.Build(fields, call.request.headers), std::optional<std::string>(key),
       AnswerStored{std::move(call.reply), std::move(answer), options_.counts});
}

void EventSender::Count(const std::shared_ptr<EventCounts>& counts,
                        const Result<kafka::Delivery>& delivery) {
  if (!counts) return;
  if (delivery) {
    counts->AddAccepted();
  } else {
    counts->AddRejected(CodeOf(delivery.error()));
  }
}

std::string Because(const Error& error) {
  return error.context.empty() ? std::string() : ": " + error.context;
}

problem::Code EventSender::CodeOf(const Error& error) {
  switch (error.fault) {
    case Fault::kBadInput:
      return Code::kEventRefused;
    case Fault::kFull:
      return Code::kOverloaded;
    case Fault::kUnavailable:
      return Code::kNotAcknowledged;
    case Fault::kNotFound:
    case Fault::kExists:
    case Fault::kIo:
    case Fault::kCorrupt:
    case Fault::kUnsupported:
    case Fault::kDenied:
    case Fault::kClosed:
      break;
  }
  return Code::kNotStored;
}

http::Response EventSender::Unavailable(Code code, const std::string& why) {
  return http::RefusalResponse({.code = code, .detail = why});
}

http::Response EventSender::Failure(const Error& error) {
  const Code code = CodeOf(error);
  std::string why = code == Code::kEventRefused ? "Kafka does not take this event: "
                    : code == Code::kOverloaded ? "too many events are waiting for Kafka: "
                    : code == Code::kNotStored  ? "the event was not stored: "
                                                : "";
  if (code == Code::kNotAcknowledged) {
    why = "Kafka did not acknowledge the event, which may or may not be stored" + Because(error);
  } else {
    why += error.context;
  }
  return http::RefusalResponse({.code = code, .detail = std::move(why)});
}

}  // namespace gamevents::collector

#include "core/collector/collector.h"

#include <array>
#include <utility>

namespace gamevents::collector {
namespace {

http::Response Unavailable(const std::string& why, std::chrono::seconds retry_after) {
  http::Response response = TextResponse(503, why + "\n");
  response.headers.emplace_back("Retry-After", std::to_string(retry_after.count()));
  return response;
}

// The answer for an event that was refused, or whose acknowledgement did not come.
http::Response Failure(const Error& error, std::chrono::seconds retry_after) {
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

}  // namespace

Collector::Collector(CollectorOptions options, kafka::Producer& producer,
                     const Readiness& readiness, const Clock& clock)
    : options_(std::move(options)),
      producer_(producer),
      readiness_(readiness),
      events_(options_.redact_headers, clock),
      router_(MakeRoutes()) {}

std::vector<Route> Collector::MakeRoutes() {
  return {
      {{"GET", "POST"},
       "/",
       "stores a default event; answers with the caller's address",
       [this](Call call) { OnDefault(std::move(call)); }},
      {{"GET", "POST"},
       "/purchase_a_sword/<username>",
       "stores that the user bought a sword",
       [this](Call call) { OnPurchase(std::move(call)); }},
      {{"GET", "POST"},
       "/join_a_guild/<username>/<guildname>",
       "stores that the user joined the guild",
       [this](Call call) { OnJoin(std::move(call)); }},
      {{"GET"},
       "/healthz",
       "200 as long as the process runs",
       [](const Call& call) { call.reply(TextResponse(200, "ok\n")); }},
      {{"GET"},
       "/readyz",
       "200 when events can be stored; 503 with the reason when not",
       [this](const Call& call) { OnReady(call); }},
  };
}

http::Handler Collector::handler() const {
  return [this](http::Request request, const http::Reply& reply) {
    router_.Answer(std::move(request), reply);
  };
}

void Collector::OnDefault(Call call) const {
  const std::string ip = call.request.remote_ip;
  const auto fields = std::to_array<Field>({{"event_type", "default"}, {"remote_ip", ip}});
  Store(std::move(call), fields, std::nullopt, "This is the default response!\n" + ip);
}

void Collector::OnPurchase(Call call) const {
  const std::string ip = call.request.remote_ip;
  const std::string user = call.parts[0];
  const auto fields = std::to_array<Field>(
      {{"event_type", "purchase_sword"}, {"remote ip", ip}, {"purchase_user", user}});
  Store(std::move(call), fields, user,
        "Hello " + user + "!! You purchased a Sword successfully!\n");
}

void Collector::OnJoin(Call call) const {
  const std::string ip = call.request.remote_ip;
  const std::string user = call.parts[0];
  const std::string guild = call.parts[1];
  const auto fields = std::to_array<Field>({{"event_type", "join_a_guild"},
                                            {"remote ip", ip},
                                            {"user_name", user},
                                            {"joined_guild", guild}});
  Store(std::move(call), fields, user,
        "Hey " + user + "!! You joined the guild " + guild + " successfully!\n");
}

void Collector::OnReady(const Call& call) const {
  const Status ready = readiness_.Ready();
  if (ready) return call.reply(TextResponse(200, "ready\n"));
  call.reply(Unavailable("not ready: " + ready.error().context, options_.retry_after));
}

void Collector::Store(Call call, std::span<const Field> fields, std::optional<std::string> key,
                      std::string answer) const {
  Event event = events_.Build(fields, call.request.headers);
  kafka::OutgoingRecord record;
  record.topic = options_.topic;
  record.key = std::move(key);
  record.value = std::move(event.json);
  record.timestamp = event.received_at;
  // Copies what it needs: a delivery may be reported after the collector's end.
  auto fail = [reply = call.reply, retry_after = options_.retry_after,
               on_closed = options_.on_closed](const Error& error) {
    if (error.fault == Fault::kClosed && on_closed) on_closed(error);
    reply(Failure(error, retry_after));
  };
  const Status sent =
      producer_.Send(std::move(record), [reply = call.reply, answer = std::move(answer),
                                         fail](const Result<kafka::Delivery>& delivery) mutable {
        if (!delivery) return fail(delivery.error());
        reply(TextResponse(200, std::move(answer)));
      });
  if (!sent) fail(sent.error());
}

}  // namespace gamevents::collector

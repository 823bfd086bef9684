// The stock cpp-httplib server with a thread pool of its own, as most programs use it: what `serve`
// is measured against. A handler sends its event through core/kafka and waits, in its thread, until
// Kafka has acknowledged it. Only the purchase's route, and no more in the event than `serve` puts.
// Usage: pool_server BROKERS TOPIC PORT THREADS

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/uuid.h"
#include "core/kafka/producer.h"

#include <httplib.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>
#include <utility>

namespace gamevents {
namespace {

void AppendField(std::string& json, std::string_view name, std::string_view value) {
  json += json.empty() ? '{' : ',';
  AppendJsonString(json, name);
  json += ':';
  AppendJsonString(json, value);
}

std::string EventJson(const httplib::Request& request, const std::string& user, TimestampMs now) {
  std::string json;
  AppendField(json, "event_type", "purchase_sword");
  AppendField(json, "remote ip", request.remote_addr);
  AppendField(json, "purchase_user", user);
  AppendField(json, "event_id", FormatUuid(MakeUuidV7(now)));
  AppendField(json, "received_at", FormatTimestamp(now));
  for (const auto& [name, value] : request.headers) AppendField(json, name, value);
  return json + "}";
}

void Purchase(kafka::Producer& producer, const std::string& topic, const httplib::Request& request,
              httplib::Response& response) {
  const std::string user = request.matches[1];
  const TimestampMs now = Clock::System().Now();
  kafka::OutgoingRecord record;
  record.topic = topic;
  record.key = user;
  record.value = EventJson(request, user, now);
  record.timestamp = now;
  const auto delivered = std::make_shared<std::promise<bool>>();
  const Status sent =
      producer.Send(std::move(record), [delivered](const Result<kafka::Delivery>& delivery) {
        delivered->set_value(delivery.ok());
      });
  if (sent.ok() && delivered->get_future().get()) {
    response.set_content("Hello " + user + "!! You purchased a Sword successfully!\n",
                         "text/plain; charset=utf-8");
  } else {
    response.status = 503;
  }
}

int Run(const std::string& brokers, const std::string& topic, int port, size_t threads) {
  kafka::ProducerOptions options;
  options.client.brokers = brokers;
  auto producer = kafka::Producer::Open(options);
  if (!producer) {
    std::fprintf(stderr, "pool_server: %s\n", producer.error().context.c_str());
    return 1;
  }
  httplib::Server server;
  server.new_task_queue = [threads] { return new httplib::ThreadPool(threads); };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000'000);
  server.Get("/purchase_a_sword/([^/]+)", [&](const httplib::Request& in, httplib::Response& out) {
    Purchase(**producer, topic, in, out);
  });
  return server.listen("127.0.0.1", port) ? 0 : 1;
}

}  // namespace
}  // namespace gamevents

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: pool_server BROKERS TOPIC PORT THREADS\n");
    return 2;
  }
  return gamevents::Run(argv[1], argv[2], std::atoi(argv[3]),
                        static_cast<size_t>(std::atoi(argv[4])));
}

#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/collector/request/privacy.h"
#include "core/collector/request/router.h"
#include "core/collector/store/event_counts.h"
#include "core/collector/store/events.h"
#include "core/http/message.h"
#include "core/kafka/producer.h"
#include "core/problem/problem.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gamevents::collector {

/// ": " and the error's context, or nothing where it has none: MeteredProducer keeps back what
/// clients are not to know.
std::string Because(const Error& error);

/// Where events go, and what is left out of them.
struct EventSenderOptions {
  std::string topic;
  Privacy privacy = {};
  /// Counts what becomes of them; null: nobody does.
  std::shared_ptr<EventCounts> counts = nullptr;
};

/// The way from a route to the topic: builds an event, sends it, and says what became of it.
/// Immutable, so thread-safe; never blocks.
class EventSender {
 public:
  /// What is referred to must outlive the sender. Deliveries need neither: they may come after
  /// its end.
  EventSender(EventSenderOptions options, kafka::Producer& producer,
              const Clock& clock = Clock::System());
  EventSender(const EventSender&) = delete;
  EventSender& operator=(const EventSender&) = delete;

  const EventBuilder& events() const { return events_; }

  /// Sends `event` under `key` and calls `on_delivery` exactly once: from the producer's thread
  /// when it was sent, from this one when it was refused. Errors: as Producer::Send and its
  /// deliveries.
  void Send(Event&& event, std::optional<std::string> key,
            kafka::Producer::OnDelivery on_delivery) const;

  /// Stores an event of `fields` and the call's headers, and takes the call's reply: 200 with
  /// `answer` once it is acknowledged, else as Failure says.
  void Store(Call& call, std::span<const Field> fields, std::optional<std::string_view> key,
             std::string answer) const;

  /// Who counts what becomes of events; null where nobody does.
  const std::shared_ptr<EventCounts>& counts() const { return options_.counts; }
  /// Counts one event by its delivery: for whoever calls Send. `counts` may be null.
  static void Count(const std::shared_ptr<EventCounts>& counts,
                    const Result<kafka::Delivery>& delivery);

  /// The answer for an event that was refused, or whose acknowledgement did not come: 413 when
  /// Kafka will not take one of its size, else 503.
  static http::Response Failure(const Error& error);

  /// Why an event that a delivery failed with `error` is not in the log, or may not be.
  static problem::Code CodeOf(const Error& error);

  /// 503 with the reason. When to try again the gate says. Requires: the code is one of 503.
  static http::Response Unavailable(problem::Code code, const std::string& why);

 private:
  const EventSenderOptions options_;
  kafka::Producer& producer_;
  const EventBuilder events_;
};

}  // namespace gamevents::collector

#include "core/generate/topic_sender.h"

#include "core/base/check.h"
#include "core/base/stop.h"
#include "core/generate/http_sender.h"

#include <memory>
#include <utility>

namespace gamevents::generate {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How often a wait looks whether the process was told to stop.
constexpr milliseconds kTopicStopLook{100};
// Events taken from the feed at a time where nothing says when each is due.
constexpr size_t kTakeMax = 100;

// What makes every further event fail the same way.
bool IsFinal(Fault fault) { return fault == Fault::kClosed || fault == Fault::kNotFound; }

Outcome OutcomeOf(const Error& error) {
  const Fate fate = error.fault == Fault::kUnavailable ? Fate::kUnknown : Fate::kRefused;
  return {fate, false, error.context};
}

// The event as `serve` would store it at `now`.
std::string WithReceivedAt(std::string json, TimestampMs now) {
  INVARIANT(json.ends_with('}'));
  json.pop_back();
  return json + ",\"received_at\":\"" + FormatTimestamp(now) + "\"}";
}

}  // namespace

TopicSender::TopicSender(kafka::Producer& producer, std::string topic, Feed& feed, Tally& tally,
                         ledger::Writer* ledger)
    : producer_(producer), topic_(std::move(topic)), feed_(feed), tally_(tally), ledger_(ledger) {}

Status TopicSender::Run() {
  auto sent = SendFeed();
  std::unique_lock lock(mutex_);
  // Every record is reported within the delivery timeout, so this ends.
  changed_.wait(lock, [this] { return in_flight_ == 0; });
  if (failed_) return *failed_;
  return sent;
}

Status TopicSender::SendFeed() {
  while (true) {
    std::vector<Feed::Item> items = feed_.Take(0, feed_.has_rate() ? 1 : kTakeMax);
    if (items.empty()) return Done{};
    for (Feed::Item& item : items) {
      if (feed_.has_rate() && !WaitUntil(item.due)) return Done{};
      if (!AwaitRoom()) return Done{};
      const Time begin = feed_.has_rate() ? item.due : steady_clock::now();
      if (auto sent = SendOne(std::move(item.event), begin); !sent) return sent;
    }
  }
}

// False when the process was told to stop, or nothing can be sent any more.
bool TopicSender::AwaitRoom() {
  std::unique_lock lock(mutex_);
  const auto ready = [this] { return failed_ || in_flight_ < kInFlightMax; };
  while (!changed_.wait_for(lock, kTopicStopLook, ready)) {
    if (StopSignal::Requested()) return false;
  }
  if (failed_ || StopSignal::Requested()) return false;
  ++in_flight_;
  return true;
}

Status TopicSender::SendOne(GameEvent event, Time begin) {
  const TimestampMs now = Clock::System().Now();
  kafka::OutgoingRecord record;
  record.topic = topic_;
  record.key = event.user;
  record.value = WithReceivedAt(std::move(event.json), now);
  record.timestamp = event.record_time.value_or(now);
  tally_.Sent(1);
  auto known = std::make_shared<const GameEvent>(std::move(event));
  auto sent = producer_.Send(std::move(record),
                             [this, known, begin](const Result<kafka::Delivery>& delivery) {
                               OnDelivery(*known, begin, delivery);
                             });
  if (!sent) OnDelivery(*known, begin, sent.error());
  return Done{};
}

void TopicSender::OnDelivery(const GameEvent& event, Time begin,
                             const Result<kafka::Delivery>& delivery) {
  const auto latency = std::chrono::duration_cast<Histogram::Duration>(steady_clock::now() - begin);
  Status noted = Done{};
  if (delivery && ledger_ != nullptr) noted = ledger_->Add({event.id, event.user, event.number});
  tally_.Ended(delivery ? Outcome{Fate::kAcknowledged, false, {}} : OutcomeOf(delivery.error()),
               latency);
  const std::lock_guard lock(mutex_);
  --in_flight_;
  if (!noted && !failed_) failed_ = noted.error();
  if (!delivery && !failed_ && IsFinal(delivery.error().fault)) failed_ = delivery.error();
  // The sender waits for room or for all; half of the room is worth waking it up for.
  if (in_flight_ == 0 || in_flight_ == kInFlightMax / 2 || failed_) changed_.notify_all();
}

}  // namespace gamevents::generate

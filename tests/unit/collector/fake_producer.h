#pragma once

#include "core/kafka/producer.h"
#include "tests/unit/catch.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

namespace gamevents::collector {

/// Keeps what it is sent, and reports what the test tells it to.
class FakeProducer final : public kafka::Producer {
 public:
  struct Sent {
    kafka::OutgoingRecord record;
    OnDelivery on_delivery;
  };

  kafka::Sent SendAll(std::span<kafka::OutgoingRecord> records, size_t first,
                      const OnDelivery& on_delivery) override {
    kafka::Sent sent;
    for (kafka::OutgoingRecord& record : records) {
      sent.status = SendOne(std::move(record), first + sent.count, on_delivery);
      if (!sent.status) break;
      ++sent.count;
    }
    return sent;
  }
  Status Flush(std::chrono::milliseconds) override { return Done{}; }
  int64_t QueuedRecords() const override { return 0; }

  // The oldest record that was sent; waits for it.
  Sent Take() {
    std::unique_lock lock(mutex_);
    REQUIRE(arrived_.wait_for(lock, std::chrono::seconds(10), [this] { return !sent_.empty(); }));
    Sent sent = std::move(sent_.front());
    sent_.pop_front();
    return sent;
  }

  std::optional<Error> refusal;
  // Which record of a SendAll is refused; none: each.
  std::optional<size_t> refuses_number;

 private:
  Status SendOne(kafka::OutgoingRecord&& record, size_t number, const OnDelivery& on_delivery) {
    if (refusal && refuses_number.value_or(number) == number) return *refusal;
    const std::lock_guard lock(mutex_);
    sent_.push_back(
        Sent{std::move(record), [on_delivery, number](const Result<kafka::Delivery>& fate) {
               on_delivery(fate, {number, 1});
             }});
    arrived_.notify_all();
    return Done{};
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Sent> sent_;
};

}  // namespace gamevents::collector

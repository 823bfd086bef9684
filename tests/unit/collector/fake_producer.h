#pragma once

#include "core/kafka/producer.h"
#include "tests/unit/catch.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace gamevents::collector {

/// Keeps what it is sent, and reports what the test tells it to.
class FakeProducer final : public kafka::Producer {
 public:
  struct Sent {
    kafka::OutgoingRecord record;
    OnDelivery on_delivery;
  };

  Status Send(kafka::OutgoingRecord&& record, OnDelivery on_delivery) override {
    if (refusal) return *refusal;
    const std::lock_guard lock(mutex_);
    sent_.push_back(Sent{std::move(record), std::move(on_delivery)});
    arrived_.notify_all();
    return Done{};
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

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Sent> sent_;
};

}  // namespace gamevents::collector

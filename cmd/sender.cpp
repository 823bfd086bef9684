#include "cmd/sender.h"

#include "core/base/stop.h"

#include <chrono>
#include <utility>

namespace gamevents::cmd {
namespace {

// How often a wait looks whether the process was told to stop.
constexpr std::chrono::milliseconds kStopLook{100};
// What a record costs beside its bytes, so that many empty ones are bounded too.
constexpr int64_t kRecordOverhead = 256;

int64_t Cost(const kafka::OutgoingRecord& record) {
  size_t bytes = record.key.value_or("").size();
  if (record.value) bytes += record.value->size();
  for (const kafka::Header& header : record.headers) {
    bytes += header.name.size() + header.value.value_or("").size();
  }
  return static_cast<int64_t>(bytes) + kRecordOverhead;
}

}  // namespace

Result<std::unique_ptr<Sender>> Sender::Open(const kafka::ProducerOptions& options) {
  INVARIANT(options.queue_records_max >= kRecordsMax);
  INVARIANT(options.queue_bytes_max >= 2 * kBytesMax);
  std::unique_ptr<Sender> sender(new Sender);
  auto producer = kafka::Producer::Open(options);
  if (!producer) return std::move(producer).error();
  sender->producer_ = std::move(*producer);
  return sender;
}

Status Sender::Send(kafka::OutgoingRecord record) {
  const int64_t cost = Cost(record);
  {
    std::unique_lock lock(mutex_);
    const auto room = [&] {
      return failed_ || records_ == 0 || (records_ < kRecordsMax && bytes_ + cost <= kBytesMax);
    };
    while (!changed_.wait_for(lock, kStopLook, room)) {
      if (StopSignal::Requested()) return Error{Fault::kClosed, "interrupted"};
    }
    if (failed_) return *failed_;
    ++records_;
    bytes_ += cost;
  }
  auto sent = producer_->Send(std::move(record), [this, cost](Result<kafka::Delivery> delivery) {
    OnDelivery(cost, std::move(delivery));
  });
  if (!sent) {
    OnDelivery(cost, sent.error());
    return std::move(sent).error();
  }
  return Done{};
}

void Sender::OnDelivery(int64_t bytes, Result<kafka::Delivery> delivery) {
  const std::lock_guard lock(mutex_);
  --records_;
  bytes_ -= bytes;
  if (delivery) {
    ++delivered_;
  } else if (!failed_) {
    failed_ = std::move(delivery).error();
  }
  // The sender waits for room or for all; half of the room is worth waking it up for.
  if (records_ == 0 || failed_ || (records_ <= kRecordsMax / 2 && bytes_ <= kBytesMax / 2)) {
    changed_.notify_all();
  }
}

Status Sender::Finish() {
  std::unique_lock lock(mutex_);
  // Every record is reported within the delivery timeout, so this ends.
  changed_.wait(lock, [this] { return records_ == 0; });
  if (failed_) return *failed_;
  return Done{};
}

int64_t Sender::delivered() const {
  const std::lock_guard lock(mutex_);
  return delivered_;
}

}  // namespace gamevents::cmd

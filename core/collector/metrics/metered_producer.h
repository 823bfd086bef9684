#pragma once

#include "core/collector/metrics/backlog.h"
#include "core/collector/metrics/metrics.h"
#include "core/kafka/producer.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gamevents::collector {

/// A producer that counts what goes through it: acknowledgements and how long they took, errors by
/// kind, and what waits. What would not be stored it refuses at once instead of having it wait for
/// its time to be over. Its reports reach clients, so they tell nothing of where the brokers are:
/// of what is not acknowledged (kUnavailable) the context is why the broker cannot store, or empty.
/// As thread-safe as the one within.
class MeteredProducer final : public kafka::Producer {
 public:
  /// Done, or why records for `topic` cannot be stored, as far as is known. Asked for each record,
  /// from any thread.
  using Storage = std::function<Status(const std::string& topic)>;
  /// Told why the one within has ended for good (kClosed): nothing can be stored until the process
  /// is restarted. From any thread, and maybe more than once.
  using OnClosed = std::function<void(const Error& why)>;

  /// `metrics` and `backlog` must outlive it. `queue` describes the bounds of the one within, for
  /// HasRoom. Null as `storage`: nothing is known; as `on_closed`: nobody wants to know.
  MeteredProducer(std::unique_ptr<kafka::Producer> inner, const kafka::ProducerOptions& queue,
                  Metrics& metrics, Backlog& backlog, Storage storage = nullptr,
                  OnClosed on_closed = nullptr);

  /// Errors beside those of the one within: kIo, what `storage` says; nothing was sent. It is also
  /// added to the error of a record that was not acknowledged in time.
  kafka::Sent SendAll(std::span<kafka::OutgoingRecord> records, size_t first,
                      const OnDelivery& on_delivery) override;
  Status Flush(std::chrono::milliseconds timeout) override { return inner_->Flush(timeout); }
  int64_t QueuedRecords() const override { return inner_->QueuedRecords(); }

  /// Done while another record would be taken. Errors: kFull, with the bound that is reached.
  Status HasRoom() const;

 private:
  // Records that were sent at one time, on their way.
  struct Shipment {
    MeteredProducer& producer;
    std::string topic;
    Backlog::Time sent;
    size_t first;                      // number
    int64_t bytes;                     // of all keys and values
    std::unique_ptr<int64_t[]> sizes;  // of each record; null where there is only one
    OnDelivery on_delivery;

    Backlog::Load LoadOf(kafka::RecordNumbers numbers) const;

    void operator()(const Result<kafka::Delivery>& delivery, kafka::RecordNumbers numbers) const;
  };

  void OnReport(Backlog::Load load, Backlog::Time sent, const Result<kafka::Delivery>& delivery);
  Status StorageOf(const std::string& topic) const;
  void NoteError(const Error& error, int64_t records = 1);

  const int64_t records_max_;
  const int64_t bytes_max_;
  Backlog& backlog_;
  const Storage storage_;
  const OnClosed on_closed_;
  prometheus::Counter& acknowledged_;
  prometheus::Counter& acknowledged_bytes_;
  LatencyHistogram& durations_;
  std::vector<prometheus::Counter*> errors_;  // by fault
  // Ends first: while it does, deliveries are still reported to the members above.
  const std::unique_ptr<kafka::Producer> inner_;
};

}  // namespace gamevents::collector

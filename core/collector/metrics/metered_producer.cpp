#include "core/collector/metrics/metered_producer.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gamevents::collector {
namespace {

using std::chrono::steady_clock;

int64_t SizeOf(const kafka::OutgoingRecord& record) {
  size_t size = record.key ? record.key->size() : 0;
  if (record.value) size += record.value->size();
  return static_cast<int64_t>(size);
}

// "not found" as a label's value: "not_found".
std::string LabelOf(Fault fault) {
  if (fault == Fault::kIo) return "io";
  std::string label(FaultName(fault));
  std::ranges::replace(label, ' ', '_');
  return label;
}

}  // namespace

MeteredProducer::MeteredProducer(std::unique_ptr<kafka::Producer> inner,
                                 const kafka::ProducerOptions& queue, Metrics& metrics,
                                 Backlog& backlog, Storage storage, OnClosed on_closed)
    : records_max_(queue.queue_records_max),
      bytes_max_(queue.queue_bytes_max),
      backlog_(backlog),
      storage_(std::move(storage)),
      on_closed_(std::move(on_closed)),
      acknowledged_(
          metrics.Counter("gamevents_producer_records_total", "Records that Kafka acknowledged.")),
      acknowledged_bytes_(metrics.Counter("gamevents_producer_bytes_total",
                                          "Bytes of keys and values that Kafka acknowledged.")),
      durations_(metrics.AddHistogram("gamevents_producer_acknowledgement_duration_seconds",
                                      "From a record's sending to its acknowledgement.")),
      inner_(std::move(inner)) {
  for (int fault = 0; fault <= static_cast<int>(Fault::kClosed); ++fault) {
    errors_.push_back(
        &metrics.Counter("gamevents_producer_errors_total",
                         "Records that were refused or not acknowledged, by kind of error.", "code",
                         LabelOf(static_cast<Fault>(fault))));
  }
  metrics.AddSource(
      {"gamevents_producer_queue_records",
       "Records that wait for their acknowledgement.",
       false,
       {},
       [&backlog] { return std::vector<Sample>{{static_cast<double>(backlog.records())}}; }});
  metrics.AddSource(
      {"gamevents_producer_queue_bytes",
       "Bytes of keys and values that wait for their acknowledgement.",
       false,
       {},
       [&backlog] { return std::vector<Sample>{{static_cast<double>(backlog.bytes())}}; }});
}

Status MeteredProducer::Send(kafka::OutgoingRecord&& record, OnDelivery on_delivery) {
  if (Status storage = StorageOf(record.topic); !storage) {
    NoteError(storage.error());
    return storage;
  }
  const int64_t bytes = SizeOf(record);
  const auto begin = steady_clock::now();
  std::string topic = record.topic;
  backlog_.Enter(bytes);  // before it is sent: its report may come before Send returns
  Status sent = inner_->Send(std::move(record), [this, topic = std::move(topic), bytes, begin,
                                                 on_delivery = std::move(on_delivery)](
                                                    const Result<kafka::Delivery>& delivery) {
    OnReport(bytes, begin, delivery);
    const bool in_doubt = !delivery && delivery.error().fault == Fault::kUnavailable;
    if (!in_doubt) return on_delivery(delivery);
    const Status storage = StorageOf(topic);
    on_delivery(Error{Fault::kUnavailable, storage ? std::string() : storage.error().context});
  });
  if (sent) return sent;
  backlog_.Withdraw(bytes);
  NoteError(sent.error());
  return sent;
}

Status MeteredProducer::StorageOf(const std::string& topic) const {
  if (!storage_) return Done{};
  const Status storage = storage_(topic);
  if (storage) return Done{};
  return Error{Fault::kIo, "the broker cannot store now: " + storage.error().context};
}

void MeteredProducer::OnReport(int64_t bytes, Backlog::Time sent,
                               const Result<kafka::Delivery>& delivery) {
  const auto now = steady_clock::now();
  backlog_.Leave(bytes, delivery.ok(), now);
  if (!delivery) return NoteError(delivery.error());
  acknowledged_.Increment();
  acknowledged_bytes_.Increment(static_cast<double>(bytes));
  durations_.Observe(now - sent);
}

void MeteredProducer::NoteError(const Error& error) {
  errors_[static_cast<size_t>(error.fault)]->Increment();
  if (error.fault == Fault::kClosed && on_closed_) on_closed_(error);
}

Status MeteredProducer::HasRoom() const {
  if (backlog_.records() >= records_max_) {
    return Error{Fault::kFull, "as many events wait for Kafka as serve.queue_records allows"};
  }
  if (backlog_.bytes() >= bytes_max_) {
    return Error{Fault::kFull, "as many bytes wait for Kafka as serve.queue_bytes allows"};
  }
  return Done{};
}

}  // namespace gamevents::collector

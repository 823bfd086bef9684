#include "core/collector/metrics/metered_producer.h"

#include <algorithm>
#include <numeric>
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

kafka::Sent MeteredProducer::SendAll(std::span<kafka::OutgoingRecord> records, size_t first,
                                     const OnDelivery& on_delivery) {
  if (records.empty()) return {};
  const std::string& topic = records.front().topic;
  if (Status storage = StorageOf(topic); !storage) {
    NoteError(storage.error());
    return {0, std::move(storage)};
  }
  Shipment shipment{*this, topic, steady_clock::now(), first, 0, nullptr, on_delivery};
  if (records.size() > 1) shipment.sizes = std::make_unique<int64_t[]>(records.size());
  for (size_t i = 0; i < records.size(); ++i) {
    const int64_t size = SizeOf(records[i]);
    if (shipment.sizes) shipment.sizes[i] = size;
    shipment.bytes += size;
  }
  // Before they are sent: their reports may come before SendAll returns.
  backlog_.Enter({static_cast<int64_t>(records.size()), shipment.bytes});
  kafka::Sent sent = inner_->SendAll(records, first, std::move(shipment));
  if (sent.status) return sent;
  for (const kafka::OutgoingRecord& left : records.subspan(sent.count)) {
    backlog_.Withdraw({1, SizeOf(left)});
  }
  NoteError(sent.status.error());
  return sent;
}

Backlog::Load MeteredProducer::Shipment::LoadOf(kafka::RecordNumbers numbers) const {
  const auto count = static_cast<int64_t>(numbers.count);
  if (!sizes) return {count, bytes};
  const int64_t* const begin = &sizes[numbers.first - first];
  return {count, std::accumulate(begin, begin + count, int64_t{0})};
}

void MeteredProducer::Shipment::operator()(const Result<kafka::Delivery>& delivery,
                                           kafka::RecordNumbers numbers) const {
  producer.OnReport(LoadOf(numbers), sent, delivery);
  const bool in_doubt = !delivery && delivery.error().fault == Fault::kUnavailable;
  if (!in_doubt) return on_delivery(delivery, numbers);
  const Status storage = producer.StorageOf(topic);
  on_delivery(Error{Fault::kUnavailable, storage ? std::string() : storage.error().context},
              numbers);
}

Status MeteredProducer::StorageOf(const std::string& topic) const {
  if (!storage_) return Done{};
  const Status storage = storage_(topic);
  if (storage) return Done{};
  return Error{Fault::kIo, "the broker cannot store now: " + storage.error().context};
}

void MeteredProducer::OnReport(Backlog::Load load, Backlog::Time sent,
                               const Result<kafka::Delivery>& delivery) {
  const auto now = steady_clock::now();
  backlog_.Leave(load, delivery.ok(), now);
  if (!delivery) return NoteError(delivery.error(), load.records);
  acknowledged_.Increment(static_cast<double>(load.records));
  acknowledged_bytes_.Increment(static_cast<double>(load.bytes));
  durations_.Observe(now - sent, static_cast<uint64_t>(load.records));
}

void MeteredProducer::NoteError(const Error& error, int64_t records) {
  errors_[static_cast<size_t>(error.fault)]->Increment(static_cast<double>(records));
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

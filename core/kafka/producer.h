#pragma once

#include "core/base/result.h"
#include "core/base/shared_function.h"
#include "core/kafka/client_options.h"
#include "core/kafka/record.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace gamevents::kafka {

/// How records are sent.
struct ProducerOptions {
  ClientOptions client;
  /// How many replicas must have a record before it counts as delivered: -1 (all in sync) or 1.
  /// With -1 the producer is idempotent: retries neither repeat nor reorder.
  int acks = -1;
  /// How long a record may wait, retries included, before its delivery fails.
  std::chrono::milliseconds delivery_timeout{10'000};
  /// How long to wait for company before a batch is sent. A record that travels alone, as those of
  /// one caller who waits for each, does not wait, unless the properties set linger.ms.
  std::chrono::milliseconds linger{1};
  /// Records and bytes that may be waiting; Send says kFull beyond.
  int queue_records_max = 100'000;
  int64_t queue_bytes_max = int64_t{256} << 20;
};

/// Where an acknowledged record is.
struct Delivery {
  int32_t partition = 0;
  int64_t offset = 0;
};

/// Sends records and reports each one's fate exactly once. Send may be called from any thread.
/// Deliveries are reported in threads of the producer's own, one at a time; a callback must not
/// block and must not destroy the producer.
///
/// Properties that would break this are refused: acks below `acks`, enable.idempotence=false with
/// acks -1, several requests in flight with acks 1 (a retry could change the order), the message
/// timeouts, delivery.report.only.error, transactional.id, bootstrap.servers.
class Producer {
 public:
  using OnDelivery = SharedFunction<void(const Result<Delivery>&)>;

  /// Starts the client; does not wait for a broker. Errors: kBadInput for a property that
  /// librdkafka refuses, with its text.
  static Result<std::unique_ptr<Producer>> Open(const ProducerOptions& options);

  /// Whether Open would take the options, acks and properties: for another way to send that keeps
  /// this contract. Talks to no broker. Errors: kBadInput as Open.
  static Status Check(const ProducerOptions& options);

  /// Waits for what is queued as Flush does, for at most the delivery timeout; what remains is
  /// reported as kClosed.
  virtual ~Producer() = default;

  /// Queues `record`, and may take what it holds; `on_delivery` is called once if and only if this
  /// returns Done. Errors: kFull (the queue is at its bound: try again after a delivery); kBadInput
  /// (larger than message.max.bytes, or a partition that the topic does not have); kClosed (a fatal
  /// error of the idempotent producer, with librdkafka's code and text; or the producer is being
  /// destroyed: a callback cannot send in its turn then, or the end would never come).
  /// The delivery's errors: kUnavailable (not acknowledged in time, with the address tried);
  /// kNotFound (no such topic or partition); kFull, kBadInput, kIo as the broker said.
  virtual Status Send(OutgoingRecord&& record, OnDelivery on_delivery) = 0;

  /// Waits until every record sent before has been reported; records that other threads go on
  /// sending are waited for too. Errors: kUnavailable when `timeout`
  /// ends first.
  virtual Status Flush(std::chrono::milliseconds timeout) = 0;

  /// Records that are queued or in flight.
  virtual int64_t QueuedRecords() const = 0;
};

}  // namespace gamevents::kafka

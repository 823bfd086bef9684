#pragma once

#include "core/base/result.h"
#include "core/base/shared_function.h"
#include "core/kafka/client_options.h"
#include "core/kafka/record.h"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

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

/// Records of one SendAll that stand one behind the other, by their numbers.
struct RecordNumbers {
  size_t first = 0;
  size_t count = 1;
};

/// Told what became of records that one call has sent: their delivery, with the first one's offset,
/// which those behind it follow one by one; or why they are not stored. Its copies share one
/// target, as those of a SharedFunction.
class OnDelivery {
 public:
  /// Null: nobody is told.
  OnDelivery() = default;
  OnDelivery(std::nullptr_t) {}  // NOLINT: as with std::function

  /// Calls `callable` with the fate and the numbers; or with the fate alone, which is for those who
  /// send one record.
  template <typename Callable>
    requires(!std::same_as<std::remove_cvref_t<Callable>, OnDelivery> &&
             (std::invocable<std::decay_t<Callable>&, const Result<Delivery>&, RecordNumbers> ||
              std::invocable<std::decay_t<Callable>&, const Result<Delivery>&>))
  OnDelivery(Callable&& callable) {  // NOLINT: as with std::function
    using Target = std::decay_t<Callable>;
    if constexpr (std::invocable<Target&, const Result<Delivery>&, RecordNumbers>) {
      told_ = Told(std::forward<Callable>(callable));
    } else {
      told_ = [one = Target(std::forward<Callable>(callable))](
                  const Result<Delivery>& fate, RecordNumbers) mutable { one(fate); };
    }
  }

  /// Whether anybody is told.
  explicit operator bool() const { return static_cast<bool>(told_); }
  /// Whether both tell the same, being copies of one.
  bool operator==(const OnDelivery&) const = default;

  /// Requires: not null.
  void operator()(const Result<Delivery>& fate, RecordNumbers numbers = {}) const {
    told_(fate, numbers);
  }

 private:
  using Told = SharedFunction<void(const Result<Delivery>&, RecordNumbers)>;

  Told told_;
};

/// How far SendAll came.
struct Sent {
  size_t count = 0;        ///< records that were taken: so many from the first on
  Status status = Done{};  ///< why the one behind them was not
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
  using OnDelivery = kafka::OnDelivery;

  /// Starts the client; does not wait for a broker. Errors: kBadInput for a property that
  /// librdkafka refuses, with its text.
  static Result<std::unique_ptr<Producer>> Open(const ProducerOptions& options);

  /// Whether Open would take the options, acks and properties: for another way to send that keeps
  /// this contract. Talks to no broker. Errors: kBadInput as Open.
  static Status Check(const ProducerOptions& options);

  /// Waits for what is queued as Flush does, for at most the delivery timeout; what remains is
  /// reported as kClosed.
  virtual ~Producer() = default;

  /// Queues `records`, which are for one topic, in their order, and may take what they hold. Their
  /// numbers are `first` and those that follow. Stops at the first that is not taken: whether to go
  /// on behind it is for the caller to say. Of each record that was taken `on_delivery` is told
  /// once, of as many at a time as have one fate. Errors: kFull (the queue is at its bound: try
  /// again after a delivery); kBadInput (larger than message.max.bytes, or a partition that the
  /// topic does not have); kClosed (a fatal error of the idempotent producer, with librdkafka's
  /// code and text; or the producer is being destroyed: a callback cannot send in its turn then, or
  /// the end would never come). The delivery's errors: kUnavailable (not acknowledged in time, with
  /// the address tried); kNotFound (no such topic or partition); kFull, kBadInput, kIo as the
  /// broker said.
  virtual Sent SendAll(std::span<OutgoingRecord> records, size_t first,
                       const OnDelivery& on_delivery) = 0;

  /// SendAll for one record; `on_delivery` is called once if and only if this returns Done.
  Status Send(OutgoingRecord&& record, const OnDelivery& on_delivery) {
    return SendAll({&record, 1}, 0, on_delivery).status;
  }

  /// Waits until every record sent before has been reported; records that other threads go on
  /// sending are waited for too. Errors: kUnavailable when `timeout`
  /// ends first.
  virtual Status Flush(std::chrono::milliseconds timeout) = 0;

  /// Records that are queued or in flight.
  virtual int64_t QueuedRecords() const = 0;
};

}  // namespace gamevents::kafka

#pragma once

#include "core/base/latency_histogram.h"
#include "core/broker/protocol/api_table.h"
#include "core/broker/protocol/error_code.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gamevents::broker {

/// What became of a request: the gravest class of the error codes in its answer, or a closed
/// connection in the place of one.
enum class RequestResult : uint8_t { kOk, kRetriable, kRefused, kStorage, kDenied, kClosed };
inline constexpr size_t kRequestResults = 6;

/// "ok", "retriable", …: as /metrics names it.
std::string_view NameOf(RequestResult result);

/// The result of an answer with error codes of that class.
RequestResult ResultOf(ErrorClass worst);

/// What the broker has done for its clients, and what its connections took and gave. Every request
/// passes here, so counting takes no lock. Counters only grow. Thread-safe.
class Traffic {
 public:
  /// The row of requests whose header nobody understands, behind those of kApis.
  static constexpr size_t kUnknownApi = kApis.size();

  /// A request was answered `took` after it was there; one of an API that is not in the table
  /// counts as unknown.
  void AddRequest(ApiKey key, RequestResult result, std::chrono::nanoseconds took);
  /// How many of the API at `index` of kApis, or of kUnknownApi, ended so.
  uint64_t requests(size_t index, RequestResult result) const {
    return rows_.at(index).results.at(static_cast<size_t>(result)).load(kRelaxed);
  }
  /// The same of the API by its key.
  uint64_t requests(ApiKey key, RequestResult result) const {
    return requests(IndexOfApi(key), result);
  }
  /// How long they took, their waits for records, members or the disk included.
  const LatencyHistogram& durations(size_t index) const { return rows_.at(index).durations; }

  /// Records that a Produce request has appended, and the bytes of their batches.
  void AddProduced(uint64_t records, uint64_t bytes) {
    produced_records_.fetch_add(records, kRelaxed);
    produced_bytes_.fetch_add(bytes, kRelaxed);
  }
  uint64_t produced_records() const { return produced_records_.load(kRelaxed); }
  uint64_t produced_bytes() const { return produced_bytes_.load(kRelaxed); }
  /// Bytes of batches that a Fetch request was answered with. Nobody looks into them, so how many
  /// records they are is not known.
  void AddFetched(uint64_t bytes) { fetched_bytes_.fetch_add(bytes, kRelaxed); }
  uint64_t fetched_bytes() const { return fetched_bytes_.load(kRelaxed); }

  /// A connection was taken; one was closed; one was closed at once, for there were too many.
  void AddAccepted() { accepted_.fetch_add(1, kRelaxed); }
  void AddClosed() { closed_.fetch_add(1, kRelaxed); }
  void AddRefused() { refused_.fetch_add(1, kRelaxed); }
  uint64_t accepted() const { return accepted_.load(kRelaxed); }
  uint64_t refused() const { return refused_.load(kRelaxed); }
  /// Connections that are open.
  uint64_t open() const {
    const uint64_t closed = closed_.load(std::memory_order_acquire);
    return accepted_.load(kRelaxed) - closed;
  }

  /// Bytes of requests and of responses, their sizes included, without what TLS adds.
  void AddReceived(uint64_t bytes) { received_bytes_.fetch_add(bytes, kRelaxed); }
  void AddSent(uint64_t bytes) { sent_bytes_.fetch_add(bytes, kRelaxed); }
  uint64_t received_bytes() const { return received_bytes_.load(kRelaxed); }
  uint64_t sent_bytes() const { return sent_bytes_.load(kRelaxed); }

  /// A request was not read for that long, because all requests together had their memory.
  void AddThrottled(std::chrono::nanoseconds waited) {
    throttled_.fetch_add(static_cast<uint64_t>(waited.count()), kRelaxed);
  }
  std::chrono::nanoseconds throttled() const {
    return std::chrono::nanoseconds(throttled_.load(kRelaxed));
  }

 private:
  static constexpr auto kRelaxed = std::memory_order_relaxed;
  struct Row {
    std::array<std::atomic<uint64_t>, kRequestResults> results{};
    LatencyHistogram durations;
  };
  std::array<Row, kApis.size() + 1> rows_;
  std::atomic<uint64_t> produced_records_{0};
  std::atomic<uint64_t> produced_bytes_{0};
  std::atomic<uint64_t> fetched_bytes_{0};
  std::atomic<uint64_t> accepted_{0};
  std::atomic<uint64_t> closed_{0};
  std::atomic<uint64_t> refused_{0};
  std::atomic<uint64_t> received_bytes_{0};
  std::atomic<uint64_t> sent_bytes_{0};
  std::atomic<uint64_t> throttled_{0};  // nanoseconds
};

}  // namespace gamevents::broker

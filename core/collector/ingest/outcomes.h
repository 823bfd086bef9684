#pragma once

#include "core/base/result.h"
#include "core/collector/store/event_counts.h"
#include "core/contracts/contracts.h"
#include "core/http/message.h"
#include "core/kafka/producer.h"
#include "core/problem/problem.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// The longest reason that is told.
inline constexpr size_t kReasonBytesMax = 1'000;

/// A reason as it can be told and kept: at most `bytes_max` bytes of valid UTF-8. Reasons quote
/// what clients sent, which may be long, cut anywhere, and no UTF-8.
std::string ReasonText(std::string_view reason, size_t bytes_max = kReasonBytesMax);

/// Why an event was not stored.
struct Rejection {
  size_t index = 0;
  problem::Code code = problem::Code::kMalformedEvent;
  std::string error;
  std::string field = {};  ///< of the event, where one is wrong
  /// Whether it is in serve.rejected_topic; nothing when that is not set.
  std::optional<bool> kept = std::nullopt;
  std::vector<contracts::Problem> problems = {};  ///< those with its contract

  /// Whether sending it again can help.
  bool retryable() const { return problem::TraitsOf(code).retryable; }
};

/// Where an event is stored.
struct StoredEvent {
  size_t index = 0;
  std::string event_id;
  kafka::Delivery place;
};

/// How many events of a request met which fate.
struct Tally {
  size_t accepted = 0;
  size_t duplicates = 0;
  size_t refused = 0;    ///< for their content
  size_t retryable = 0;  ///< not stored now
};

/// Appends the problems of an event with its contract: [{"pointer":…,"reason":…},…].
void AppendProblems(std::string& json, std::span<const contracts::Problem> problems);

/// What became of each event of one request, counted down to the answer. Each event's fate is told
/// once, from any thread; who tells the last one gets true and gives the answer. Thread-safe.
class Outcomes {
 public:
  /// Waits for `events` fates and for AllBegun. `tells_places`: the answer says where what was
  /// accepted is stored.
  explicit Outcomes(size_t events, bool tells_places = false) : undecided_(events + 1) {
    if (tells_places) stored_.emplace();
  }

  /// So many events are in the log. True for the last fate, as those that follow.
  [[nodiscard]] bool Accepted(size_t count = 1);
  /// The same of one event, and the answer says where it is.
  [[nodiscard]] bool Accepted(StoredEvent stored);
  /// An event was in the log already.
  [[nodiscard]] bool Duplicate();
  /// An event is not stored.
  [[nodiscard]] bool Rejected(Rejection rejection);
  /// Notes why something refused is not in serve.rejected_topic; the first reason is told.
  void NotKept(const Error& error);
  /// Every event has been set on its way: what Outcomes itself waits for.
  [[nodiscard]] bool AllBegun() { return CountDown(); }

  /// Whether any event is in the log because of this request. Requires: all are decided.
  bool stored_any() const { return accepted_ > 0; }

  /// The counts alone. Requires: all are decided.
  Tally tally() const;
  /// Adds them to those of all requests. Requires: all are decided.
  void AddTo(EventCounts& counts) const;

  /// The answer, with what docs/http-api.md says: 200 when something was stored and nothing can be
  /// tried again, 400 when all was refused for its content, 503 when something can be tried again.
  /// Requires: all are decided. Call once.
  http::Response Answer();

 private:
  bool CountDown(size_t count = 1) {
    return undecided_.fetch_sub(count, std::memory_order_acq_rel) == count;
  }

  std::atomic<size_t> undecided_;
  std::atomic<size_t> accepted_{0};
  std::atomic<size_t> duplicates_{0};
  mutable std::mutex mutex_;
  std::vector<Rejection> rejections_;
  std::optional<std::vector<StoredEvent>> stored_;  // nothing: nobody asks where
  std::optional<std::string> not_kept_;
};

/// The answer to a request of which nothing is stored, because its events could not be told apart
/// or it was not one that is taken; sending it again does not help. `kept` and `not_kept` as in
/// Rejection and Outcomes::NotKept.
http::Response RefuseWhole(problem::Problem why, std::optional<bool> kept = std::nullopt,
                           const std::optional<std::string>& not_kept = std::nullopt);

}  // namespace gamevents::collector

#pragma once

#include "core/base/result.h"
#include "core/base/worker.h"
#include "core/collector/request/router.h"
#include "core/http/message.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace gamevents::cmd {

/// The longest answer that is given.
inline constexpr size_t kWorkedAnswerMax = size_t{64} << 20;
/// What all answers that are kept may take; the oldest go first.
inline constexpr size_t kWorkedAnswersKeptMax = size_t{128} << 20;

/// An answer that has to be worked out.
struct WorkedAnswer {
  std::string key;                ///< two answers of one key are the same
  std::string_view content_type;  ///< a literal
  http::Headers headers = {};     ///< of its own, beside those of the cache
  /// Called from the worker. Errors: kUnavailable or kClosed: try again later; others: it cannot be
  /// worked out.
  std::function<Result<std::string>()> work;
};

/// Answers that take time: worked out one after the other, in a thread of their own, and given
/// again for a short time. Thread-safe.
class WorkedAnswers {
 public:
  /// `keep`: for how long an answer is given again; 0: not at all. Errors: kFull when the system
  /// gives no thread.
  static Result<std::unique_ptr<WorkedAnswers>> Start(std::chrono::milliseconds keep);

  /// Sees to it that `call` gets the answer: 200 with an ETag; 304 when the request has it already;
  /// 503 when it takes too long, or too many wait; 500 with the reason when it cannot be given.
  void Give(collector::Call&& call, WorkedAnswer answer);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Kept {
    std::string body;
    std::string tag;  // as ETag has it
    Time made;
  };

  explicit WorkedAnswers(std::chrono::milliseconds keep) : keep_(keep) {}

  http::Response ResponseTo(const http::Headers& asked, const WorkedAnswer& answer);
  Result<std::shared_ptr<const Kept>> Find(const WorkedAnswer& answer);
  void Keep(const std::string& key, std::shared_ptr<const Kept> kept);

  const std::chrono::milliseconds keep_;
  // The worker's own: what was answered last, by its key.
  std::map<std::string, std::shared_ptr<const Kept>> kept_;
  std::unique_ptr<Worker> worker_;  // ends first
};

}  // namespace gamevents::cmd

#pragma once

#include "core/http/exchange.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>

namespace gamevents::http {

/// An answer that is still to come: one thread waits for it, whoever has the Reply gives it.
/// Thread-safe.
class PendingReply {
 public:
  /// A Reply for `pending`. When its last copy goes without a call, the answer is 500.
  static Reply MakeReply(std::shared_ptr<PendingReply> pending);

  /// The answer, or nothing when `timeout` ends first; gives each answer once.
  std::optional<Response> WaitFor(std::chrono::milliseconds timeout);

 private:
  void Give(Response response);

  std::mutex mutex_;
  std::condition_variable given_;
  std::optional<Response> response_;
  bool taken_ = false;
};

}  // namespace gamevents::http

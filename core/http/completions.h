#pragma once

#include "core/http/message.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::http {

/// An answer on its way to the loop whose connection waits for it.
struct Completion {
  uint64_t connection = 0;
  uint64_t number = 0;  ///< of its request, see ReplyQueue
  Response response;
};

/// The answers of one loop, from whichever threads they are given in. A burst of them wakes the
/// loop once; those of a thread's own Burst come together at its end, kGatheredMax at a time.
/// Thread-safe; outlives the loop, because whoever holds a Reply holds it.
class Completions {
 public:
  /// `wake` is called, from the giving thread, when the first answer comes after a Take.
  explicit Completions(std::function<void()> wake) : wake_(std::move(wake)) {}

  /// A Reply that brings its answer here; the answer is 500 when the last copy goes without a call.
  static Reply MakeReply(std::shared_ptr<Completions> completions, uint64_t connection,
                         uint64_t number);

  /// Says that the calling thread is the loop's own, which looks here after each request that it
  /// has handed on, and so needs no waking.
  void SetLoopThread();

  /// Moves all answers to `out`, which must be empty. False when there are none.
  bool Take(std::vector<Completion>& out);

  /// Whether what was given since the last Take is more than kGivenBytesMax. Cheap.
  bool crowded() const;

  /// What is given from now on is dropped: the loop ends. Wakes nobody any more on return.
  void Close();

 private:
  static void Give(const std::shared_ptr<Completions>& to, uint64_t connection, uint64_t number,
                   Response&& response);
  static void HandOver();
  void GiveAll(std::vector<Completion>& answers);

  std::mutex mutex_;
  std::function<void()> wake_;
  std::vector<Completion> given_;
  std::atomic<bool> any_given_{false};  // whether there are: spares the loop the lock
  std::atomic<size_t> given_bytes_{0};  // of their bodies
  std::thread::id loop_thread_;
  bool woken_ = false;
  bool closed_ = false;

  friend class PendingReply;
};

}  // namespace gamevents::http

#include "core/http/completions.h"

#include "core/http/limits.h"

#include <atomic>
#include <utility>

namespace gamevents::http {

/// One answer that is still to come: given once, or 500 at its end.
class PendingReply {
 public:
  PendingReply(std::shared_ptr<Completions> completions, uint64_t connection, uint64_t number)
      : completions_(std::move(completions)), connection_(connection), number_(number) {}
  PendingReply(const PendingReply&) = delete;
  PendingReply& operator=(const PendingReply&) = delete;

  ~PendingReply() {
    if (given_.load(std::memory_order_relaxed)) return;
    Response dropped;
    dropped.status = 500;
    dropped.body = "the server has no answer to this request\n";
    (*this)(std::move(dropped));
  }

  void operator()(Response&& response) {
    if (given_.exchange(true, std::memory_order_relaxed)) return;
    completions_->Give({connection_, number_, std::move(response)});
  }

 private:
  const std::shared_ptr<Completions> completions_;
  const uint64_t connection_;
  const uint64_t number_;
  std::atomic<bool> given_{false};
};

Reply Completions::MakeReply(std::shared_ptr<Completions> completions, uint64_t connection,
                             uint64_t number) {
  return Reply(std::in_place_type<PendingReply>, std::move(completions), connection, number);
}

void Completions::SetLoopThread() {
  const std::lock_guard lock(mutex_);
  loop_thread_ = std::this_thread::get_id();
}

void Completions::Give(Completion&& completion) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  given_bytes_.store(given_bytes_.load(std::memory_order_relaxed) + completion.response.body.size(),
                     std::memory_order_relaxed);
  given_.push_back(std::move(completion));
  if (woken_ || std::this_thread::get_id() == loop_thread_) return;
  woken_ = true;
  wake_();
}

bool Completions::Take(std::vector<Completion>& out) {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  given_bytes_.store(0, std::memory_order_relaxed);
  given_.swap(out);
  return !out.empty();
}

bool Completions::crowded() const {
  return given_bytes_.load(std::memory_order_relaxed) > kGivenBytesMax;
}

void Completions::Close() {
  std::vector<Completion> dropped;
  const std::lock_guard lock(mutex_);
  closed_ = true;
  given_.swap(dropped);
}

}  // namespace gamevents::http

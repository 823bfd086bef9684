#include "core/http/completions.h"

#include "core/base/burst.h"
#include "core/http/limits.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>

namespace gamevents::http {
namespace {

// Answers of one thread on their way to one loop.
struct Gathered {
  std::shared_ptr<Completions> to;  // null: to nobody, but there is room for them
  std::vector<Completion> answers;
};
thread_local std::vector<Gathered> gathered_answers;

std::vector<Completion>& AnswersGatheredFor(const std::shared_ptr<Completions>& to) {
  auto found = std::ranges::find(gathered_answers, to, &Gathered::to);
  if (found != gathered_answers.end()) return found->answers;
  found = std::ranges::find(gathered_answers, nullptr, &Gathered::to);
  if (found == gathered_answers.end()) found = gathered_answers.emplace(found);
  found->to = to;
  return found->answers;
}

}  // namespace

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
    Completions::Give(completions_, connection_, number_, std::move(response));
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

void Completions::Give(const std::shared_ptr<Completions>& to, uint64_t connection, uint64_t number,
                       Response&& response) {
  std::vector<Completion>& answers = AnswersGatheredFor(to);
  answers.emplace_back(connection, number, std::move(response));
  if (answers.size() >= kGatheredMax || !Burst::PutOff(&HandOver)) HandOver();
}

// Gives what the calling thread has gathered to those whom it is for.
void Completions::HandOver() {
  for (Gathered& each : gathered_answers) {
    if (!each.to) continue;
    each.to->GiveAll(each.answers);
    each.answers.clear();
    each.to = nullptr;
  }
}

void Completions::GiveAll(std::vector<Completion>& answers) {
  size_t bytes = 0;
  for (const Completion& each : answers) bytes += each.response.body.size();
  const std::lock_guard lock(mutex_);
  if (closed_) return;
  if (given_.empty()) {
    given_.swap(answers);
  } else {
    std::ranges::move(answers, std::back_inserter(given_));
  }
  given_bytes_.store(given_bytes_.load(std::memory_order_relaxed) + bytes,
                     std::memory_order_relaxed);
  any_given_.store(true, std::memory_order_relaxed);
  if (woken_ || std::this_thread::get_id() == loop_thread_) return;
  woken_ = true;
  wake_();
}

// What is not seen yet without the lock wakes the loop afterwards: only a Take begins a new burst.
bool Completions::Take(std::vector<Completion>& out) {
  if (!any_given_.load(std::memory_order_relaxed)) return false;
  const std::lock_guard lock(mutex_);
  woken_ = false;
  any_given_.store(false, std::memory_order_relaxed);
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

#include "core/http/reply_queue.h"

#include "core/base/check.h"

#include <utility>

namespace gamevents::http {

// Those that are done with are kept until there are so many, so that a pipeline that never pauses
// moves each answer a bounded number of times.
constexpr size_t kPoppedMax = 64;

// An answer without its body: its type, its headers, its place here.
constexpr size_t kHeadBytes = 256;

uint64_t ReplyQueue::Push(const AnswerForm& form) {
  answers_.emplace_back(form);
  return first_number_ + answers_.size() - 1;
}

void ReplyQueue::NoteHeld(uint64_t number, size_t bytes) {
  INVARIANT(number >= first_number_ + popped_ && number < first_number_ + answers_.size());
  Answer& answer = answers_[number - first_number_];
  INVARIANT(!answer.response && answer.bytes == 0);
  answer.bytes = bytes;
  asked_bytes_ += bytes;
}

bool ReplyQueue::Put(uint64_t number, Response&& response) {
  if (number < first_number_ + popped_ || number >= first_number_ + answers_.size()) return false;
  Answer& answer = answers_[number - first_number_];
  if (answer.response || (held_ && number == first_number_ + popped_)) return false;
  asked_bytes_ -= answer.bytes;
  answer.bytes = response.body.size() + kHeadBytes;
  ready_bytes_ += answer.bytes;
  answer.response = std::move(response);
  return true;
}

ReplyQueue::Answer* ReplyQueue::Ready() {
  if (empty() || !answers_[popped_].response) return nullptr;
  return &answers_[popped_];
}

void ReplyQueue::Pop() {
  INVARIANT(Ready() != nullptr);
  Remove();
}

Response ReplyQueue::Hold() {
  INVARIANT(Ready() != nullptr);
  held_ = true;
  ready_bytes_ -= std::exchange(answers_[popped_].bytes, 0);
  Response response = std::move(*answers_[popped_].response);
  answers_[popped_].response.reset();
  return response;
}

void ReplyQueue::Release() {
  INVARIANT(held_);
  held_ = false;
  Remove();
}

void ReplyQueue::Remove() {
  answers_[popped_].response.reset();
  ready_bytes_ -= answers_[popped_].bytes;
  ++popped_;
  if (popped_ == answers_.size() || popped_ >= kPoppedMax) {
    answers_.erase(answers_.begin(), answers_.begin() + static_cast<std::ptrdiff_t>(popped_));
    first_number_ += popped_;
    popped_ = 0;
  }
}

}  // namespace gamevents::http

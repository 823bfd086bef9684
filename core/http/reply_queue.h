#pragma once

#include "core/http/answer_writer.h"
#include "core/http/message.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace gamevents::http {

/// The answers that one connection owes, in the order of its requests, whichever comes first. Not
/// thread-safe.
class ReplyQueue {
 public:
  /// The place of one request's answer.
  struct Answer {
    AnswerForm form;
    std::optional<Response> response;
    size_t bytes = 0;  // what the request holds; from Put on, the response
  };

  /// A place at the end of the queue; gives the number by which Put finds it.
  uint64_t Push(const AnswerForm& form);

  /// The request `number`, which has no answer yet, goes on holding so many bytes. Call once.
  void NoteHeld(uint64_t number, size_t bytes);

  /// Takes the response. False when nobody waits for this answer: it was given already.
  bool Put(uint64_t number, Response&& response);

  /// The oldest answer, once it is given; else null.
  Answer* Ready();
  /// Takes the oldest answer out. Requires: Ready().
  void Pop();

  /// Takes the oldest answer's response, but leaves its place: no other is ready until Release.
  /// Requires: Ready().
  Response Hold();
  /// Takes the place that Hold has left out.
  void Release();

  /// What the requests hold that have no answer yet.
  size_t asked_bytes() const { return asked_bytes_; }
  /// The bytes of the answers that have not been taken out.
  size_t ready_bytes() const { return ready_bytes_; }

  /// Requests whose answers have not been taken out.
  size_t size() const { return answers_.size() - popped_; }
  bool empty() const { return size() == 0; }

 private:
  void Remove();

  std::vector<Answer> answers_;  // the first popped_ are done with
  size_t popped_ = 0;
  size_t asked_bytes_ = 0;
  size_t ready_bytes_ = 0;
  bool held_ = false;          // answers_[popped_]
  uint64_t first_number_ = 0;  // of answers_[0]
};

}  // namespace gamevents::http

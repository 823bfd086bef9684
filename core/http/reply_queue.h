#pragma once

#include "core/http/answer_writer.h"
#include "core/http/exchange.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace gamevents::http {

/// The answers that one connection owes, in the order of its requests, whichever comes first. Not
/// thread-safe.
class ReplyQueue {
 public:
  struct Answer {
    AnswerForm form;
    std::optional<Response> response;
  };

  /// A place at the end of the queue; gives the number by which Put finds it.
  uint64_t Push(const AnswerForm& form);

  /// False when nobody waits for this answer: it was given already.
  bool Put(uint64_t number, Response response);

  /// The oldest answer, once it is given; else null.
  Answer* Ready();
  /// Takes the oldest answer out. Requires: Ready().
  void Pop();

  /// Takes the oldest answer's response, but leaves its place: no other is ready until Release.
  /// Requires: Ready().
  Response Hold();
  /// Takes the place that Hold has left out.
  void Release();

  size_t size() const { return answers_.size() - popped_; }
  bool empty() const { return size() == 0; }

 private:
  void Remove();

  std::vector<Answer> answers_;  // the first popped_ are done with
  size_t popped_ = 0;
  bool held_ = false;          // answers_[popped_]
  uint64_t first_number_ = 0;  // of answers_[0]
};

}  // namespace gamevents::http

#pragma once

#include "core/base/check.h"
#include "core/problem/codes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace gamevents::problem {

/// The media type of a problem (RFC 9457).
inline constexpr std::string_view kMediaType = "application/problem+json";

/// How many of `Problem::allowed` an answer lists at most.
inline constexpr size_t kAllowedMax = 100;

/// Why a request is refused: the code, a sentence, and what the sentence says as data.
struct Problem {
  Code code = Code::kInternalError;
  std::string detail = {};                ///< what was wrong this time, for people
  std::string field = {};                 ///< the argument, event's field or part of the path
  std::vector<std::string> allowed = {};  ///< what would have been taken
  std::string nearest = {};               ///< the one of these that was probably meant
  std::optional<int64_t> min = {};        ///< the bounds of a number
  std::optional<int64_t> max = {};
  std::optional<int64_t> retry_after = {};  ///< seconds to wait before the next try
  /// Members that the route's answers have anyway, as JSON without braces; they come first.
  std::string members = {};
  /// What such an answer has as its `status`, a text; empty: it has none of that name.
  std::string_view status_word = {};

  int status() const { return TraitsOf(code).status; }

  /// The same problem with "`where`: " before its detail.
  Problem In(std::string_view where) &&;
};

/// What the member `status` of a problem is.
enum class StatusMember : uint8_t {
  kNumber,  ///< the answer's status, as RFC 9457 says
  kWord,    ///< Problem::status_word, where there is one
};

/// One JSON object: the route's own members, then type, title, status, detail, code, retryable and
/// what else is known. A text that is no UTF-8 has '?' for each byte that is not ASCII.
std::string ToJson(const Problem& problem, StatusMember status = StatusMember::kNumber);

/// Which form of a refusal a client asks for with Accept (RFC 9110 section 12.5.1).
enum class Asked : uint8_t {
  kOther,    ///< for neither JSON nor anything that comes
  kNothing,  ///< no such header, or one that takes anything
  kJson,     ///< for application/json or application/problem+json by name
};

/// What one Accept header asks for. Of several the greatest counts.
Asked AskedBy(std::string_view accept);

/// A value, or the problem that kept it from being read out of a request. As Result (core/base),
/// for what is told to a client.
template <class T>
class [[nodiscard]] OrProblem {
 public:
  OrProblem(T value) : state_(std::in_place_index<0>, std::move(value)) {}            // NOLINT
  OrProblem(Problem problem) : state_(std::in_place_index<1>, std::move(problem)) {}  // NOLINT

  /// Whether there is a value.
  explicit operator bool() const { return state_.index() == 0; }
  /// The same, for where a bool is not converted by itself.
  bool ok() const { return state_.index() == 0; }

  /// The value. Requires: ok().
  T& operator*() & { return INVARIANT(ok()), *std::get_if<0>(&state_); }
  const T& operator*() const& { return INVARIANT(ok()), *std::get_if<0>(&state_); }
  T&& operator*() && { return INVARIANT(ok()), std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return &**this; }
  const T* operator->() const { return &**this; }

  /// The problem. Requires: !ok().
  const Problem& problem() const& { return INVARIANT(!ok()), *std::get_if<1>(&state_); }
  Problem&& problem() && { return INVARIANT(!ok()), std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Problem> state_;
};

}  // namespace gamevents::problem

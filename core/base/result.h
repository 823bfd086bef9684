#pragma once

#include "core/base/check.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace gamevents {

/// What a caller can do something different about. Everything else about an error is text.
enum class Fault : uint8_t {
  kBadInput,     ///< The caller's data or arguments are wrong; trying again cannot help.
  kNotFound,     ///< The thing named does not exist.
  kExists,       ///< The thing to be made is already there.
  kUnavailable,  ///< A peer did not answer, or not in time; trying again later can help.
  kFull,         ///< No room: a bounded queue, a limit or a disk. Nothing was done.
  kIo,           ///< The operating system refused; the state of what was touched is in doubt.
  kCorrupt,      ///< Stored or received bytes are not what they must be.
  kUnsupported,  ///< Well formed, but not something that we do.
  kDenied,       ///< The caller is not who it says it is, or may not do this.
  kClosed,       ///< The object was closed or interrupted; nothing was done.
};

/// The fault's name in lower case, for logs and tests: "bad input", "not found", …
std::string_view FaultName(Fault fault);

/// An error on its way up. `context` reads "path: what was tried: why", outermost first, and its
/// end says what to do where that is known.
struct [[nodiscard]] Error {
  Fault fault;
  std::string context;

  /// The same error with "`where`: " before its context.
  Error In(std::string_view where) && {
    context.insert(0, ": ").insert(0, where);
    return std::move(*this);
  }
};

/// An Error{kIo or nearer} for the operating system's `error_number` (errno) while doing `what`:
/// "open /x: No such file or directory". What runs out (ENOSPC, EDQUOT, EFBIG, EMFILE, ENFILE,
/// ENOMEM) gives kFull, ENOENT kNotFound, EEXIST kExists.
Error SystemError(std::string_view what, int error_number);

/// A value, or the Error that kept it from being made. Movable where T is. Asking for the one
/// that is not there is a programming mistake and ends the process (see INVARIANT).
template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  // Implicit on purpose: `return value;` and `return Error{…};` are the two ways out.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  /// Whether there is a value.
  explicit operator bool() const { return state_.index() == 0; }
  /// The same, for where a bool is not converted by itself.
  bool ok() const { return state_.index() == 0; }

  /// The value. Requires: ok().
  T& value() & { return INVARIANT(ok()), *std::get_if<0>(&state_); }
  const T& value() const& { return INVARIANT(ok()), *std::get_if<0>(&state_); }
  T&& value() && { return INVARIANT(ok()), std::move(*std::get_if<0>(&state_)); }

  /// The same in short form.
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The error. Requires: !ok().
  Error& error() & { return INVARIANT(!ok()), *std::get_if<1>(&state_); }
  const Error& error() const& { return INVARIANT(!ok()), *std::get_if<1>(&state_); }
  Error&& error() && { return INVARIANT(!ok()), std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, Error> state_;
};

/// What a Status holds when all went well.
struct Done {};

/// A Result without a value: `return Done{};` or `return Error{…};`.
using Status = Result<Done>;

}  // namespace gamevents

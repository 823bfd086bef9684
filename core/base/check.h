#pragma once

namespace gamevents {

/// Prints where and what to stderr and aborts. Called by INVARIANT only.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace gamevents

/// Ends the process when `condition` is false, in release builds too: for what we did wrong,
/// never for what the world did. An expression, so that it can stand before a comma.
#define INVARIANT(condition) \
  ((condition) ? static_cast<void>(0) : ::gamevents::CheckFailed(#condition, __FILE__, __LINE__))

#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace gamevents::spark {

/// What is kept of what a program says, its end.
inline constexpr size_t kSaidBytesMax = size_t{64} << 10;
/// How long a program may take to end after SIGTERM before it is killed.
inline constexpr std::chrono::seconds kTermTimeout{5};

struct Command {
  std::vector<std::string> words;  ///< the program (looked up in PATH without a slash), arguments
  std::chrono::milliseconds timeout{};
};

struct Ended {
  int code = 0;      ///< its exit code; 128 + N when signal N ended it
  std::string said;  ///< the end of what it wrote to stdout and stderr, at most kSaidBytesMax
};

/// Runs a program to its end, in a process group of its own, with nothing to read. What is left of
/// the group when this returns has been ended too, and no zombie stays. A second stop signal ends
/// us at once, when the group has had its SIGTERM.
/// Errors: kNotFound (no such program); kUnavailable (not done within the timeout, with the end of
/// what it said); kClosed (the stop signal); kIo.
Result<Ended> Run(const Command& command);

}  // namespace gamevents::spark

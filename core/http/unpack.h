#pragma once

#include "core/http/message.h"
#include "core/problem/problem.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace gamevents::http {

/// Decompresses the bodies of requests that say Content-Encoding: gzip, within limits: on what
/// comes out (`bytes_max`) and on how many times the size of what went in that is (limits.h), since
/// a bomb is small. Immutable, so thread-safe.
class Unpacker {
 public:
  explicit Unpacker(int64_t bytes_max) : bytes_max_(static_cast<size_t>(bytes_max)) {}

  /// Replaces the body of `request`, whose headers stay as they are. Refuses with 415 every coding
  /// but gzip, with 400 a body that is no gzip or does not come to its end, with 413 one that
  /// becomes too long.
  std::optional<problem::Problem> Unpack(Request& request) const;

 private:
  const size_t bytes_max_;
};

}  // namespace gamevents::http

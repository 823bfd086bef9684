#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::cmd {

/// Reads lines from a descriptor, which it does not own. A line ends at '\n', which is not part of
/// it; everything else is, a '\r' too. The last line may lack its '\n'. Not thread-safe.
class LineReader {
 public:
  LineReader(int fd, size_t line_bytes_max) : fd_(fd), line_bytes_max_(line_bytes_max) {}

  /// The next line, which lives until the next call; nullopt at the end.
  /// Errors: kBadInput (longer than the limit); kClosed (the process was told to stop); kIo.
  Result<std::optional<std::string_view>> Next();

  /// The number of the line that Next gave last, from 1.
  int64_t number() const { return number_; }

 private:
  Result<bool> ReadMore();

  const int fd_;
  const size_t line_bytes_max_;
  std::string buffer_;
  size_t begin_ = 0;    // of the next line in buffer_
  size_t scanned_ = 0;  // no '\n' between begin_ and here
  bool ended_ = false;
  int64_t number_ = 0;
};

}  // namespace gamevents::cmd

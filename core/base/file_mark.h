#pragma once

#include <cstdint>
#include <string>

namespace gamevents {

/// What stat(2) tells a file's text by: while the mark is the same, so is the text. A file that is
/// replaced gets another mark, whatever its time.
struct FileMark {
  int error = 0;  ///< errno where the file could not be looked at; all else is 0 then
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t changed = 0;  ///< nanoseconds since 1970

  friend bool operator==(const FileMark&, const FileMark&) = default;
};

/// The mark of the file at `path`. Take it before reading: what changes meanwhile is seen then.
FileMark FileMarkOf(const std::string& path);

}  // namespace gamevents

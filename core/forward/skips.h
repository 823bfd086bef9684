#pragma once

#include "core/base/file_mark.h"
#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// What is deliberately not copied: `gamevents forward skip` writes it, the forwarder reads it. A
// file of lines "TOPIC PARTITION OFFSET".

namespace gamevents::forward {

/// The records of a partition below `offset` need not be copied.
struct Skip {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;

  bool operator==(const Skip&) const = default;
};

/// What the file says; nothing when there is none. Errors: kCorrupt with the line; kIo.
Result<std::vector<Skip>> ReadSkips(const std::string& path);

/// Adds `skip` in the place of one for the same partition. One that reaches further stays. The file
/// is replaced as a whole, by one process at a time. Errors: as ReadSkips and EditFile.
Status AddSkip(const std::string& path, const Skip& skip);

/// Looks into the file when it has changed. Used by one thread.
class SkipWatch {
 public:
  /// `path` may be empty: nothing is skipped then.
  explicit SkipWatch(std::string path) : path_(std::move(path)) {}

  /// Below which offset nothing of the partition is copied; 0: everything is. A file that cannot be
  /// read is noted, and what it said before holds.
  int64_t Of(const std::string& topic, int32_t partition);

 private:
  void Look();

  const std::string path_;
  std::optional<FileMark> seen_;  // of the file when it was read
  std::vector<Skip> skips_;
};

}  // namespace gamevents::forward

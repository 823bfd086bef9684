#pragma once

#include "core/base/check.h"
#include "core/log/batch.h"
#include "core/log/log.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/log/simulated_disk.h"

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// A partition's folder on a simulated disk, for the fuzz targets whose input is a file of it.

namespace gamevents::log {

inline constexpr char kFuzzFolder[] = "/events-0";

/// A folder in which a log is opened again and again. Not thread-safe.
class LogOnDisk {
 public:
  LogOnDisk() { INVARIANT(disk_.CreateDirectory(kFuzzFolder).ok()); }

  static std::string Path(std::string_view file) {
    return std::string(kFuzzFolder) + "/" + std::string(file);
  }

  SimulatedDisk& disk() { return disk_; }

  Result<std::shared_ptr<Log>> Open(const LogOptions& options, const Log::OpenOptions& open) {
    return Log::Open({disk_, pool_, committer_, clock_}, kFuzzFolder, options, open);
  }

 private:
  SimulatedDisk disk_;
  FixedClock clock_;
  FilePool pool_{16};
  Committer committer_{{std::chrono::milliseconds(0), 1}};
};

/// The bytes of a slice, which lies within its file.
inline std::vector<std::byte> BytesOf(const Slice& slice) {
  std::vector<std::byte> bytes(slice.length);
  if (slice.file == nullptr) return bytes;
  const auto read = slice.file->ReadAt(slice.position, bytes);
  INVARIANT(read.ok());
  INVARIANT(*read == bytes.size());
  return bytes;
}

/// The first batch of what a consumer at `from` is given: whole, and the one that it asked for or
/// the next one behind a gap. Requires: `bytes` is not empty.
inline BatchHeader FirstBatch(std::span<const std::byte> bytes, Offset from) {
  INVARIANT(bytes.size() >= kBatchHeaderSize);
  const BatchHeader header = ReadBatchHeader(bytes);
  INVARIANT(!HeaderFlaw(header));
  INVARIANT(header.size() <= bytes.size());
  INVARIANT(header.last_offset() >= from);
  return header;
}

}  // namespace gamevents::log

#pragma once

#include "core/base/result.h"
#include "core/log/file_pool.h"
#include "core/log/file_system.h"
#include "core/log/format.h"
#include "core/log/types.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace gamevents::log {

/// "The batch whose last offset is this starts there." Offsets count from the segment's base.
struct OffsetEntry {
  static constexpr size_t kSize = kOffsetEntrySize;
  int32_t relative_offset = 0;
  int32_t position = 0;
  void Encode(std::byte* to) const;
  static OffsetEntry Decode(const std::byte* from);
};

/// "Up to the batch whose last offset is this, no timestamp is larger."
struct TimeEntry {
  static constexpr size_t kSize = kTimeEntrySize;
  TimestampMs timestamp;
  int32_t relative_offset = 0;
  void Encode(std::byte* to) const;
  static TimeEntry Decode(const std::byte* from);
};

/// The entries of one index, ascending: in memory while its segment grows, in their file once it
/// is at rest, so that the indexes of a large log cost neither memory nor descriptors. Thread-safe.
template <class Entry>
class IndexFile {
 public:
  IndexFile(FilePool& pool, FileSystem& files, const std::string& path)
      : files_(files), file_(pool, files, path, FileSystem::Mode::kRead) {}

  /// Begins empty, in memory.
  void Clear();
  /// Requires: not at rest.
  void Add(const Entry& entry);

  /// Takes the entries that are in the file, and rests. False when there is no such file or its
  /// size cannot be true; it is empty then. Errors: kIo; kFull (no descriptor).
  Result<bool> Load();

  /// Writes all entries to the file and syncs it; they stay in memory. Does nothing at rest.
  /// Errors: kFull (also when the file cannot be made, whatever the reason); kIo.
  Status Write();

  /// Gives up the entries in memory: from now on they are looked up in the file.
  /// Requires: a Write since the last Add.
  void Rest();

  /// Brings the entries back into memory, to grow again. Errors: kIo; kFull (no descriptor).
  Status Grow();

  /// Never opens the file again.
  void Retire() { file_.Retire(); }

  /// Entries, wherever they are.
  size_t count() const;
  /// The size of the file that they make.
  size_t bytes() const { return count() * Entry::kSize; }
  /// The last entry; nullopt when there is none. Errors: as FindLast.
  Result<std::optional<Entry>> Last() const;

  /// The last entry for which `before` holds; it holds for a first part of the entries and for
  /// none after. Errors: kNotFound (somebody removed the file); kClosed (retired); kIo; kFull.
  Result<std::optional<Entry>> FindLast(const std::function<bool(const Entry&)>& before) const;

 private:
  Result<Entry> At(const File* file, size_t index) const;

  FileSystem& files_;
  mutable PooledFile file_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // unless at rest
  bool resting_ = false;
  size_t count_ = 0;
};

}  // namespace gamevents::log

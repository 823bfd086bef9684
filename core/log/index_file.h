#pragma once

#include "core/base/result.h"
#include "core/log/file_system.h"
#include "core/log/format.h"
#include "core/log/types.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
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
/// is sealed, so that the indexes of a large log cost no memory. Thread-safe.
template <class Entry>
class IndexFile {
 public:
  IndexFile(FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  /// Begins empty, in memory.
  void Clear();
  void Add(const Entry& entry);

  /// Takes the entries that are in the file. False when there is no such file or its size cannot
  /// be true; it is empty then. Errors: kIo.
  Result<bool> Load();

  /// Writes all entries to the file, syncs it, and looks there from now on. Errors: kIo; kFull.
  Status Seal();

  /// Brings the entries of a sealed index back into memory, to grow again. Errors: kIo.
  Status Unseal();

  size_t count() const;
  size_t bytes() const { return count() * Entry::kSize; }
  Result<std::optional<Entry>> Last() const;

  /// The last entry for which `before` holds; it holds for a first part of the entries and for
  /// none after. Errors: kIo.
  Result<std::optional<Entry>> FindLast(const std::function<bool(const Entry&)>& before) const;

 private:
  Result<Entry> At(const File* file, size_t index) const;

  FileSystem& files_;
  const std::string path_;
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // when file_ is null
  std::shared_ptr<File> file_;
  size_t count_ = 0;
};

}  // namespace gamevents::log

#pragma once

#include "core/base/result.h"
#include "core/log/batch.h"
#include "core/log/file_system.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace gamevents::log {

/// A batch and where it starts in its file.
struct BatchAt {
  uint64_t position = 0;
  BatchHeader header;
  uint64_t end() const { return position + header.size(); }
};

/// Goes through the batches of a file, header by header, reading ahead in chunks. The file must
/// outlive it. Not thread-safe.
class BatchScanner {
 public:
  /// Reading ahead: a lookup needs few headers, recovery everything.
  static constexpr size_t kLookupChunk = 4 * 1024;
  static constexpr size_t kWholeChunk = 1024 * 1024;

  /// From the batch that starts at `from` up to `end`.
  BatchScanner(const File& file, uint64_t from, uint64_t end, size_t chunk_bytes)
      : file_(file), next_(from), end_(end), chunk_bytes_(chunk_bytes) {}

  /// The next batch, or nullopt at the end. Errors: kIo; kCorrupt (no batch stands at position(),
  /// or not all of it), after which the scan is over.
  Result<std::optional<BatchAt>> Next();

  /// All bytes of the batch that Next gave last; they live until the next call.
  /// Errors: kIo; kCorrupt (the file has become shorter).
  Result<std::span<const std::byte>> Bytes();

  /// A batch that is as it must be, with its bytes, which live until the next call.
  struct Good {
    BatchHeader header;
    std::span<const std::byte> bytes;
  };
  /// The next batch, all of it read and its checksum compared; nullopt at the end. It has to begin
  /// at `expected`, or with `gaps` at or after it. Errors: kIo; kCorrupt (what stands at the place
  /// of the batch is not that, and what it is), after which the scan is over.
  Result<std::optional<Good>> NextGood(Offset expected, bool gaps);

  /// Where Next looks.
  uint64_t position() const { return next_; }

 private:
  Result<std::span<const std::byte>> Load(uint64_t position, size_t size);

  const File& file_;
  uint64_t next_;
  const uint64_t end_;
  const size_t chunk_bytes_;
  BatchAt current_;
  std::vector<std::byte> chunk_;
  uint64_t chunk_at_ = 0;
};

}  // namespace gamevents::log

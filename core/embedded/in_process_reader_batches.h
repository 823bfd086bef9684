#pragma once

#include "core/base/result.h"
#include "core/log/batch.h"
#include "core/log/log.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace gamevents::embedded {

/// Pieces of logs in one buffer, and the batches in them, one after the other. What it holds is
/// bounded: about kBytes of the logs, or one batch that is larger, and as much unpacked, or one
/// batch. Its memory is used again and again. Not thread-safe.
class BatchBuffer {
 public:
  /// What is read, and what is unpacked, at one time.
  static constexpr size_t kBytes = size_t{1} << 20;

  /// Forgets all batches.
  void Clear();

  bool empty() const { return used_ == 0; }
  /// How many bytes may be added.
  size_t room() const { return used_ < kBytes ? kBytes - used_ : 0; }

  /// Reads `slice`, of the log that the caller numbers `owner`. What Unpack gave before is no
  /// longer valid if the slice is larger than room(), as it may be when the buffer is empty.
  /// Errors: kIo; kCorrupt (the file has become shorter).
  Status Read(size_t owner, const log::Slice& slice);

  /// Whose batch it is that Next came to last.
  size_t owner() const { return owner_; }

  /// The header of the next batch; nullopt at the end. Errors: kCorrupt (no batch stands there).
  Result<std::optional<log::BatchHeader>> Next();

  /// The records of the batch that Next gave last, its checksum compared, as RecordCursor takes
  /// them. They stay as they are until KeepOne or Clear. Errors: kCorrupt; kUnsupported.
  Result<std::span<const std::byte>> Unpack();

  /// Whether another batch may be unpacked.
  bool HasRoomToUnpack() const { return unpacked_bytes_ < kBytes; }

  /// Of what was unpacked only the last is needed from now on.
  void KeepOne();

 private:
  struct Piece {
    size_t owner;
    size_t end;
  };

  std::vector<std::byte> bytes_;
  size_t used_ = 0;
  std::vector<Piece> pieces_;
  size_t piece_ = 0;     // that Next looks into
  size_t position_ = 0;  // where
  size_t owner_ = 0;
  log::BatchHeader header_;
  std::span<const std::byte> batch_;

  std::vector<std::vector<std::byte>> unpacked_;  // the first unpacked_count_ are in use
  size_t unpacked_count_ = 0;
  size_t unpacked_bytes_ = 0;
};

}  // namespace gamevents::embedded

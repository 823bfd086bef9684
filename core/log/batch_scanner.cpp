#include "core/log/batch_scanner.h"

#include <algorithm>
#include <string>

namespace gamevents::log {

Result<std::span<const std::byte>> BatchScanner::Load(uint64_t position, size_t size) {
  const bool there = position >= chunk_at_ && position + size <= chunk_at_ + chunk_.size();
  if (!there) {
    chunk_.resize(std::min<uint64_t>(std::max(size, chunk_bytes_), end_ - position));
    const auto got = file_.ReadAt(position, chunk_);
    if (!got) {
      chunk_.clear();
      return Error(got.error());
    }
    chunk_.resize(*got);
    chunk_at_ = position;
    if (*got < size) return Error{Fault::kCorrupt, "the file ends inside the batch"};
  }
  return std::span<const std::byte>(chunk_).subspan(position - chunk_at_, size);
}

Result<std::optional<BatchAt>> BatchScanner::Next() {
  if (next_ >= end_) return std::optional<BatchAt>();
  if (end_ - next_ < kBatchHeaderSize) {
    return Error{Fault::kCorrupt, "the file ends inside a batch header"};
  }
  const auto bytes = Load(next_, kBatchHeaderSize);
  if (!bytes) return Error(bytes.error());
  const BatchHeader header = ReadBatchHeader(*bytes);
  if (const auto flaw = HeaderFlaw(header)) return Error{Fault::kCorrupt, *flaw};
  if (header.size() > end_ - next_) {
    return Error{Fault::kCorrupt, "the file ends inside the batch"};
  }
  current_ = BatchAt{next_, header};
  next_ += header.size();
  return std::optional<BatchAt>(current_);
}

Result<std::span<const std::byte>> BatchScanner::Bytes() {
  return Load(current_.position, current_.header.size());
}

Result<std::optional<BatchScanner::Good>> BatchScanner::NextGood(Offset expected, bool gaps) {
  const auto batch = Next();
  if (!batch) return Error(batch.error());
  if (!batch->has_value()) return std::optional<Good>();
  const BatchHeader& header = (*batch)->header;
  const auto bytes = Bytes();
  if (!bytes) return Error(bytes.error());
  const Offset begin = header.base_offset;
  if (gaps ? begin < expected : begin != expected) {
    return Error{Fault::kCorrupt, "offset " + std::to_string(begin.value) + " where " +
                                      std::to_string(expected.value) + " is expected"};
  }
  if (BatchCrc(*bytes) != header.crc) return Error{Fault::kCorrupt, "the checksum is wrong"};
  return std::optional(Good{header, *bytes});
}

}  // namespace gamevents::log

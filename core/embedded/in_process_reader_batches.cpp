#include "core/embedded/in_process_reader_batches.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gamevents::embedded {

void BatchBuffer::Clear() {
  used_ = position_ = piece_ = 0;
  pieces_.clear();
  batch_ = {};
  // One batch can be larger, as its topic allows.
  if (bytes_.size() > kBytes) std::vector<std::byte>().swap(bytes_);
  unpacked_count_ = 0;
  KeepOne();
}

Status BatchBuffer::Read(size_t owner, const log::Slice& slice) {
  const size_t needed = used_ + slice.length;
  if (bytes_.size() < needed) bytes_.resize(std::max(needed, kBytes));
  const std::span<std::byte> place = std::span(bytes_).subspan(used_, slice.length);
  const auto got = slice.file->ReadAt(slice.position, place);
  if (!got) return Error(got.error());
  if (*got < slice.length) return Error{Fault::kCorrupt, "the file ends inside the batch"};
  used_ = needed;
  pieces_.push_back({owner, used_});
  return Done{};
}

Result<std::optional<log::BatchHeader>> BatchBuffer::Next() {
  if (piece_ < pieces_.size() && position_ == pieces_[piece_].end) ++piece_;
  if (piece_ == pieces_.size()) return std::optional<log::BatchHeader>();
  owner_ = pieces_[piece_].owner;
  const auto rest =
      std::span<const std::byte>(bytes_).subspan(position_, pieces_[piece_].end - position_);
  if (rest.size() < log::kBatchHeaderSize) {
    return Error{Fault::kCorrupt, "the file ends inside a batch header"};
  }
  const log::BatchHeader header = log::ReadBatchHeader(rest);
  if (const auto flaw = log::HeaderFlaw(header)) return Error{Fault::kCorrupt, *flaw};
  if (header.size() > rest.size()) {
    return Error{Fault::kCorrupt, "the file ends inside the batch"};
  }
  header_ = header;
  batch_ = rest.first(header.size());
  position_ += header.size();
  return std::optional(header_);
}

Result<std::span<const std::byte>> BatchBuffer::Unpack() {
  if (log::BatchCrc(batch_) != header_.crc) {
    return Error{Fault::kCorrupt, "the batch does not match its checksum"};
  }
  if (header_.codec() == log::Codec::kNone) return batch_.subspan(log::kBatchHeaderSize);
  if (unpacked_count_ == unpacked_.size()) unpacked_.emplace_back();
  auto records = log::UncompressedRecords(header_, batch_, unpacked_[unpacked_count_]);
  if (!records) return records;
  ++unpacked_count_;
  unpacked_bytes_ += records->size();
  return records;
}

void BatchBuffer::KeepOne() {
  if (unpacked_count_ > 1) std::swap(unpacked_.front(), unpacked_[unpacked_count_ - 1]);
  unpacked_count_ = std::min(unpacked_count_, size_t{1});
  unpacked_bytes_ = unpacked_count_ == 0 ? 0 : unpacked_.front().size();
  // One batch can unpack to 64 MiB, and any of these could have held one.
  for (size_t i = unpacked_count_; i < unpacked_.size(); ++i) {
    if (unpacked_[i].capacity() > kBytes) std::vector<std::byte>().swap(unpacked_[i]);
  }
}

}  // namespace gamevents::embedded

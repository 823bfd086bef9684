#include "core/log/segment.h"

#include "core/base/bytes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace gamevents::log {

std::string OffsetFileName(Offset base) {
  const std::string digits = std::to_string(base.value);
  return std::string(kOffsetDigits - digits.size(), '0') + digits;
}

std::optional<Offset> ParseOffsetFileName(std::string_view name, std::string_view suffix) {
  if (name.size() != kOffsetDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  int64_t value = 0;
  const char* end = name.data() + kOffsetDigits;
  const auto [stop, error] = std::from_chars(name.data(), end, value);
  if (error != std::errc() || stop != end || value < 0) return std::nullopt;
  return Offset(value);
}

Segment::Segment(FileSystem& files, const std::string& directory, Offset base,
                 std::shared_ptr<File> file)
    : files_(files),
      base_(base),
      stem_(directory + "/" + OffsetFileName(base)),
      path_(stem_ + kLogSuffix),
      file_(std::move(file)),
      offsets_(files, stem_ + kOffsetIndexSuffix),
      times_(files, stem_ + kTimeIndexSuffix) {
  Reset();
}

Result<std::shared_ptr<Segment>> Segment::Create(FileSystem& files, const std::string& directory,
                                                 Offset base) {
  auto file =
      files.Open(directory + "/" + OffsetFileName(base) + kLogSuffix, FileSystem::Mode::kCreate);
  if (!file) return std::move(file).error();
  return std::shared_ptr<Segment>(new Segment(files, directory, base, std::move(*file)));
}

Result<std::shared_ptr<Segment>> Segment::Open(FileSystem& files, const std::string& directory,
                                               Offset base) {
  auto file =
      files.Open(directory + "/" + OffsetFileName(base) + kLogSuffix, FileSystem::Mode::kUpdate);
  if (!file) return std::move(file).error();
  return std::shared_ptr<Segment>(new Segment(files, directory, base, std::move(*file)));
}

Error Segment::Damaged(uint64_t position, Error error) const {
  return std::move(error).In(path_ + " at byte " + std::to_string(position));
}

void Segment::Reset() {
  const std::lock_guard lock(mutex_);
  facts_ = Facts{};
  facts_.next_offset = facts_.max_timestamp_offset = base_;
  bytes_since_entry_ = 0;
  last_time_entry_ = TimestampMs(-1);
  offsets_.Clear();
  times_.Clear();
}

Status Segment::Write(std::span<const std::span<const std::byte>> pieces) {
  const uint64_t size = facts().size;
  auto wrote = file_->WriteAt(size, pieces);
  if (wrote || wrote.error().fault != Fault::kFull) return wrote;
  // Part of the batch may be there. What is read and synced ends before it, but the next batch
  // must not be shorter and leave its rest standing.
  if (auto cut = file_->Truncate(size); !cut) {
    return Error{Fault::kIo, wrote.error().context + "; then " + cut.error().context};
  }
  return wrote;
}

void Segment::Note(const BatchHeader& header, uint32_t index_interval_bytes) {
  const std::lock_guard lock(mutex_);
  const uint64_t position = facts_.size;
  if (position == 0) facts_.first_timestamp = header.max_timestamp;
  if (header.max_timestamp > facts_.max_timestamp) {
    facts_.max_timestamp = header.max_timestamp;
    facts_.max_timestamp_offset = header.last_offset();
  }
  if (bytes_since_entry_ > index_interval_bytes) {
    offsets_.Add({static_cast<int32_t>(header.last_offset().value - base_.value),
                  static_cast<int32_t>(position)});
    if (facts_.max_timestamp > last_time_entry_) {
      times_.Add({facts_.max_timestamp,
                  static_cast<int32_t>(facts_.max_timestamp_offset.value - base_.value)});
      last_time_entry_ = facts_.max_timestamp;
    }
    bytes_since_entry_ = 0;
  }
  bytes_since_entry_ += header.size();
  facts_.size = position + header.size();
  facts_.next_offset = header.next_offset();
}

Status Segment::Seal() {
  if (facts().max_timestamp > last_time_entry_) {
    if (auto unsealed = times_.Unseal(); !unsealed) return unsealed;
    times_.Add({facts().max_timestamp,
                static_cast<int32_t>(facts().max_timestamp_offset.value - base_.value)});
    last_time_entry_ = facts().max_timestamp;
  }
  if (auto sealed = offsets_.Seal(); !sealed) return sealed;
  return times_.Seal();
}

Status Segment::Unseal() {
  if (auto unsealed = offsets_.Unseal(); !unsealed) return unsealed;
  return times_.Unseal();
}

Status Segment::CutToSize() {
  if (auto cut = file_->Truncate(facts().size); !cut) return cut;
  return file_->Sync();
}

Status Segment::RemoveFiles() {
  // The records go last: a crash in between leaves a segment whose indexes are made again.
  for (const char* suffix : {kSnapshotSuffix, kOffsetIndexSuffix, kTimeIndexSuffix,
                             kTransactionIndexSuffix, kLogSuffix}) {
    auto removed = files_.Remove(stem_ + suffix);
    if (!removed && removed.error().fault != Fault::kNotFound) return removed;
  }
  return Done{};
}

Segment::Facts Segment::facts() const {
  const std::lock_guard lock(mutex_);
  Facts facts = facts_;
  facts.index_bytes = std::max(offsets_.bytes(), times_.bytes());
  return facts;
}

}  // namespace gamevents::log

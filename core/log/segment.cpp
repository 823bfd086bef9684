#include "core/log/segment.h"

#include "core/base/bytes.h"
#include "core/base/number.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace gamevents::log {

std::string OffsetFileName(Offset base) {
  const std::string digits = std::to_string(base.value);
  return std::string(kOffsetDigits - digits.size(), '0') + digits;
}

std::optional<Offset> ParseOffsetFileName(std::string_view name, std::string_view suffix) {
  if (name.size() != kOffsetDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  const auto value = ParseWholeNumber<int64_t>(name.substr(0, kOffsetDigits));
  if (!value || *value < 0) return std::nullopt;
  return Offset(*value);
}

Segment::Segment(const SegmentEnvironment& environment, const std::string& directory, Offset base)
    : files_(environment.files),
      base_(base),
      stem_(directory + "/" + OffsetFileName(base)),
      path_(stem_ + kLogSuffix),
      pooled_(environment.pool, environment.files, path_, FileSystem::Mode::kUpdate),
      offsets_(environment.pool, environment.files, stem_ + kOffsetIndexSuffix),
      times_(environment.pool, environment.files, stem_ + kTimeIndexSuffix) {
  Reset();
}

Result<std::shared_ptr<Segment>> Segment::Create(const SegmentEnvironment& environment,
                                                 const std::string& directory, Offset base) {
  auto segment = Find(environment, directory, base);
  auto file = environment.files.Open(segment->path_, FileSystem::Mode::kCreate);
  if (!file) return NotMade(std::move(file).error());
  segment->growing_ = std::move(*file);
  return segment;
}

std::shared_ptr<Segment> Segment::Find(const SegmentEnvironment& environment,
                                       const std::string& directory, Offset base) {
  return std::shared_ptr<Segment>(new Segment(environment, directory, base));
}

Result<std::shared_ptr<File>> Segment::file() const {
  {
    const std::lock_guard lock(mutex_);
    if (growing_ != nullptr) return growing_;
  }
  return pooled_.Get();
}

Result<uint64_t> Segment::FileSize() const {
  const auto opened = file();
  if (!opened) return Error(opened.error());
  return (*opened)->Size();
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
  const auto opened = file();
  if (!opened) return Error(opened.error());
  const uint64_t size = facts().size;
  auto wrote = (*opened)->WriteAt(size, pieces);
  if (wrote || wrote.error().fault != Fault::kFull) return wrote;
  // Part of the batch may be there. What is read and synced ends before it, but the next batch
  // must not be shorter and leave its rest standing.
  if (auto cut = (*opened)->Truncate(size); !cut) {
    return Error{Fault::kIo, wrote.error().context + "; then " + cut.error().context};
  }
  return wrote;
}

Status Segment::TryWrite(size_t bytes) {
  const std::vector<std::byte> zeros(bytes);
  const std::array<std::span<const std::byte>, 1> pieces{zeros};
  if (auto wrote = Write(pieces); !wrote) return wrote;
  const auto opened = file();
  if (!opened) return Error(opened.error());
  auto cut = (*opened)->Truncate(facts().size);
  return cut ? std::move(cut) : Status(Error{Fault::kIo, cut.error().context});
}

Status Segment::Sync() {
  const auto opened = file();
  if (!opened) return Error(opened.error());
  return (*opened)->Sync();
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
  const Facts known = facts();
  if (known.max_timestamp > last_time_entry_) {
    times_.Add({known.max_timestamp,
                static_cast<int32_t>(known.max_timestamp_offset.value - base_.value)});
    last_time_entry_ = known.max_timestamp;
  }
  if (auto wrote = offsets_.Write(); !wrote) return wrote;
  return times_.Write();
}

void Segment::Rest() {
  offsets_.Rest();
  times_.Rest();
  std::shared_ptr<File> closing;  // behind the lock
  const std::lock_guard lock(mutex_);
  closing.swap(growing_);
}

Status Segment::Grow() {
  if (auto grown = offsets_.Grow(); !grown) return grown;
  if (auto grown = times_.Grow(); !grown) return grown;
  auto opened = file();
  if (!opened) return std::move(opened).error();
  const std::lock_guard lock(mutex_);
  growing_ = std::move(*opened);
  return Done{};
}

Status Segment::CutToSize() {
  const auto opened = file();
  if (!opened) return Error(opened.error());
  if (auto cut = (*opened)->Truncate(facts().size); !cut) return cut;
  return (*opened)->Sync();
}

Status Segment::CutToCopy() {
  constexpr uint64_t kPiece = 1024 * 1024;
  const auto old = file();
  if (!old) return Error(old.error());
  const std::string beside = path_ + ".tmp";
  if (auto removed = RemoveIfThere(files_, beside); !removed) return removed;
  const auto made = files_.Open(beside, FileSystem::Mode::kCreate);
  if (!made) return NotMade(made.error());
  const uint64_t size = facts().size;
  std::vector<std::byte> bytes;
  for (uint64_t position = 0; position < size; position += bytes.size()) {
    bytes.resize(std::min(kPiece, size - position));
    const auto got = (*old)->ReadAt(position, bytes);
    if (!got) return Error(got.error());
    if (*got != bytes.size()) return Damaged(position, {Fault::kCorrupt, "it became shorter"});
    const std::array<std::span<const std::byte>, 1> pieces{bytes};
    if (auto wrote = (*made)->WriteAt(position, pieces); !wrote) return wrote;
  }
  if (auto synced = (*made)->Sync(); !synced) return synced;
  if (auto renamed = files_.Rename(beside, path_); !renamed) return renamed;
  pooled_.Close();
  return Done{};
}

void Segment::Retire() {
  pooled_.Retire();
  offsets_.Retire();
  times_.Retire();
}

Status Segment::RemoveFiles() {
  // The records go last: a crash in between leaves a segment whose indexes are made again.
  for (const char* suffix : {kSnapshotSuffix, kOffsetIndexSuffix, kTimeIndexSuffix,
                             kTransactionIndexSuffix, kLogSuffix}) {
    if (auto removed = RemoveIfThere(files_, stem_ + suffix); !removed) return removed;
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

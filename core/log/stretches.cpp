#include "core/log/stretches.h"

#include "core/log/batch_scanner.h"
#include "core/log/index_file.h"
#include "core/log/segment.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gamevents::log {
namespace {

// A segment's file, with the pool that it belongs to.
struct SegmentFile {
  SegmentFile(std::shared_ptr<FilePool> of, FileSystem& files, const std::string& path)
      : pool(std::move(of)), file(*pool, files, path, FileSystem::Mode::kRead) {}
  const std::shared_ptr<FilePool> pool;
  PooledFile file;
};

/// Cuts one segment's file. What its index says is believed only where a batch agrees; a segment
/// that is still written to has its index in the writer's memory, so its headers are walked.
class Cutter {
 public:
  Cutter(FileSystem& files, const std::shared_ptr<FilePool>& pool, const std::string& directory,
         Offset base, uint64_t stretch_bytes)
      : base_(base),
        stem_(directory + "/" + OffsetFileName(base)),
        stretch_bytes_(stretch_bytes),
        source_(std::make_shared<SegmentFile>(pool, files, stem_ + kLogSuffix)),
        index_(*pool, files, stem_ + kOffsetIndexSuffix) {}

  /// Adds the stretches of `range`; gives the offset that comes after them.
  Result<Offset> Cut(const OffsetRange& range, std::vector<Stretch>& out) {
    auto file = source_->file.Get();
    if (!file) return std::move(file).error();
    file_ = std::move(*file);
    const auto size = file_->Size();
    if (!size) return Error(size.error());
    if (const auto loaded = index_.Load(); !loaded) return Error(loaded.error());
    const auto start = StartOf(range.from, *size);
    if (!start) return Error(start.error());
    return Walk(*start, *size, range.to, out);
  }

 private:
  /// Whether the batch at the entry's position is the one that it means.
  bool Agrees(const OffsetEntry& entry, uint64_t size) const {
    if (entry.position < 0 || static_cast<uint64_t>(entry.position) >= size) return false;
    const auto at = static_cast<uint64_t>(entry.position);
    const auto batch = BatchScanner(*file_, at, size, kBatchHeaderSize).Next();
    return batch && batch->has_value() &&
           (*batch)->header.last_offset().value - base_.value == entry.relative_offset;
  }

  Result<uint64_t> StartOf(Offset from, uint64_t size) const {
    const int64_t relative = from.value - base_.value;
    const auto entry = index_.FindLast(
        [relative](const OffsetEntry& candidate) { return candidate.relative_offset <= relative; });
    if (!entry) return Error(entry.error());
    if (!entry->has_value() || !Agrees(**entry, size)) return uint64_t{0};
    return static_cast<uint64_t>((*entry)->position);
  }

  /// The furthest batch in reach of a stretch that the index knows, still before `to`.
  Result<std::optional<uint64_t>> Leap(uint64_t from, Offset to, uint64_t size) const {
    const int64_t relative = to.value - base_.value;
    const auto entry = index_.FindLast([&](const OffsetEntry& candidate) {
      return candidate.relative_offset < relative &&
             static_cast<uint64_t>(candidate.position) <= from + stretch_bytes_;
    });
    if (!entry) return Error(entry.error());
    if (!entry->has_value() || !Agrees(**entry, size)) return std::optional<uint64_t>();
    const auto position = static_cast<uint64_t>((*entry)->position);
    return position > from ? std::optional(position) : std::nullopt;
  }

  Result<Offset> Walk(uint64_t start, uint64_t size, Offset to, std::vector<Stretch>& out) const {
    const std::string& path = source_->file.path();
    const std::shared_ptr<PooledFile> file(source_, &source_->file);
    Offset next = base_;
    uint64_t begin = start;
    uint64_t position = start;
    const auto finish = [&](uint64_t end) {
      if (end > begin) out.push_back({file, path, begin, end});
      begin = end;
    };
    while (position < size && next < to) {
      const auto leap = Leap(position, to, size);
      if (!leap) return Error(leap.error());
      if (leap->has_value()) {
        position = **leap;
        finish(position);
        continue;
      }
      BatchScanner scanner(*file_, position, size, BatchScanner::kLookupChunk);
      while (next < to && position < size && position - begin < stretch_bytes_) {
        const auto batch = scanner.Next();
        if (!batch) return Error(batch.error()).In(path + " at byte " + std::to_string(position));
        next = (*batch)->header.next_offset();
        position = (*batch)->end();
      }
      finish(position);
    }
    return next;
  }

  const Offset base_;
  const std::string stem_;
  const uint64_t stretch_bytes_;
  const std::shared_ptr<SegmentFile> source_;
  IndexFile<OffsetEntry> index_;
  std::shared_ptr<const File> file_;
};

}  // namespace

Result<std::vector<Stretch>> FindStretches(FileSystem& files, const std::string& directory,
                                           const OffsetRange& range, uint64_t stretch_bytes) {
  std::vector<Stretch> out;
  if (range.from >= range.to) return out;
  const auto names = files.List(directory);
  if (!names) return Error(names.error());
  std::vector<Offset> bases;
  for (const std::string& name : *names) {
    if (const auto base = ParseOffsetFileName(name, kLogSuffix)) bases.push_back(*base);
  }
  std::ranges::sort(bases);
  const auto pool = std::make_shared<FilePool>(kStretchFilesMax);
  Offset next = range.from;
  for (size_t i = 0; i < bases.size() && bases[i] < range.to; ++i) {
    if (i + 1 < bases.size() && bases[i + 1] <= range.from) continue;
    if (bases[i] > next) break;
    auto reached = Cutter(files, pool, directory, bases[i], stretch_bytes).Cut(range, out);
    if (!reached) return std::move(reached).error();
    next = std::max(next, *reached);
  }
  if (next >= range.to) return out;
  return Error{Fault::kCorrupt, directory + ": has offsets up to " + std::to_string(next.value) +
                                    " only, not to " + std::to_string(range.to.value) +
                                    "; were records deleted meanwhile? Ask again"};
}

}  // namespace gamevents::log

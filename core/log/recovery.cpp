#include "core/log/recovery.h"

#include "core/base/bytes.h"
#include "core/log/batch_scanner.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gamevents::log {
namespace {

constexpr size_t kEpochFileMax = 64 * 1024;
constexpr size_t kSnapshotBytesMax =
    kSnapshotEntriesAt + kProducersMax * ProducerState::kWindow * kSnapshotEntrySize;

// Whether a good batch that comes after `expected` starts anywhere behind `position`.
Result<std::optional<uint64_t>> FindGoodBatch(const File& file, uint64_t position, uint64_t size,
                                              Offset expected) {
  std::vector<std::byte> chunk;
  std::vector<std::byte> batch;
  for (uint64_t at = position; at + kBatchHeaderSize <= size;) {
    chunk.resize(std::min<uint64_t>(BatchScanner::kWholeChunk, size - at));
    const auto got = file.ReadAt(at, chunk);
    if (!got) return Error(got.error());
    if (*got < kBatchHeaderSize) break;
    const std::span<const std::byte> bytes(chunk.data(), *got);
    const size_t starts = bytes.size() - kBatchHeaderSize + 1;
    for (size_t i = 0; i < starts; ++i) {
      if (bytes[i + kMagicAt] != std::byte{kMagic}) continue;
      const BatchHeader header = ReadBatchHeader(bytes.subspan(i));
      const bool plausible = !HeaderFlaw(header) && header.size() <= size - at - i &&
                             header.base_offset >= expected &&
                             header.base_offset.value - expected.value <= INT32_MAX;
      if (!plausible) continue;
      batch.resize(header.size());
      const auto whole = file.ReadAt(at + i, batch);
      if (!whole) return Error(whole.error());
      if (*whole == batch.size() && BatchCrc(batch) == header.crc) return std::optional(at + i);
    }
    at += starts;
  }
  return std::optional<uint64_t>();
}

class Recovery {
 public:
  Recovery(FileSystem& files, const std::string& directory, const LogOptions& options,
           const Log::OpenOptions& open, TimestampMs now)
      : files_(files), directory_(directory), options_(options), open_(open), now_(now) {}

  Result<Recovered> Run() {
    for (const auto step : {&Recovery::Collect, &Recovery::CheckSegments, &Recovery::CheckEnd,
                            &Recovery::LoadEpochs, &Recovery::LoadProducers}) {
      if (auto done = (this->*step)(); !done) return std::move(done).error();
    }
    return std::move(out_);
  }

 private:
  void Note(std::string sentence) { out_.summary.notes.push_back(std::move(sentence)); }
  std::string PathOf(const std::string& name) const { return directory_ + "/" + name; }
  Offset End() const { return out_.segments.back()->facts().next_offset; }

  // Opens the segments that there are and clears away what belongs to none.
  Status Collect() {
    const auto names = files_.List(directory_);
    if (!names) return Error(names.error());
    for (const std::string& name : *names) {
      if (const auto base = ParseOffsetFileName(name, kLogSuffix)) {
        auto segment = Segment::Open(files_, directory_, *base);
        if (!segment) return std::move(segment).error();
        out_.segments.push_back(std::move(*segment));
      } else if (const auto offset = ParseOffsetFileName(name, kSnapshotSuffix)) {
        snapshots_.push_back(*offset);
      } else if (name.ends_with(".swap")) {
        return Error{Fault::kUnsupported,
                     PathOf(name) +
                         ": Kafka's log cleaner was interrupted here: open this folder "
                         "with Kafka once, and stop it in good order"};
      }
    }
    for (const std::string& name : *names) {
      if (!IsLeftOver(name)) continue;
      if (auto removed = files_.Remove(PathOf(name)); !removed) return removed;
      Note("removed " + PathOf(name) + ", which was left over");
    }
    if (!out_.segments.empty()) return Done{};
    auto made = Segment::Create(files_, directory_, open_.log_start);
    if (!made) return std::move(made).error();
    out_.segments.push_back(std::move(*made));
    return files_.SyncDirectory(directory_);
  }

  bool IsLeftOver(const std::string& name) const {
    for (const char* suffix : {".deleted", ".cleaned", ".tmp"}) {
      if (name.ends_with(suffix)) return true;
    }
    for (const char* suffix : {kOffsetIndexSuffix, kTimeIndexSuffix, kTransactionIndexSuffix}) {
      const auto base = ParseOffsetFileName(name, suffix);
      if (base && std::none_of(out_.segments.begin(), out_.segments.end(),
                               [&](const auto& segment) { return segment->base() == *base; })) {
        return true;
      }
    }
    return false;
  }

  Status CheckSegments() {
    for (size_t i = 0; i < out_.segments.size(); ++i) {
      Segment& segment = *out_.segments[i];
      const bool last = i + 1 == out_.segments.size();
      const bool synced =
          open_.clean || (!last && out_.segments[i + 1]->base() <= open_.recovery_point);
      auto trusted = synced ? segment.TrustIndexes() : Result<bool>(false);
      if (!trusted) return std::move(trusted).error();
      if (!*trusted) {
        if (auto read = ReadAll(i); !read) return read;
      }
      if (i + 1 < out_.segments.size()) {
        if (auto joined = CheckJoint(i); !joined) return joined;
        if (auto sealed = segment.Seal(); !sealed) return sealed;
      } else if (auto unsealed = segment.Unseal(); !unsealed) {
        return unsealed;
      }
    }
    return Done{};
  }

  // Reads every batch of a segment, its checksum too, and makes its indexes anew.
  Status ReadAll(size_t index) {
    Segment& segment = *out_.segments[index];
    const auto size = segment.FileSize();
    if (!size) return Error(size.error());
    segment.Reset();
    BatchScanner scanner(*segment.file(), 0, *size, BatchScanner::kWholeChunk);
    for (;;) {
      const Segment::Facts facts = segment.facts();
      auto batch = scanner.Next();
      std::string flaw;
      if (!batch) {
        if (batch.error().fault != Fault::kCorrupt) return std::move(batch).error();
        flaw = batch.error().context;
      } else if (!batch->has_value()) {
        break;
      } else if (const auto bytes = scanner.Bytes(); !bytes) {
        if (bytes.error().fault != Fault::kCorrupt) return Error(bytes.error());
        flaw = bytes.error().context;
      } else if ((*batch)->header.base_offset != facts.next_offset) {
        flaw = "offset " + std::to_string((*batch)->header.base_offset.value) + " where " +
               std::to_string(facts.next_offset.value) + " is expected";
      } else if (BatchCrc(*bytes) != (*batch)->header.crc) {
        flaw = "the checksum is wrong";
      }
      if (!flaw.empty()) return HandleFlaw(index, *size, flaw);
      segment.Note((*batch)->header, options_.index_interval_bytes);
      ++out_.summary.batches_checked;
    }
    if (*size == 0) return Done{};
    ++out_.summary.indexes_rebuilt;
    // What was read may be in the kernel's memory only: a killed writer leaves it there, unsynced.
    return segment.Sync();
  }

  // The batch behind what has been noted of this segment is bad: a torn tail, or damage.
  Status HandleFlaw(size_t index, uint64_t size, const std::string& flaw) {
    Segment& segment = *out_.segments[index];
    const Segment::Facts facts = segment.facts();
    const std::string where = segment.path() + " at byte " + std::to_string(facts.size) +
                              " (offset " + std::to_string(facts.next_offset.value) + "): " + flaw;
    auto good = FindGoodBatch(*segment.file(), facts.size + 1, size, facts.next_offset);
    if (!good) return std::move(good).error();
    uint64_t later_bytes = 0;
    for (size_t i = index + 1; i < out_.segments.size(); ++i) {
      const auto later = out_.segments[i]->FileSize();
      if (!later) return Error(later.error());
      later_bytes += *later;
    }
    std::string damage;
    if (facts.next_offset < open_.recovery_point) {
      damage = "records up to offset " + std::to_string(open_.recovery_point.value) +
               " were known to be on disk";
    } else if (good->has_value()) {
      damage = "a good batch follows at byte " + std::to_string(**good);
    } else if (later_bytes > 0) {
      damage = std::to_string(later_bytes) + " bytes follow in later segments";
    }
    if (!damage.empty() && !open_.repair) return Refuse(where + "; " + damage);
    const uint64_t cut = size - facts.size + later_bytes;
    out_.summary.bytes_truncated += cut;
    Note((damage.empty() ? "cut off a torn tail of " : "repair: cut off ") + std::to_string(cut) +
         " bytes: " + where + (damage.empty() ? "" : "; " + damage));
    return CutAfter(index);
  }

  Error Refuse(const std::string& what) const {
    return Error{Fault::kCorrupt,
                 what +
                     ". No record was touched. Restore the folder from a copy, or open it with "
                     "repair, which cuts off everything from there on"};
  }

  // Removes the segments after `index`, the last first, then cuts it behind its last good batch:
  // however far this gets, what is left is damaged in the same place or whole.
  Status CutAfter(size_t index) {
    while (out_.segments.size() > index + 1) {
      if (auto removed = out_.segments.back()->RemoveFiles(); !removed) return removed;
      out_.segments.pop_back();
      if (auto synced = files_.SyncDirectory(directory_); !synced) return synced;
    }
    return out_.segments[index]->CutToSize();
  }

  // The next segment has to begin where this one ends.
  Status CheckJoint(size_t index) {
    const Segment::Facts facts = out_.segments[index]->facts();
    const Segment& next = *out_.segments[index + 1];
    if (facts.next_offset == next.base()) return Done{};
    const std::string what = next.path() + ": the segment before it ends at offset " +
                             std::to_string(facts.next_offset.value) +
                             (facts.next_offset < next.base() ? ", so that records are missing"
                                                              : ", behind where this begins");
    if (!open_.repair) return Refuse(what);
    const auto size = out_.segments[index]->FileSize();
    if (!size) return Error(size.error());
    Note("repair: cut off every segment from " + what);
    for (size_t i = index + 1; i < out_.segments.size(); ++i) {
      const auto later = out_.segments[i]->FileSize();
      if (!later) return Error(later.error());
      out_.summary.bytes_truncated += *later;
    }
    return CutAfter(index);
  }

  // What was known to be on disk at the last checkpoint has to be there still.
  Status CheckEnd() {
    const Offset known = std::max(open_.recovery_point, open_.log_start);
    if (End() >= known) return Done{};
    const std::string what = directory_ + ": ends at offset " + std::to_string(End().value) +
                             ", but records up to " + std::to_string(known.value) +
                             " were known to be on disk";
    if (!open_.repair) return Refuse(what);
    Note("repair: took the loss that " + what);
    return Done{};
  }

  Status LoadEpochs() {
    auto text = ReadWholeFile(files_, PathOf(kLeaderEpochFile), kEpochFileMax);
    if (!text && text.error().fault != Fault::kNotFound) return std::move(text).error();
    if (text) {
      auto parsed = ParseLeaderEpochs(*text);
      if (parsed) out_.epochs = std::move(*parsed);
      if (!parsed) Note(PathOf(kLeaderEpochFile) + ": made anew: " + parsed.error().context);
    }
    std::erase_if(out_.epochs, [this](const auto& entry) { return entry.second > End(); });
    if (text && !out_.epochs.empty()) return Done{};
    // Without the file the batches tell: the last one has the latest epoch.
    LeaderEpoch latest(0);
    const auto& segment = *out_.segments.back();
    const Segment::Facts facts = segment.facts();
    if (facts.size > 0) {
      auto batch = segment.FindBatch(Offset(facts.next_offset.value - 1), facts.size);
      if (!batch) return std::move(batch).error();
      if (batch->has_value()) latest = std::max(latest, (*batch)->header.leader_epoch);
    }
    out_.epochs.assign(1, {latest, out_.segments.front()->base()});
    return ReplaceFile(files_, directory_, kLeaderEpochFile, PrintLeaderEpochs(out_.epochs));
  }

  // The newest good snapshot, then the batches after it.
  Status LoadProducers() {
    Offset from = out_.segments.front()->base();
    bool loaded = false;
    std::sort(snapshots_.rbegin(), snapshots_.rend());
    for (const Offset offset : snapshots_) {
      const bool usable = !loaded && offset <= End() && offset >= from;
      if (usable && LoadSnapshot(offset)) {
        loaded = true;
        from = offset;
        continue;
      }
      const bool of_segment =
          offset <= End() && std::any_of(out_.segments.begin(), out_.segments.end(),
                                         [&](const auto& s) { return s->base() == offset; });
      if (loaded && of_segment) continue;
      if (auto removed = files_.Remove(PathOf(OffsetFileName(offset) + kSnapshotSuffix));
          !removed && removed.error().fault != Fault::kNotFound) {
        return removed;
      }
    }
    for (const auto& segment : out_.segments) {
      const Segment::Facts facts = segment->facts();
      if (facts.next_offset <= from || facts.size == 0) continue;
      auto first = segment->FindBatch(from, facts.size);
      if (!first) return std::move(first).error();
      if (!first->has_value()) continue;
      BatchScanner scanner(*segment->file(), (*first)->position, facts.size,
                           BatchScanner::kWholeChunk);
      for (;;) {
        auto batch = scanner.Next();
        if (!batch) return std::move(batch).error().In(segment->path());
        if (!batch->has_value()) break;
        if ((*batch)->header.base_offset >= from) out_.producers.Note((*batch)->header, now_);
      }
    }
    return Done{};
  }

  bool LoadSnapshot(Offset offset) {
    const std::string path = PathOf(OffsetFileName(offset) + kSnapshotSuffix);
    const auto bytes = ReadWholeFile(files_, path, kSnapshotBytesMax);
    if (!bytes) return false;
    auto state = ProducerState::Decode(AsBytes(*bytes), now_);
    if (!state) {
      Note(path + ": left aside: " + state.error().context);
      return false;
    }
    out_.producers = std::move(*state);
    return true;
  }

  FileSystem& files_;
  const std::string directory_;
  const LogOptions& options_;
  const Log::OpenOptions& open_;
  const TimestampMs now_;
  std::vector<Offset> snapshots_;
  Recovered out_;
};

}  // namespace

Result<Recovered> RecoverLog(FileSystem& files, const std::string& directory,
                             const LogOptions& options, const Log::OpenOptions& open,
                             TimestampMs now) {
  return Recovery(files, directory, options, open, now).Run();
}

}  // namespace gamevents::log

// After a stop that was not clean, the log may end in bytes that were being written and that nobody
// was promised: a tail, to be cut off. Any other wrong byte is damage to what was acknowledged, and
// cutting there would lose records silently. Both look alike, a batch whose length, offset or
// checksum is wrong, so something besides the bytes has to tell them apart.
//
// That is the durable mark: the offset below which everything was synced. A bad batch that begins
// below it is damage: it is refused, with its position. At or above it the log is cut at the first
// bad batch, whatever stands behind. The mark is the highest of what is known:
//   - the note that is written after each sync, before anyone is acknowledged (durable_end.h):
//     exact after kill -9, some seconds old at most after a power failure, never ahead;
//   - the recovery point, from the checkpoint of a stop, an opening or the last minute;
//   - the last segment's first offset: a segment is synced before the next one is made.
// So with fsync: always nothing that was acknowledged before a kill is ever cut. What remains open
// is a byte that goes bad among the records of the seconds before a power failure that also took
// the note of them back; that is cut as a tail, and said.
//
// Rejected: searching behind a bad batch for good ones, to call it damage if there are any. A
// record may contain a batch (a mirrored segment, an attack), and then a harmless tail kept the
// broker from starting; a tail of many headers took hours; and a file system may keep a later write
// without an earlier one, neither of them acknowledged. Rejected, too: a mark that is synced
// itself, which doubles the syncs; and a mark at rolls only, with the batch's announced length to
// find the next: when it is the length that is damaged, everything behind it would be cut.
//
// INVARIANT that the rest of core/log keeps: the mark is written after the sync that it tells of.
// The work is bounded: every byte is read once.

#include "core/log/recovery.h"

#include "core/base/bytes.h"
#include "core/log/batch_scanner.h"
#include "core/log/durable_end.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace gamevents::log {
namespace {

constexpr size_t kEpochFileMax = 1024 * 1024;
constexpr size_t kSnapshotBytesMax =
    kSnapshotEntriesAt + kProducersMax * ProducerState::kWindow * kSnapshotEntrySize;

class Recovery {
 public:
  Recovery(const SegmentEnvironment& environment, const std::string& directory,
           const LogOptions& options, const Log::OpenOptions& open, TimestampMs now)
      : environment_(environment),
        files_(environment.files),
        durable_end_(environment.pool, environment.files, directory),
        directory_(directory),
        options_(options),
        open_(open),
        now_(now) {}

  Result<Recovered> Run() {
    for (const auto step :
         {&Recovery::Collect, &Recovery::FindMark, &Recovery::CheckSegments, &Recovery::CheckEnd,
          &Recovery::LoadEpochs, &Recovery::LoadProducers, &Recovery::NoteEnd}) {
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
        out_.segments.push_back(Segment::Find(environment_, directory_, *base));
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
    is_new_ = out_.segments.empty();
    if (is_new_) {
      auto made = Segment::Create(environment_, directory_, open_.log_start);
      if (!made) return std::move(made).error();
      out_.segments.push_back(std::move(*made));
    }
    // A process that was killed may have made the last segment and not have synced its name.
    return is_new_ || !open_.clean ? files_.SyncDirectory(directory_) : Done{};
  }

  Status FindMark() {
    const auto noted = durable_end_.Read();
    if (!noted) return Error(noted.error());
    noted_ = *noted;
    mark_ =
        std::max({open_.recovery_point, noted_.value_or(Offset(0)), out_.segments.back()->base()});
    return Done{};
  }

  // From here on everything is on disk: what was read was synced. A note that is taken back has to
  // be gone before records take the offsets below it; without a higher one, on a full disk for
  // example, only more of the log counts as a tail. A new log has to begin with one.
  Status NoteEnd() {
    if (noted_ == End()) return Done{};
    auto noted = durable_end_.Note(End());
    if (is_new_ && !noted) return noted;
    if (noted_ <= End()) return Done{};
    return noted ? durable_end_.Sync() : std::move(noted);
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
    const auto last = LastWithRecords();
    if (!last) return Error(last.error());
    for (size_t i = 0; i < out_.segments.size(); ++i) {
      Segment& segment = *out_.segments[i];
      const bool synced =
          open_.clean || (i < *last && out_.segments[i + 1]->base() <= open_.recovery_point);
      auto trusted = synced ? segment.TrustIndexes() : Result<bool>(false);
      if (!trusted) return std::move(trusted).error();
      if (!*trusted) {
        if (auto read = ReadAll(i); !read) return read;
      }
      if (auto joined = CheckJoint(i); !joined) return joined;
      if (i + 1 == out_.segments.size()) break;
      if (auto sealed = segment.Seal(); !sealed) return sealed;
      segment.Rest();
    }
    return out_.segments.back()->Grow();
  }

  // The segment behind which there are only empty ones.
  Result<size_t> LastWithRecords() const {
    for (size_t i = out_.segments.size(); i-- > 1;) {
      const auto size = out_.segments[i]->FileSize();
      if (!size) return Error(size.error());
      if (*size > 0) return i;
    }
    return size_t{0};
  }

  // Reads every batch of a segment, its checksum too, and rebuilds its indexes.
  Status ReadAll(size_t index) {
    Segment& segment = *out_.segments[index];
    const auto file = segment.file();
    if (!file) return Error(file.error());
    const auto size = (*file)->Size();
    if (!size) return Error(size.error());
    segment.Reset();
    BatchScanner scanner(**file, 0, *size, BatchScanner::kWholeChunk);
    for (;;) {
      const auto batch = scanner.NextGood(segment.facts().next_offset, open_.gaps);
      if (!batch) {
        if (batch.error().fault != Fault::kCorrupt) return Error(batch.error());
        return HandleFlaw(index, *size, batch.error().context);
      }
      if (!batch->has_value()) break;
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
    const Segment::Facts facts = out_.segments[index]->facts();
    const std::string where = PlaceOf(index) + ": " + flaw;
    const bool damage = facts.next_offset < mark_;
    const std::string known =
        "records up to offset " + std::to_string(mark_.value) + " were known to be on disk";
    if (damage && !open_.repair) return Refuse(where + "; " + known);
    const auto later_bytes = BytesAfter(index);
    if (!later_bytes) return Error(later_bytes.error());
    const uint64_t cut = size - facts.size + *later_bytes;
    out_.summary.bytes_truncated += cut;
    Note((damage ? "repair: cut off " : "cut off a torn tail of ") + std::to_string(cut) +
         " bytes: " + where + (damage ? "; " + known : ""));
    return CutAfter(index, damage);
  }

  // Where a segment's good batches end.
  std::string PlaceOf(size_t index) const {
    const Segment::Facts facts = out_.segments[index]->facts();
    return out_.segments[index]->path() + " at byte " + std::to_string(facts.size) + " (offset " +
           std::to_string(facts.next_offset.value) + ")";
  }

  Result<uint64_t> BytesAfter(size_t index) const {
    uint64_t bytes = 0;
    for (size_t i = index + 1; i < out_.segments.size(); ++i) {
      const auto later = out_.segments[i]->FileSize();
      if (!later) return Error(later.error());
      bytes += *later;
    }
    return bytes;
  }

  Error Refuse(const std::string& what) const {
    return Error{Fault::kCorrupt,
                 what +
                     ". No record was touched. Restore the folder from a copy, or open it with "
                     "repair, which cuts off everything from there on"};
  }

  // Removes the segments after `index`, the last first, then cuts it behind its last good batch:
  // however far this gets, what is left is damaged in the same place or whole. A repair may cut a
  // segment that was closed, and a closed one may have another name, in a backup.
  Status CutAfter(size_t index, bool repair) {
    while (out_.segments.size() > index + 1) {
      if (auto removed = out_.segments.back()->RemoveFiles(); !removed) return removed;
      out_.segments.pop_back();
      if (auto synced = files_.SyncDirectory(directory_); !synced) return synced;
    }
    if (!repair) return out_.segments[index]->CutToSize();
    if (auto cut = out_.segments[index]->CutToCopy(); !cut) return cut;
    return files_.SyncDirectory(directory_);
  }

  // Whether what begins at `begin` may come after what ended at `end`.
  bool Follows(Offset end, Offset begin) const { return open_.gaps ? begin >= end : begin == end; }

  // The next segment has to begin where this one ends.
  Status CheckJoint(size_t index) {
    if (index + 1 == out_.segments.size()) return Done{};
    const Segment::Facts facts = out_.segments[index]->facts();
    const Segment& next = *out_.segments[index + 1];
    if (Follows(facts.next_offset, next.base())) return Done{};
    const std::string what = next.path() + ": the segment before it ends at offset " +
                             std::to_string(facts.next_offset.value) +
                             (facts.next_offset < next.base() ? ", so that records are missing"
                                                              : ", behind where this begins");
    const auto later_bytes = BytesAfter(index);
    if (!later_bytes) return Error(later_bytes.error());
    // Begun at an offset that the segment before it then took: the beginning was given up.
    const bool left_over = *later_bytes == 0 && next.base() < facts.next_offset;
    if (!left_over && !open_.repair) return Refuse(what);
    Note((left_over ? "removed empty segments: " : "repair: cut off every segment from ") + what);
    out_.summary.bytes_truncated += *later_bytes;
    return CutAfter(index, !left_over);
  }

  // What was known to be on disk has to be there still.
  Status CheckEnd() {
    const Offset known = std::max(mark_, open_.log_start);
    if (End() >= known) return Done{};
    const std::string what = PlaceOf(out_.segments.size() - 1) +
                             ": the log ends here, but records up to offset " +
                             std::to_string(known.value) + " were known to be on disk";
    if (!open_.repair) return Refuse(what);
    Note("repair: took the loss that " + what);
    return Done{};
  }

  // The file, or what the batches tell. After a stop that was not clean, or a repair that cut the
  // log, a new epoch begins here: what stood above may have been read by consumers and be gone, and
  // they learn of it by the epoch. It is above every one that was ever given, those of records that
  // are gone, too.
  Status LoadEpochs() {
    auto text = ReadWholeFile(files_, PathOf(kLeaderEpochFile), kEpochFileMax);
    if (!text && text.error().fault != Fault::kNotFound) return std::move(text).error();
    if (text) {
      auto parsed = ParseLeaderEpochs(*text);
      if (parsed) out_.epochs = std::move(*parsed);
      if (!parsed) Note(PathOf(kLeaderEpochFile) + ": rebuilt: " + parsed.error().context);
    }
    if (out_.epochs.empty() && !is_new_) {
      if (auto rebuilt = RebuildEpochs(); !rebuilt) return rebuilt;
    }
    LeaderEpoch latest = out_.epochs.empty() ? LeaderEpoch(0) : out_.epochs.back().first;
    const Offset start = out_.segments.front()->base();
    const bool whole = open_.clean && End() >= mark_;
    const bool begins = !is_new_ && !whole && latest.value < INT32_MAX;
    if (begins) ++latest.value;
    TrimLeaderEpochs(out_.epochs, start, End());
    if (begins || out_.epochs.empty()) {
      BeginLeaderEpoch(out_.epochs, latest, out_.epochs.empty() ? start : End());
    }
    const std::string printed = PrintLeaderEpochs(out_.epochs);
    if (text && *text == printed) return Done{};
    return ReplaceFile(files_, directory_, kLeaderEpochFile, printed);
  }

  // Each batch has the epoch that it was written under.
  Status RebuildEpochs() {
    for (const auto& segment : out_.segments) {
      const auto file = segment->file();
      if (!file) return Error(file.error());
      BatchScanner scanner(**file, 0, segment->facts().size, BatchScanner::kLookupChunk);
      for (;;) {
        auto batch = scanner.Next();
        if (!batch) return std::move(batch).error().In(segment->path());
        if (!batch->has_value()) break;
        const BatchHeader& header = (*batch)->header;
        const bool later = header.leader_epoch.value >= 0 &&
                           (out_.epochs.empty() || header.leader_epoch > out_.epochs.back().first);
        if (later) out_.epochs.emplace_back(header.leader_epoch, header.base_offset);
      }
    }
    return Done{};
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
      const std::string path = PathOf(OffsetFileName(offset) + kSnapshotSuffix);
      if (auto removed = RemoveIfThere(files_, path); !removed) return removed;
    }
    for (const auto& segment : out_.segments) {
      const Segment::Facts facts = segment->facts();
      if (facts.next_offset <= from || facts.size == 0) continue;
      auto first = segment->FindBatch(from, facts.size);
      if (!first) return std::move(first).error();
      if (!first->has_value()) continue;
      const auto file = segment->file();
      if (!file) return Error(file.error());
      BatchScanner scanner(**file, (*first)->position, facts.size, BatchScanner::kWholeChunk);
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

  const SegmentEnvironment environment_;
  FileSystem& files_;
  DurableEnd durable_end_;
  const std::string directory_;
  const LogOptions& options_;
  const Log::OpenOptions& open_;
  const TimestampMs now_;
  std::vector<Offset> snapshots_;
  bool is_new_ = false;          // there was no segment
  std::optional<Offset> noted_;  // by the last process
  Offset mark_;                  // the durable mark: everything below was synced
  Recovered out_;
};

}  // namespace

Result<Recovered> RecoverLog(const SegmentEnvironment& environment, const std::string& directory,
                             const LogOptions& options, const Log::OpenOptions& open,
                             TimestampMs now) {
  return Recovery(environment, directory, options, open, now).Run();
}

}  // namespace gamevents::log

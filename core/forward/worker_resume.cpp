// Where a session of a worker begins: what the target has, and whether the source goes on there.

#include "core/base/notes.h"
#include "core/forward/worker.h"
#include "core/kafka/admin.h"
#include "core/kafka/landmark.h"

#include <algorithm>
#include <utility>

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kSkipLook{1'000};
constexpr milliseconds kCompareWait{200};

}  // namespace

// Over the network there is none: see TopicDescription.
Status Worker::FindTopicId() {
  const kafka::ClientOptions& source = shared_.options.source;
  if (source.in_process == nullptr) return Done{};
  auto found = kafka::DescribeTopic(source, topic_);
  if (!found) return Error(found.error());
  if (found->id != topic_id_) known_.reset();
  topic_id_ = std::move(found->id);
  writing_.metadata = topic_id_;
  return Done{};
}

// Finds where to go on.
std::optional<Worker::Trouble> Worker::Resume(const std::optional<KeptMark>& kept) {
  TailOptions tail;
  tail.target = writing_.target;
  tail.topic = topic_;
  tail.source = {shared_.options.source_cluster_id, topic_id_, partition_};
  tail.kept = kept;
  auto found = FindResume(tail, shared_.interrupt);
  if (!found) {
    const Kind kind = KindOf(found.error().fault);
    return Trouble{std::move(found).error().In("target"), kind};
  }
  resume_ = found->point;
  // A target whose retention has removed all that was copied, and the mark beside it.
  if (!resume_ && known_ && found->log.begin > 0) resume_ = ResumePoint{*known_};
  const int64_t next = resume_ ? resume_->next : 0;
  const int64_t skipped = skips_.Of(topic_, partition_);
  if (skipped > next) {
    Note(NoteLevel::kWarning, report_.where() + ": skips the records from offset " +
                                  std::to_string(next) + " to " + std::to_string(skipped - 1) +
                                  ", as forward skip asked");
    resume_ = ResumePoint{skipped};
  }
  return std::nullopt;
}

Worker::Trouble Worker::SourceTrouble(Error error) {
  const Kind kind = KindOf(error.fault);
  return {std::move(error).In("source"), kind};
}

// The records of two logs would be mixed under one name: only somebody's doing can help.
Worker::Trouble Worker::OlderSource(const std::string& what) const {
  return {{Fault::kCorrupt,
           "source: " + what +
               ": this log is a copy or an old backup of the one that was copied. Put the newer "
               "log in its place; or delete topic " +
               topic_ + " in the target, and what is here is copied from its start"},
          Kind::kNeedsHelp};
}

std::string Worker::SkipCommand(int64_t to) const {
  return "gamevents forward skip --topic " + topic_ + " --partition " + std::to_string(partition_) +
         " --to " + std::to_string(to);
}

// Whether the source still has what was copied last, where both can be read.
std::optional<Worker::Trouble> Worker::CompareLast(kafka::ReaderOptions reading) {
  if (!resume_->last) return std::nullopt;
  const int64_t offset = resume_->last->offset;
  reading.starts[partition_] = offset;
  reading.ends[partition_] = offset + 1;
  auto reader = kafka::Reader::Open(reading);
  if (!reader) return SourceTrouble(std::move(reader).error());
  while (!(*reader)->Finished()) {
    const auto records = (*reader)->Next(kCompareWait);
    if (!records) return SourceTrouble(records.error());
    for (const kafka::RecordView& record : *records) {
      // Without a time of its own, it got one on the way.
      if (record.timestamp.value < 0 || kafka::LandmarkOf(record) == *resume_->last) continue;
      return OlderSource("the record at offset " + std::to_string(offset) +
                         " is not the one that the target has from there");
    }
    if (shared_.interrupt.Requested()) return Trouble{{Fault::kClosed, "interrupted"}};
  }
  return std::nullopt;
}

// Whether the source has what comes next, and what came before.
std::optional<Worker::Trouble> Worker::CheckSource(const kafka::ReaderOptions& reading) {
  const auto found = kafka::Reader::Find(reading);
  if (!found) return SourceTrouble(found.error());
  const kafka::PartitionRange& range = found->front();
  if (range.high_watermark < resume_->next) {
    return OlderSource("it ends at offset " + std::to_string(range.high_watermark) +
                       ", and the target has records up to offset " +
                       std::to_string(resume_->next - 1));
  }
  if (range.begin <= resume_->next) return CompareLast(reading);
  SetNext(resume_->next);
  return Trouble{
      {Fault::kNotFound, "source: the records from offset " + std::to_string(resume_->next) +
                             " to " + std::to_string(range.begin - 1) +
                             " were deleted before they were copied; to go on without them: " +
                             SkipCommand(range.begin)},
      Kind::kNeedsHelp};
}

std::optional<Worker::Trouble> Worker::OpenSource(std::unique_ptr<kafka::Reader>& reader) {
  const bool once = shared_.options.once;
  kafka::ReaderOptions reading;
  reading.client = shared_.options.source;
  reading.topic = topic_;
  reading.partitions = {partition_};
  if (resume_) {
    if (auto trouble = CheckSource(reading)) return trouble;
    reading.starts[partition_] = resume_->next;
  }
  reading.follow = !once;
  if (once) {
    reading.ends[partition_] = std::max(source_at_start_.end, resume_ ? resume_->next : 0);
  }
  auto opened = kafka::Reader::Open(reading);
  if (!opened) return SourceTrouble(std::move(opened).error());
  SetNext(resume_ ? resume_->next : (*opened)->ranges().front().begin);
  reader = std::move(*opened);
  return std::nullopt;
}

bool Worker::SkippedAhead() {
  const auto now = steady_clock::now();
  if (now - last_skip_look_ < kSkipLook) return false;
  last_skip_look_ = now;
  return skips_.Of(topic_, partition_) > std::max(next_, run_.next);
}

}  // namespace gamevents::forward

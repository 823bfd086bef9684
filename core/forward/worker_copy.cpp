// What a session of a worker does: runs of records, one after the other, each a transaction.

#include "core/forward/mark.h"
#include "core/forward/worker.h"

#include <algorithm>
#include <utility>

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr int64_t kRunBytesMax = int64_t{8} << 20;
constexpr milliseconds kRunTimeMax{1'000};
// How long a run waits for company, and an empty one for its first record.
constexpr milliseconds kGather{20};
constexpr milliseconds kIdle{500};
// A shorter wait for the rate is not worth a sleep: the next one is longer by as much.
constexpr milliseconds kThrottleMin{5};
// While a run is open, it is not held up for longer.
constexpr milliseconds kThrottleInRun{100};
// A new codec costs a new producer, and a look at the target's tail.
constexpr std::chrono::minutes kRepackMin{1};

int64_t SizeOf(const kafka::RecordView& record) {
  size_t bytes = (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const kafka::HeaderView& header : record.headers) {
    bytes += header.name.size() + (header.value ? header.value->size() : 0);
  }
  return static_cast<int64_t>(bytes);
}

}  // namespace

std::optional<Worker::Trouble> Worker::Copy(kafka::Reader& reader, Writer& writer) {
  report_.Connected();
  while (true) {
    if (shared_.interrupt.Requested()) return Trouble{{Fault::kClosed, "interrupted"}};
    if (SkippedAhead()) return Trouble{{Fault::kClosed, "skipped"}, Kind::kAgain};
    const auto records = reader.Next(run_.open ? kGather : kIdle);
    if (!records) {
      auto trouble = SourceTrouble(records.error());
      // What is not there (any more) is looked at by the next session.
      if (records.error().fault == Fault::kNotFound) trouble.kind = Kind::kPasses;
      return trouble;
    }
    for (const kafka::RecordView& record : *records) {
      if (auto trouble = Take(record, writer)) return trouble;
    }
    const bool old = run_.open && steady_clock::now() - run_.since >= kRunTimeMax;
    const bool finished = shared_.options.once && reader.Finished();
    if (run_.open && (records->empty() || old || finished)) {
      if (auto trouble = CommitRun(writer)) return trouble;
    }
    if (auto trouble = RefreshMark(writer)) return trouble;
    if (finished) {
      SetNext(std::max(next_, source_at_start_.end));
      return std::nullopt;
    }
  }
}

// Sends one record, and commits the run when it is full.
std::optional<Worker::Trouble> Worker::Take(const kafka::RecordView& record, Writer& writer) {
  const int64_t bytes = SizeOf(record);
  if (auto trouble = Throttle(bytes, writer)) return trouble;
  if (!run_.open) {
    if (auto trouble = BeginRun(record, writer)) return trouble;
  }
  mark_ = FormatMark({shared_.options.source_cluster_id, partition_, record.offset, topic_id_});
  headers_.assign(record.headers.begin(), record.headers.end());
  headers_.push_back({kMarkHeader, mark_});
  kafka::RecordView copy = record;
  copy.headers = headers_;
  ++run_.records;
  run_.bytes += bytes;
  run_.next = record.offset + 1;
  if (auto sent = writer.Send(copy); !sent) {
    return RefusedBy(writer, std::move(sent).error());
  }
  if (run_.records >= run_max_ || run_.bytes >= kRunBytesMax) return CommitRun(writer);
  return std::nullopt;
}

std::optional<Worker::Trouble> Worker::BeginRun(const kafka::RecordView& record, Writer& writer) {
  if (IsPackedOtherwise(record)) return Trouble{{Fault::kClosed, "another codec"}, Kind::kAgain};
  if (auto begun = writer.Begin(); !begun) return RefusedBy(writer, std::move(begun).error());
  run_ = {.open = true, .next = next_, .since = steady_clock::now()};
  report_.Begins(record.timestamp);
  return std::nullopt;
}

// Whether the record's batch asks for another codec than the writer's, and for another writer, for
// librdkafka has one codec for each producer. A topic whose batches are of several codecs gets a
// new one once in kRepackMin, and is packed by the one that it has until then. What is not packed
// at all, as most that a log of its own machine holds, is packed for the way with lz4.
bool Worker::IsPackedOtherwise(const kafka::RecordView& record) {
  const auto& properties = shared_.options.target.properties;
  if (properties.contains("compression.codec") || properties.contains("compression.type")) {
    return false;
  }
  auto codec = record.compression.value_or(kafka::Compression::kNone);
  if (codec == kafka::Compression::kNone) codec = kafka::Compression::kLz4;
  if (codec == writing_.compression) return false;
  const auto now = steady_clock::now();
  if (repacked_ && now - *repacked_ < kRepackMin) return false;
  repacked_ = now;
  writing_.compression = codec;
  return true;
}

// Keeps to the rate. A run is not left open for it: others wait for its end.
std::optional<Worker::Trouble> Worker::Throttle(int64_t bytes, Writer& writer) {
  if (shared_.options.rate == 0) return std::nullopt;
  const nanoseconds wait = shared_.limit.Take(bytes, steady_clock::now());
  if (wait < kThrottleMin) return std::nullopt;
  if (run_.open && wait > kThrottleInRun) {
    if (auto trouble = CommitRun(writer)) return trouble;
  }
  if (shared_.interrupt.WaitFor(wait)) return Trouble{{Fault::kClosed, "interrupted"}};
  return std::nullopt;
}

std::optional<Worker::Trouble> Worker::CommitRun(Writer& writer) {
  if (auto committed = writer.Commit(run_.next); !committed) {
    return RefusedBy(writer, std::move(committed).error());
  }
  const RunOfRecords run = std::exchange(run_, {});
  shared_.records += run.records;
  shared_.bytes += static_cast<uint64_t>(run.bytes);
  shared_.meter.Add(run.records, static_cast<uint64_t>(run.bytes), steady_clock::now());
  run_max_ = std::min(run_max_ * 2, kRunRecordsMax);
  known_ = run.next;
  last_commit_ = steady_clock::now();
  SetNext(run.next);
  report_.Copied(static_cast<int64_t>(run.records), run.bytes, run.next);
  return std::nullopt;
}

// Has an idle partition's second mark, which the target forgets after a week by default, live on.
std::optional<Worker::Trouble> Worker::RefreshMark(Writer& writer) {
  const auto& age = shared_.options.mark_age;
  if (run_.open || steady_clock::now() - last_commit_ < age) return std::nullopt;
  last_commit_ = steady_clock::now();
  if (!known_ && !resume_) return std::nullopt;
  auto done = writer.Begin();
  if (done) done = writer.Commit(next_);
  if (!done) return RefusedBy(writer, std::move(done).error());
  return std::nullopt;
}

// Where the target refuses a record, it refuses all that travelled with it: smaller and smaller
// runs find out which one it is.
Worker::Trouble Worker::RefusedBy(const Writer& writer, Error error) {
  if (writer.fenced()) {
    return {{Fault::kClosed,
             "target: another forwarder of this log took over, as transactional id " + writing_.id +
                 ": only one of them copies, so end the other. This one goes on when the other has "
                 "copied nothing for " +
                 std::to_string(kOtherLook.count()) + " s"},
            Kind::kTakenOver};
  }
  const auto failed = writer.failed_offset();
  if (failed && error.fault == Fault::kBadInput && run_.records > 1) {
    run_max_ = std::max<size_t>(run_.records / 4, 1);
    return {std::move(error), Kind::kAgain};
  }
  if (!failed || error.fault != Fault::kBadInput) {
    // A topic that is not there (any more) is looked at by the next session.
    const Kind kind = error.fault == Fault::kNotFound ? Kind::kPasses : KindOf(error.fault);
    return {std::move(error).In("target"), kind};
  }
  Error refused = std::move(error).In("target: the record at offset " + std::to_string(*failed));
  refused.context += "; have the target take it, or go on without it: " + SkipCommand(*failed + 1);
  return {std::move(refused), Kind::kNeedsHelp};
}

// All below `next` is in the target, or need not be.
void Worker::SetNext(int64_t next) {
  next_ = next;
  last_good_ = steady_clock::now();
  report_.Reached(next);
  if (next <= safe_) return;
  safe_ = next;
  if (shared_.safe) shared_.safe(topic_, partition_, next);
}

}  // namespace gamevents::forward

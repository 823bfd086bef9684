#include "core/forward/worker.h"

#include "core/base/notes.h"
#include "core/base/thread.h"
#include "core/forward/mark.h"
#include "core/forward/tail.h"
#include "core/kafka/admin.h"

#include <algorithm>
#include <utility>

// Why each record is copied once, whatever dies when:
//
// 1. A run of records is one transaction of the transactional id that names the source partition.
//    Its records carry their places in the source, in order and without a gap. So readers of
//    committed records see, at any time, the source's records up to some offset, each once.
// 2. A forwarder begins with InitTransactions. That raises the id's epoch at the coordinator, and
//    ends what the predecessor left open: prepared to be committed, it is committed; otherwise it
//    is aborted, and the abort's marker brings the new epoch to the partition's leader. A request
//    of the predecessor that still waits in a broker's queue belongs to a transaction that was
//    open, because one is committed only after all of its records were acknowledged: so the leader
//    has the marker, and refuses it. A late commit is refused by the coordinator.
// 3. Only then is the tail read, up to where the log ended after step 2 (tail.cpp waits until
//    committed readers may see that far). What was committed is there; what is not there was
//    aborted and never comes. The newest place found is the last one that was copied.
// 4. The next transaction begins after it. A commit whose answer did not come is never guessed at:
//    the producer is given up, and everything begins at 2 again.
//
// A target without transactions has neither the epoch nor the whole runs. There the tail is read
// after kQuiet, during which a dead predecessor's requests come to their end, and an idempotent
// producer keeps the order under retries: once, unless such a request takes longer than that.

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

// A run, and with it a transaction.
constexpr size_t kRunRecordsMax = 20'000;
constexpr int64_t kRunBytesMax = int64_t{8} << 20;
constexpr milliseconds kRunTimeMax{1'000};
// How long a run waits for company, and an empty one for its first record.
constexpr milliseconds kGather{20};
constexpr milliseconds kIdle{500};
// Between two attempts, growing; and where only somebody's doing helps.
constexpr milliseconds kRetryMin{200};
constexpr milliseconds kRetryMax{5'000};
constexpr milliseconds kHelpRetry{30'000};
constexpr milliseconds kSkipLook{1'000};
constexpr std::chrono::hours kMarkAge{12};
// The same trouble is noted again after so long.
constexpr milliseconds kNoteAgain{300'000};
// What one question to the target may take, so that an end is not held up.
constexpr milliseconds kAskMax{5'000};
// While a run is open, it is not held up for longer.
constexpr milliseconds kThrottleInRun{100};

bool NeedsHelp(Fault fault) {
  return fault == Fault::kBadInput || fault == Fault::kNotFound || fault == Fault::kCorrupt ||
         fault == Fault::kUnsupported || fault == Fault::kClosed;
}

WriterOptions WritingOf(const ForwardOptions& options, const std::string& topic,
                        int32_t partition) {
  WriterOptions writing;
  writing.target = options.target;
  writing.target.timeout = std::min(options.target.timeout, kAskMax);
  writing.id = "gamevents-forward-" + options.source_cluster_id + "-" + topic + "-" +
               std::to_string(partition);
  writing.topic = topic;
  writing.partition = partition;
  return writing;
}

int64_t SizeOf(const kafka::RecordView& record) {
  size_t bytes = (record.key ? record.key->size() : 0) + (record.value ? record.value->size() : 0);
  for (const kafka::HeaderView& header : record.headers) {
    bytes += header.name.size() + (header.value ? header.value->size() : 0);
  }
  return static_cast<int64_t>(bytes);
}

template <class Text>
std::optional<std::string> Copied(const std::optional<Text>& text) {
  if (!text) return std::nullopt;
  return std::string(*text);
}

}  // namespace

Worker::Worker(WorkerShared& shared, std::string topic, int32_t partition, int32_t partitions,
               OffsetRange source)
    : shared_(shared),
      topic_(std::move(topic)),
      partition_(partition),
      partitions_(partitions),
      source_at_start_(source),
      writing_(WritingOf(shared.options, topic_, partition)),
      skips_(shared.options.skips_path),
      run_max_(kRunRecordsMax),
      last_good_(steady_clock::now()),
      last_commit_(last_good_) {
  progress_.topic = topic_;
  progress_.partition = partition;
  progress_.end = source.end;
}

Worker::~Worker() {
  if (thread_.joinable()) thread_.join();
}

Status Worker::Start() {
  return StartThread(thread_, [this] { Run(); });
}

void Worker::SetSource(OffsetRange source) {
  const std::lock_guard lock(mutex_);
  progress_.end = std::max(progress_.end, source.end);
}

PartitionProgress Worker::Progress() const {
  const std::lock_guard lock(mutex_);
  PartitionProgress progress = progress_;
  if (progress.next && copied_records_ > 0) {
    const int64_t behind = std::max<int64_t>(progress.end - *progress.next, 0);
    progress.bytes_behind = behind * (copied_bytes_ / copied_records_);
  }
  return progress;
}

std::optional<Status> Worker::Outcome() const {
  const std::lock_guard lock(mutex_);
  return outcome_;
}

std::string Worker::Where() const {
  return "forward " + topic_ + " [" + std::to_string(partition_) + "]";
}

void Worker::End(Status outcome) {
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
}

void Worker::Run() {
  const ForwardOptions& options = shared_.options;
  milliseconds wait = kRetryMin;
  while (!shared_.interrupt.Requested()) {
    const auto good_before = last_good_;
    auto trouble = Session();
    run_ = {};  // what was lost is no obstacle to a skip
    if (!trouble) return End(Done{});
    if (shared_.interrupt.Requested()) break;
    if (trouble->again) continue;
    Report(*trouble);
    const bool away = steady_clock::now() - last_good_ > options.target.timeout;
    if (options.once && (trouble->needs_help || away)) {
      return End(std::move(trouble->error).In(Where()));
    }
    if (last_good_ != good_before) wait = kRetryMin;
    WaitAfter(*trouble, wait);
    wait = std::min(wait * 2, kRetryMax);
  }
  End(Error{Fault::kClosed, Where() + ": interrupted"});
}

// One producer's life: from fencing its predecessor to the first error. Nothing: all was copied.
std::optional<Worker::Trouble> Worker::Session() {
  const auto target_trouble = [](Error error) {
    const bool needs_help = NeedsHelp(error.fault);
    return Trouble{std::move(error).In("target"), needs_help};
  };
  if (auto ready = EnsureTarget(); !ready) return target_trouble(std::move(ready).error());
  auto opened = OpenWriter();
  if (!opened) return target_trouble(std::move(opened).error());
  if (auto trouble = Resume(opened->kept)) return trouble;
  std::unique_ptr<kafka::Reader> reader;
  if (auto trouble = OpenSource(reader)) return trouble;
  return Copy(*reader, *opened->writer);
}

// The target has the topic, with this partition, and is not the source.
Status Worker::EnsureTarget() {
  if (auto checked = CheckTarget(); !checked) return checked;
  auto found = kafka::DescribeTopic(writing_.target, topic_);
  if (!found && found.error().fault == Fault::kNotFound) {
    if (target_seen_) {
      known_.reset();
      return Error{Fault::kNotFound, "topic " + topic_ +
                                         " was deleted there; once somebody creates it again, what "
                                         "the source has is copied from its start"};
    }
    const kafka::NewTopic topic{topic_, partitions_, shared_.options.replication_factor};
    auto created = kafka::CreateTopic(writing_.target, topic);
    if (!created && created.error().fault != Fault::kExists) return created;
    if (created) {
      Note(NoteLevel::kInfo, "created topic " + topic_ + " in the target with " +
                                 std::to_string(partitions_) +
                                 (partitions_ == 1 ? " partition" : " partitions"));
    }
    found = kafka::DescribeTopic(writing_.target, topic_);
    // Another worker has just created it, and not every broker knows yet.
    if (!found && found.error().fault == Fault::kNotFound) {
      return Error{Fault::kUnavailable, found.error().context};
    }
  }
  if (!found) return std::move(found).error();
  target_seen_ = true;
  if (std::ranges::binary_search(found->partitions, partition_)) return Done{};
  return Error{Fault::kBadInput, "topic " + topic_ + " has " +
                                     std::to_string(found->partitions.size()) +
                                     " partitions there and " + std::to_string(partitions_) +
                                     " in the source; give it as many: kafka-topics.sh --alter "
                                     "--topic " +
                                     topic_ + " --partitions " + std::to_string(partitions_)};
}

Status Worker::CheckTarget() {
  if (target_checked_) return Done{};
  const auto id = kafka::FindClusterId(writing_.target);
  if (!id) return Error(id.error());
  if (*id == shared_.options.source_cluster_id) {
    return Error{Fault::kBadInput,
                 writing_.target.brokers + " is the source itself: name another cluster's brokers"};
  }
  target_checked_ = true;
  return Done{};
}

Result<OpenedWriter> Worker::OpenWriter() {
  auto opened = OpenTransactionalWriter(writing_, shared_.interrupt);
  if (opened || opened.error().fault != Fault::kUnsupported) return opened;
  if (!shared_.noted_plain.exchange(true)) {
    Note(NoteLevel::kWarning,
         "the target has no transactions (" + opened.error().context +
             "): records are copied once unless a request of a forwarder that died is on its way "
             "for more than " +
             std::to_string(kQuiet.count() / 1'000) + " s");
  }
  return OpenPlainWriter(writing_, shared_.interrupt);
}

// Finds where to go on.
std::optional<Worker::Trouble> Worker::Resume(std::optional<int64_t> kept) {
  TailOptions tail;
  tail.target = writing_.target;
  tail.topic = topic_;
  tail.partition = partition_;
  tail.cluster_id = shared_.options.source_cluster_id;
  tail.kept = kept;
  auto found = FindResume(tail, shared_.interrupt);
  if (!found) {
    const bool needs_help = NeedsHelp(found.error().fault);
    return Trouble{std::move(found).error().In("target"), needs_help};
  }
  // A target whose retention has removed all that was copied, and the mark beside it.
  resumed_ = *found ? *found : known_;
  const int64_t skipped = skips_.Of(topic_, partition_);
  if (skipped > resumed_.value_or(0)) {
    Note(NoteLevel::kWarning, Where() + ": skips the records from offset " +
                                  std::to_string(resumed_.value_or(0)) + " to " +
                                  std::to_string(skipped - 1) + ", as forward skip asked");
    resumed_ = skipped;
  }
  return std::nullopt;
}

std::optional<Worker::Trouble> Worker::OpenSource(std::unique_ptr<kafka::Reader>& reader) {
  const bool once = shared_.options.once;
  kafka::ReaderOptions reading;
  reading.client = shared_.options.source;
  reading.topic = topic_;
  reading.partitions = {partition_};
  reading.follow = !once;
  if (resumed_) reading.starts[partition_] = *resumed_;
  if (once) reading.ends[partition_] = source_at_start_.end;
  auto opened = kafka::Reader::Open(reading);
  if (!opened) {
    Error error = std::move(opened).error().In("source");
    const bool needs_help = NeedsHelp(error.fault);
    if (resumed_ && error.fault == Fault::kBadInput) {
      error.context += "; the target has what this topic held up to offset " +
                       std::to_string(*resumed_) +
                       ": if it was recreated, copy it to a target without that topic";
    }
    return Trouble{std::move(error), needs_help};
  }
  const int64_t begin = (*opened)->ranges().front().begin;
  if (resumed_ && begin > *resumed_) {
    SetNext(*resumed_);
    const std::string to = std::to_string(begin);
    return Trouble{{Fault::kNotFound,
                    "source: the records from offset " + std::to_string(*resumed_) + " to " +
                        std::to_string(begin - 1) +
                        " were deleted before they were copied; to go on "
                        "without them: gamevents forward skip --topic " +
                        topic_ + " --partition " + std::to_string(partition_) + " --to " + to},
                   true};
  }
  SetNext(begin);
  reader = std::move(*opened);
  return std::nullopt;
}

std::optional<Worker::Trouble> Worker::Copy(kafka::Reader& reader, Writer& writer) {
  {
    const std::lock_guard lock(mutex_);
    // Otherwise the next record may be the one that cannot be copied.
    if (next_ >= progress_.end) progress_.stopped.reset();
    progress_.last_error.reset();
  }
  while (true) {
    if (shared_.interrupt.Requested()) return Trouble{{Fault::kClosed, "interrupted"}};
    if (SkippedAhead()) return Trouble{{Fault::kClosed, "skipped"}, false, true};
    const auto records = reader.Next(run_.open ? kGather : kIdle);
    if (!records) {
      // What is not there (any more) is looked at by the next session.
      const Fault fault = records.error().fault;
      const bool needs_help = NeedsHelp(fault) && fault != Fault::kNotFound;
      return Trouble{Error(records.error()).In("source"), needs_help};
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
    if (auto begun = writer.Begin(); !begun) return RefusedBy(writer, std::move(begun).error());
    run_ = {.open = true, .next = next_, .since = steady_clock::now()};
    const std::lock_guard lock(mutex_);
    progress_.oldest = record.timestamp;
  }
  kafka::OutgoingRecord copy;
  copy.topic = topic_;
  copy.partition = partition_;
  copy.key = Copied(record.key);
  copy.value = Copied(record.value);
  if (record.timestamp.value >= 0) copy.timestamp = record.timestamp;
  copy.headers.reserve(record.headers.size() + 1);
  for (const kafka::HeaderView& header : record.headers) {
    copy.headers.push_back({std::string(header.name), Copied(header.value)});
  }
  copy.headers.push_back({std::string(kMarkHeader), FormatMark({shared_.options.source_cluster_id,
                                                                partition_, record.offset})});
  ++run_.records;
  run_.bytes += bytes;
  run_.next = record.offset + 1;
  if (auto sent = writer.Send(std::move(copy), record.offset); !sent) {
    return RefusedBy(writer, std::move(sent).error());
  }
  if (run_.records >= run_max_ || run_.bytes >= kRunBytesMax) return CommitRun(writer);
  return std::nullopt;
}

// Keeps to the rate. A run is not left open for it: others wait for its end.
std::optional<Worker::Trouble> Worker::Throttle(int64_t bytes, Writer& writer) {
  const nanoseconds wait = shared_.limit.Take(bytes, steady_clock::now());
  if (wait == nanoseconds(0)) return std::nullopt;
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
  {
    const std::lock_guard lock(mutex_);
    copied_records_ += static_cast<int64_t>(run.records);
    copied_bytes_ += run.bytes;
  }
  resumed_ = known_ = run.next;
  last_commit_ = steady_clock::now();
  SetNext(run.next);
  ReportWell();
  return std::nullopt;
}

// Has an idle partition's second mark, which the target forgets after a week by default, live on.
std::optional<Worker::Trouble> Worker::RefreshMark(Writer& writer) {
  if (run_.open || !resumed_ || steady_clock::now() - last_commit_ < kMarkAge) return std::nullopt;
  last_commit_ = steady_clock::now();
  auto done = writer.Begin();
  if (done) done = writer.Commit(*resumed_);
  if (!done) return RefusedBy(writer, std::move(done).error());
  return std::nullopt;
}

// Where the target refuses a record, it refuses all that travelled with it: smaller and smaller
// runs find out which one it is.
Worker::Trouble Worker::RefusedBy(const Writer& writer, Error error) {
  const auto failed = writer.failed_offset();
  if (failed && error.fault == Fault::kBadInput && run_.records > 1) {
    run_max_ = std::max<size_t>(run_.records / 4, 1);
    return {std::move(error), false, true};
  }
  // A topic that is not there (any more) is looked at by the next session.
  const bool needs_help = NeedsHelp(error.fault) && error.fault != Fault::kNotFound;
  if (!failed || error.fault != Fault::kBadInput) {
    return {std::move(error).In("target"), needs_help};
  }
  const std::string offset = std::to_string(*failed);
  Error refused = std::move(error).In("target: the record at offset " + offset);
  refused.context +=
      "; have the target take it, or go on without it: gamevents forward skip "
      "--topic " +
      topic_ + " --partition " + std::to_string(partition_) + " --to " +
      std::to_string(*failed + 1);
  return {std::move(refused), true};
}

bool Worker::SkippedAhead() {
  const auto now = steady_clock::now();
  if (now - last_skip_look_ < kSkipLook) return false;
  last_skip_look_ = now;
  return skips_.Of(topic_, partition_) > std::max(next_, run_.next);
}

// All below `next` is in the target, or need not be.
void Worker::SetNext(int64_t next) {
  next_ = next;
  last_good_ = steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    progress_.next = next;
    progress_.end = std::max(progress_.end, next);
    if (next >= progress_.end) progress_.oldest.reset();
  }
  if (next <= safe_) return;
  safe_ = next;
  if (shared_.safe) shared_.safe(topic_, partition_, next);
}

void Worker::WaitAfter(const Trouble& trouble, milliseconds wait) {
  if (!trouble.needs_help) {
    shared_.interrupt.WaitFor(wait);
    return;
  }
  const auto until = steady_clock::now() + kHelpRetry;
  while (steady_clock::now() < until && !SkippedAhead()) {
    if (shared_.interrupt.WaitFor(kSkipLook)) return;
  }
}

void Worker::Report(const Trouble& trouble) {
  std::string said;
  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    const std::string offset =
        progress_.next ? " at offset " + std::to_string(*progress_.next) : std::string();
    if (trouble.needs_help) {
      news = !progress_.stopped;
      progress_.stopped = trouble.error.context;
      said = Where() + ": stopped" + offset + ": " + trouble.error.context;
    } else {
      news = !progress_.last_error;
      progress_.last_error = trouble.error.context;
      said = Where() + ": waits" + offset + ": " + trouble.error.context;
    }
  }
  const auto now = steady_clock::now();
  if (!news && now - last_noted_ < kNoteAgain) return;
  last_noted_ = now;
  if (!shared_.options.once) Note(NoteLevel::kWarning, said);
}

void Worker::ReportWell() {
  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    news = progress_.stopped || last_noted_ != steady_clock::time_point{};
    progress_.stopped.reset();
    progress_.last_error.reset();
  }
  last_noted_ = {};
  if (news) Note(NoteLevel::kInfo, Where() + ": goes on");
}

}  // namespace gamevents::forward

#include "core/forward/worker.h"

#include "core/base/notes.h"
#include "core/base/thread.h"
#include "core/base/urgency.h"
#include "core/kafka/transactional_producer.h"

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
// 5. A predecessor that lives learns of it by its next request, which is refused. It does not raise
//    the epoch in its turn, or the two would end each other's transactions for ever: it watches,
//    and begins at 2 again only when the other copies nothing though there is something to copy.
// 6. A topic that was deleted in the target and made again begins at offset 0 once more, while its
//    producer may not have noticed. Before a commit the offsets that the records got are compared
//    with earlier ones: if they went back, everything begins at 2 again, and finds nothing copied.
//
// A target without transactions has neither the epoch nor the whole runs. There the tail is read
// after kQuiet, during which a dead predecessor's requests come to their end, and an idempotent
// producer keeps the order under retries: once, unless such a request takes longer than that.

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Between two attempts, growing; and where only somebody's doing helps.
constexpr milliseconds kRetryMin{200};
constexpr milliseconds kRetryMax{5'000};
constexpr milliseconds kHelpRetry{10'000};
constexpr milliseconds kHelpLook{1'000};
// What one question to the target may take, so that an end is not held up.
constexpr milliseconds kAskMax{5'000};

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

}  // namespace

Worker::Worker(WorkerShared& shared, std::string topic, int32_t partition, int32_t partitions,
               OffsetRange source)
    : shared_(shared),
      topic_(std::move(topic)),
      partition_(partition),
      source_at_start_(source),
      writing_(WritingOf(shared.options, topic_, partition)),
      report_(topic_, partition, source.end, shared.options.once),
      skips_(shared.options.skips_path),
      target_({writing_.target, shared.options.source_cluster_id, topic_, partitions,
               shared.options.replication_factor}),
      run_max_(kRunRecordsMax),
      last_good_(steady_clock::now()),
      last_commit_(last_good_) {}

Worker::~Worker() {
  if (thread_.joinable()) thread_.join();
}

Status Worker::Start() {
  return StartThread(thread_, [this] { Run(); });
}

std::optional<Status> Worker::Outcome() const {
  const std::lock_guard lock(mutex_);
  return outcome_;
}

void Worker::End(Status outcome) {
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
}

void Worker::Run() {
  const ForwardOptions& options = shared_.options;
  // Its clients' threads inherit it. With `once`, somebody waits for the copy.
  if (!options.once) SetUrgency(Urgency::kAside);
  milliseconds wait = kRetryMin;
  while (!shared_.interrupt.Requested()) {
    const auto good_before = last_good_;
    auto trouble = Session();
    run_ = {};  // what was lost is no obstacle to a skip
    if (!trouble) return End(Done{});
    if (shared_.interrupt.Requested()) break;
    if (trouble->kind == Kind::kAgain) continue;
    Report(*trouble);
    const bool away = steady_clock::now() - last_good_ > options.target.timeout;
    if (options.once && (trouble->kind != Kind::kPasses || away)) {
      return End(std::move(trouble->error).In(report_.where()));
    }
    if (last_good_ != good_before) wait = kRetryMin;
    WaitAfter(*trouble, wait);
    wait = std::min(wait * 2, kRetryMax);
  }
  End(Error{Fault::kClosed, report_.where() + ": interrupted"});
}

// One producer's life: from fencing its predecessor to the first error. Nothing: all was copied.
std::optional<Worker::Trouble> Worker::Session() {
  const auto trouble_with = [](std::string_view side, Error error) {
    const Kind kind = KindOf(error.fault);
    return Trouble{std::move(error).In(side), kind};
  };
  if (auto found = FindTopicId(); !found) {
    return trouble_with("source", std::move(found).error());
  }
  if (auto ready = target_.Ensure(partition_); !ready) {
    if (ready.error().fault == Fault::kNotFound) known_.reset();
    return trouble_with("target", std::move(ready).error());
  }
  auto opened = OpenWriter();
  if (!opened) return trouble_with("target", std::move(opened).error());
  if (auto trouble = Resume(opened->kept)) return trouble;
  std::unique_ptr<kafka::Reader> reader;
  if (auto trouble = OpenSource(reader)) return trouble;
  return Copy(*reader, *opened->writer);
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

Worker::Kind Worker::KindOf(Fault fault) {
  const bool needs_help = fault == Fault::kBadInput || fault == Fault::kNotFound ||
                          fault == Fault::kCorrupt || fault == Fault::kUnsupported ||
                          fault == Fault::kClosed;
  return needs_help ? Kind::kNeedsHelp : Kind::kPasses;
}

void Worker::Report(const Trouble& trouble) {
  if (trouble.kind == Kind::kPasses) return report_.Waits(trouble.error.context);
  report_.Stopped(trouble.error.context);
}

void Worker::WaitAfter(const Trouble& trouble, milliseconds wait) {
  if (trouble.kind == Kind::kPasses) {
    shared_.interrupt.WaitFor(wait);
    return;
  }
  if (trouble.kind == Kind::kTakenOver) return WaitForOther();
  const auto until = steady_clock::now() + kHelpRetry;
  while (steady_clock::now() < until && !SkippedAhead()) {
    if (shared_.interrupt.WaitFor(kHelpLook)) return;
  }
}

// Until the forwarder that took over copies no more, though there is something to copy.
void Worker::WaitForOther() {
  std::optional<int64_t> before;
  while (!shared_.interrupt.WaitFor(kOtherLook)) {
    const auto kept = kafka::FindGroupOffset(writing_.target, writing_.id, topic_, partition_);
    if (!kept) continue;  // it copies nothing, because the target is away
    const int64_t now = *kept ? (*kept)->offset : 0;
    if (before == now && now < report_.source_end()) return;
    before = now;
  }
}

}  // namespace gamevents::forward

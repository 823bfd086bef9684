#include "core/forward/tail.h"

#include "core/forward/mark.h"
#include "core/forward/resume.h"
#include "core/kafka/reader.h"

#include <utility>

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStableWait{100};
constexpr milliseconds kReadWait{200};
constexpr char kIsolation[] = "isolation.level";
constexpr char kCommitted[] = "read_committed";
constexpr char kAll[] = "read_uncommitted";

Error Interrupted() { return {Fault::kClosed, "interrupted"}; }

kafka::ReaderOptions ReaderOf(const TailOptions& options, const char* isolation) {
  kafka::ReaderOptions reader;
  reader.client = options.target;
  reader.client.properties[kIsolation] = isolation;
  reader.topic = options.topic;
  reader.partitions = {options.source.partition};
  return reader;
}

Result<OffsetRange> FindLog(const TailOptions& options, const char* isolation) {
  auto ranges = kafka::Reader::Find(ReaderOf(options, isolation));
  if (!ranges) return std::move(ranges).error();
  return OffsetRange{ranges->front().begin, ranges->front().end};
}

// Time is a part of it, so the target must not have set its own.
std::optional<kafka::Landmark> LandmarkAt(int64_t offset, const kafka::RecordView& record) {
  if (record.timestamp_type != kafka::TimestampType::kCreateTime) return std::nullopt;
  kafka::Landmark landmark = kafka::LandmarkOf(record);
  landmark.offset = offset;
  return landmark;
}

// The target's log as readers of committed records see it, with everything in it that was committed
// before the call. Such a reader sees no further than the first record of any open transaction, so
// another producer's may hide what we have committed: it is waited for.
Result<OffsetRange> FindCommittedLog(const TailOptions& options, Interrupt& interrupt) {
  const auto all = FindLog(options, kAll);
  if (!all) return Error(all.error());
  const auto deadline = steady_clock::now() + options.patience;
  while (true) {
    auto committed = FindLog(options, kCommitted);
    if (!committed || committed->end >= all->end) return committed;
    if (steady_clock::now() >= deadline) {
      return Error{Fault::kUnavailable,
                   "a transaction of another producer is open since offset " +
                       std::to_string(committed->end) + " of " + std::to_string(all->end) +
                       ", and what was copied may lie behind it; it ends by itself after its "
                       "transaction.timeout.ms"};
    }
    if (interrupt.WaitFor(kStableWait)) return Interrupted();
  }
}

// Gives the newest record of the source that was seen.
Result<std::optional<kafka::Landmark>> ReadWindow(const TailOptions& options,
                                                  const OffsetRange& window, ResumeSearch& search,
                                                  Interrupt& interrupt) {
  std::optional<kafka::Landmark> last;
  kafka::ReaderOptions reading = ReaderOf(options, kCommitted);
  reading.starts[options.source.partition] = window.begin;
  reading.ends[options.source.partition] = window.end;
  auto reader = kafka::Reader::Open(reading);
  if (!reader) return std::move(reader).error();
  while (!(*reader)->Finished()) {
    const auto records = (*reader)->Next(kReadWait);
    if (!records) return Error(records.error());
    for (const kafka::RecordView& record : *records) {
      const auto mark = MarkOf(record.headers);
      if (mark && search.See(*mark)) last = LandmarkAt(mark->offset, record);
    }
    if (interrupt.Requested()) return Interrupted();
  }
  return last;
}

}  // namespace

Result<FoundTail> FindResume(const TailOptions& options, Interrupt& interrupt) {
  const auto log = FindCommittedLog(options, interrupt);
  if (!log) return Error(log.error());
  ResumeSearch search(options.source, *log, options.kept);
  std::optional<kafka::Landmark> last;
  while (const auto window = search.Window()) {
    auto read = ReadWindow(options, *window, search, interrupt);
    if (!read) return std::move(read).error();
    last = *read;
    search.EndWindow();
  }
  const auto next = search.Next();
  if (!next) return FoundTail{std::nullopt, *log};
  // What was copied last may be gone there, and only the second mark tell of it.
  if (last && last->offset + 1 != *next) last.reset();
  return FoundTail{ResumePoint{*next, last}, *log};
}

}  // namespace gamevents::forward

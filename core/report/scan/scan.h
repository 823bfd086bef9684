#pragma once

#include "core/base/result.h"
#include "core/event/filter.h"
#include "core/kafka/record.h"
#include "core/report/ask/named_fields.h"
#include "core/report/scan/record_event.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

// The report's room: records of a topic in, tables out. A scan reads each record once and shows
// it to every step; a step keeps what its answer needs and no more; a rendering turns the answer
// into text. It knows nothing of where records come from (see RecordSource) nor where text goes.

namespace gamevents::report {

/// Where a scan's records come from: a topic (topic_source.h) or a test. Not thread-safe.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  /// The next records, in offset order within a partition; empty only at the end. What they point
  /// at lives until the next call. Errors: the source's own; kClosed when interrupted.
  virtual Result<std::span<const kafka::RecordView>> Next() = 0;

  /// The partitions that have something to read, ascending.
  virtual std::vector<int32_t> Partitions() const = 0;

  /// How many offsets there are to read, together with its parts; 0 when that is not known.
  virtual int64_t Length() const { return 0; }

  /// Whether all of it can be read several times at little cost: from files of this machine.
  virtual bool RereadsCheaply() const { return false; }

  /// At most `parts` sources, each for a thread of its own, that give the same records together,
  /// each record once; this one is not to be read then. Empty: cannot be split.
  virtual std::vector<std::unique_ptr<RecordSource>> Split(size_t parts);
};

/// Opens the same records from their start again: two passes see the same.
using OpenSource = std::function<Result<std::unique_ptr<RecordSource>>()>;

/// One record as the steps see it; lives for one call.
struct Scanned {
  const kafka::RecordView& record;
  const RecordEvent* event = nullptr;  ///< nullptr: the value is not a JSON object
  bool selected = false;               ///< an event that meets the scan's condition
};

/// What a scan shows its records to.
class Step {
 public:
  virtual ~Step() = default;

  /// Takes note of one record. An error ends the scan.
  virtual Status Take(const Scanned& scanned) = 0;

  /// Whether no later record can change the answer.
  virtual bool Satisfied() const { return false; }
};

struct ScanTotals {
  int64_t records = 0;
  int64_t events = 0;    ///< values that are JSON objects
  int64_t expected = 0;  ///< offsets to be read, for progress; 0: not known
  int64_t selected = 0;  ///< of these, those that meet the condition
  bool partial = false;  ///< the stop signal came before the end: this is what there was until then
  int64_t pass = 0;      ///< which pass over the records it is, from 1; 0: there is only one

  ScanTotals& operator+=(const ScanTotals& more);
};

/// What a scan selects, and when it ends.
struct ScanOptions {
  const event::Filter* where = nullptr;  ///< nullptr: every event is selected
  bool to_the_end = false;               ///< read on when every step is satisfied: for the totals
  /// Called now and then with what has been read so far.
  std::function<void(const ScanTotals&)> progress{};
  /// What the question names: the summary says what of it no event has.
  NamedFields asked{};
  const std::atomic<bool>* stop = nullptr;  ///< true: another part has failed, read no further
};

/// Reads `source` to its end, or until every step is satisfied, and shows each record to each of
/// `steps` in turn. A source that was interrupted (kClosed) ends it, too: what was read
/// is the answer then, marked partial. Errors: the source's; a step's.
Result<ScanTotals> Scan(RecordSource& source, std::span<Step* const> steps,
                        const ScanOptions& options);

/// The threads of one scan.
inline constexpr size_t kScanThreadsMax = 16;

/// As many as this machine runs at once, at most kScanThreadsMax.
size_t ScanThreads();

/// Scan for each of `parts` in a thread of its own, shown to the steps at the same place in
/// `steps`, which no other thread uses. Progress is called from any of them, one at a time. An
/// error of one ends all. Requires: as many lists of steps as parts.
Result<ScanTotals> ScanParts(std::span<const std::unique_ptr<RecordSource>> parts,
                             std::span<const std::vector<Step*>> steps, const ScanOptions& options);

}  // namespace gamevents::report

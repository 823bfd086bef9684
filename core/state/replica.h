#pragma once

#include "core/base/result.h"
#include "core/kafka/reader.h"
#include "core/state/fold.h"
#include "core/state/state.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gamevents::state {

/// How far one partition has been folded.
struct Position {
  int64_t next = 0;          ///< the first offset that has not been folded
  int64_t last_offset = -1;  ///< of the last record that was; -1: none yet
  uint32_t last_crc = 0;     ///< CRC-32C of that record's value, to know the log again by
};

using Positions = std::map<int32_t, Position>;  // by partition

/// What is called with each record that was folded: the outcome and where the record is. The state
/// is as it was just after that record.
using OnFolded = std::function<void(const kafka::RecordView& record, const Fold& fold,
                                    const Outcome& outcome, const State& state)>;

/// A state and how far in the log it is. Not thread-safe.
struct Replica {
  State state;
  Positions positions;

  /// Where reading goes on: at the last record that was folded, which is read again to see that
  /// the log is still the same.
  std::map<int32_t, int64_t> Starts() const;

  /// Whether a topic that has `ranges` can be the one that was folded. Errors: kCorrupt when it
  /// ends before what was folded: it was deleted and recreated, or its end was lost.
  Status CheckRanges(std::span<const kafka::PartitionRange> ranges) const;

  /// What is missing in the log between what was folded and where reading begins, a sentence a
  /// partition; empty, as a rule.
  std::vector<std::string> Gaps(std::span<const kafka::PartitionRange> ranges) const;

  /// Folds records in their order; one that was folded before is only looked at.
  /// Errors: kCorrupt when one is not the record that was folded at that offset; those before it
  /// are folded.
  Status Take(std::span<const kafka::RecordView> records, Fold& fold,
              const OnFolded& on_folded = {});

  /// Folds one record.
  Status Take(const kafka::RecordView& record, Fold& fold, const OnFolded& on_folded = {}) {
    return Take(std::span(&record, 1), fold, on_folded);
  }

 private:
  Status TakeRun(std::span<const kafka::RecordView> run, Fold& fold, const OnFolded& on_folded);
};

/// How a log is opened to be read; what it gives keeps the contract of kafka::Reader. A seam for
/// tests: everything else reads a cluster.
using OpenLog =
    std::function<Result<std::unique_ptr<kafka::Reader>>(const kafka::ReaderOptions& options)>;

/// What came of FoldToEnd.
struct FoldedToEnd {
  int64_t records = 0;
  std::vector<std::string> gaps;  ///< Replica::Gaps
};

/// Folds what `topic` has from the replica's positions to its end as it is now, or, of the
/// partitions that `until` has, to the position there.
/// Errors: kCorrupt when it is not the log that was folded so far; kNotFound, kUnavailable, … as
/// Reader; kClosed after the stop signal.
Result<FoldedToEnd> FoldToEnd(const kafka::ClientOptions& client, const std::string& topic,
                              Replica& replica, const Positions* until = nullptr,
                              const OpenLog& open = kafka::Reader::Open);

/// The reader that FoldToEnd uses: from the replica's positions, to the end or following.
/// Errors: as Reader::Open; kCorrupt as CheckRanges.
Result<std::unique_ptr<kafka::Reader>> OpenReader(const kafka::ClientOptions& client,
                                                  const std::string& topic, const Replica& replica,
                                                  bool follow,
                                                  const OpenLog& open = kafka::Reader::Open);

/// The names of up to `count_max` users and guilds that differ between two states, each with what
/// differs; empty when the states are the same. `a` and `b` may have met users in other orders.
std::vector<std::string> Differences(const State& a, const State& b, size_t count_max);

}  // namespace gamevents::state

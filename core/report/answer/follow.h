#pragma once

#include "core/report/answer/answer.h"
#include "core/report/scan/topic_source.h"

#include <chrono>
#include <functional>
#include <memory>

namespace gamevents::report {

/// How soon what has arrived is drawn: on a terminal over what was there, and else below it.
inline constexpr std::chrono::milliseconds kRedrawEvery{500};
inline constexpr std::chrono::milliseconds kAppendEvery{2'000};

/// A source that goes on as events arrive, until it is told to stop. It calls the function that
/// opening it took between pieces and at least every 100 ms, also while nothing arrives; that
/// function's error ends it.
using OpenFollowing =
    std::function<Result<std::unique_ptr<RecordSource>>(std::function<Status()> tick)>;

/// Follows what `open` reads, ending at the stop signal (StopSignal). Requires: the readers follow.
OpenFollowing FollowReaders(OpenReader open);

/// What following takes from its surroundings.
struct FollowOptions {
  /// On a terminal: how many lines it has now.
  std::function<size_t()> terminal_lines{};
  /// The time by which frames are held apart; a test sets it.
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// Whether the question can be followed. Errors: kBadInput (a page, '*', an order of rows, a take;
/// groups in a format that is no table; rows in one that is written at the end).
Status CheckFollow(const Question& question);

/// Answers as events arrive: groups, or the topic's counts without a query, are redrawn when
/// something has changed, not more often than kRedrawEvery or kAppendEvery; rows are written as
/// they come. Ends when the source does, with the last state written.
/// Errors: as Answer.
Result<ScanSummary> Follow(const Question& question, const OpenFollowing& open,
                           const FollowOptions& options, const Write& write);

}  // namespace gamevents::report

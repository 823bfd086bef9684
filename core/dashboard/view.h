#pragma once

#include "core/base/clock.h"
#include "core/dashboard/counts.h"
#include "core/dashboard/query.h"
#include "core/http/stream.h"
#include "core/report/write/page.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::dashboard {

/// How long a browser waits before it connects again.
inline constexpr int kReconnectMs = 2'000;

/// How far the reading of the topic is.
struct Reading {
  TimestampMs as_of{0};
  /// Of what the topic had when reading began, in percent; 100 once that has been read.
  int percent = 0;
  std::string problem;  ///< why nothing can be read now; "" while it can
  /// The command that sends a first event, where the topic has none or is not there: that is how
  /// everybody begins, and no failure. "" for any other reading.
  std::string first_step{};
};

/// What is shown at one moment. Immutable, so thread-safe.
struct View {
  std::string id;           ///< differs from that of every other view
  std::string main;         ///< HTML: what the page's <main> holds
  http::StreamPiece event;  ///< the same as an event "state"
};

/// What the page holds, as HTML: what has been counted, by the scope that it was counted for.
std::string MainOf(const Scope& scope, const Figures& figures, const Reading& reading);

/// The view of what the topic's follower has counted so far.
std::shared_ptr<const View> MakeView(std::string id, const Scope& scope, const Figures& figures,
                                     const Reading& reading);

/// What a page says of itself: its topic, what it leads to, and how it is kept up to date: from the
/// route dashboard/stream where the query names nothing, else by being asked for again each
/// `refresh`.
report::PageInfo PageInfoOf(const Scope& scope, std::string topic,
                            std::vector<report::PageLink> links, std::chrono::seconds refresh);

/// The whole page of that info.
std::string PageOf(std::string_view main, const report::PageInfo& info);

}  // namespace gamevents::dashboard

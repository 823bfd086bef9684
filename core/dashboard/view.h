#pragma once

#include "core/base/clock.h"
#include "core/http/stream.h"
#include "core/report/answer/overview.h"
#include "core/report/write/page.h"

#include <cstdint>
#include <memory>
#include <string>
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

/// Renders what has been counted so far.
std::shared_ptr<const View> MakeView(std::string id, const report::Overview::Parts& parts,
                                     const report::ScanSummary& summary, const Reading& reading);

/// What the page says of itself: its topic, what it leads to, and that it is fed from the route
/// dashboard/stream.
report::PageInfo PageInfoOf(std::string topic, std::vector<report::PageLink> links = {});

/// The whole page of `topic` with the view in it.
std::string PageOf(const View& view, const std::string& topic,
                   const std::vector<report::PageLink>& links = {});

}  // namespace gamevents::dashboard

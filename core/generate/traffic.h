#pragma once

#include "core/base/result.h"
#include "core/generate/feed.h"
#include "core/generate/http_sender.h"
#include "core/generate/summary.h"
#include "core/generate/tally.h"
#include "core/kafka/producer.h"
#include "core/ledger/ledger.h"

#include <chrono>
#include <functional>
#include <string>

namespace gamevents::generate {

/// What there is to send, and who is told.
struct TrafficOptions {
  WorldOptions world;
  FeedOptions feed;
  ledger::Writer* ledger = nullptr;  ///< may be null; is flushed at the end
  /// Called some times a second while the traffic goes on; may be empty.
  std::function<void(const Counts&, std::chrono::duration<double> elapsed)> on_progress;
};

/// Sends over `options.feed.lanes` connections, a thread each, until all is sent or the process is
/// told to stop. Whatever the answers are, they are in the summary.
/// Errors: when no connection can be made at the start, kNotFound (the server's name), kUnavailable
/// (the connection) or kUnsupported (TLS); those of the ledger.
Result<TrafficSummary> SendOverHttp(const TrafficOptions& options, const HttpOptions& http);

/// The same to a topic, in one lane. Errors: as TopicSender::Run.
Result<TrafficSummary> SendToTopic(const TrafficOptions& options, kafka::Producer& producer,
                                   const std::string& topic);

}  // namespace gamevents::generate

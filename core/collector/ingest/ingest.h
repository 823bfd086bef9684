#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/collector/ingest/contract_guard.h"
#include "core/collector/ingest/duplicates.h"
#include "core/collector/ingest/event_times.h"
#include "core/collector/ingest/outcomes.h"
#include "core/collector/request/body.h"
#include "core/collector/request/cors.h"
#include "core/collector/request/router.h"
#include "core/collector/store/event_counts.h"
#include "core/collector/store/events.h"
#include "core/http/message.h"
#include "core/kafka/producer.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// What POST /events takes, and where it puts it.
struct IngestOptions {
  std::string topic;
  std::string rejected_topic;          ///< for what is refused for its content; empty: none
  size_t event_bytes_max = 256 << 10;  ///< one event as it was sent
  size_t batch_events_max = 10'000;    ///< events of one request
  /// Gives records their times; null: each has that at which its event was received.
  std::shared_ptr<EventTimes> times = nullptr;
  /// Holds events against their contracts; null: they have none.
  std::shared_ptr<ContractGuard> guard = nullptr;
  /// Counts what becomes of them; null: nobody does.
  std::shared_ptr<EventCounts> counts = nullptr;
  /// Pages of the origins that it lists may send JSON as text/plain, as navigator.sendBeacon does.
  /// From others it is refused: a browser lets any page send it without asking.
  Cors cors{{}};
};

/// The events of a request that are written in another way than POST /events takes them.
struct ForeignRequest {
  /// Writes one of them as an event of ours, in JSON that is not checked yet; `text` is what stands
  /// in its place. Called before Take returns. Errors: kBadInput, saying what is wrong with it.
  using Translate =
      std::function<Result<std::string>(std::string_view text, TimestampMs received_at)>;
  /// The answer to all, once each has its fate; from any thread.
  using Answer = std::function<http::Response(const Tally& tally)>;

  Result<std::vector<Piece>> events;  ///< where they stand in the request's body; or as Split fails
  Translate translate;
  Answer answer;
  /// Members whose texts are secrets: serve.rejected_topic does not get these. Live for ever.
  std::span<const std::string_view> secrets = {};
};

struct BatchContext;

/// POST /events: one event, an array, lines (NDJSON), or CloudEvents 1.0 in each of its modes. Each
/// event is checked, sent under its user's key, and has its own fate in the answer, which is given
/// once every event of the request is acknowledged, refused or failed. What clients see of it:
/// docs/http-api.md. Thread-safe; never blocks.
class Ingest {
 public:
  /// What is referred to must outlive this; the producer's deliveries need only the producer and
  /// what is shared: they may come after the end of this, and send in their turn.
  Ingest(IngestOptions options, kafka::Producer& producer, const EventBuilder& events,
         std::shared_ptr<Duplicates> duplicates, const Clock& clock = Clock::System());
  Ingest(const Ingest&) = delete;
  Ingest& operator=(const Ingest&) = delete;

  /// The route, valid as long as this.
  Route route() const;

  /// Does with the events of another route's request what is done with those of POST /events, but
  /// for headers, which no event gets, and answers as `foreign` says. A body whose events cannot be
  /// told apart is refused as there. Takes the call's request and reply.
  void Take(Call&& call, ForeignRequest foreign) const;

 private:
  void OnEvents(Call call) const;
  void Protect(BatchContext& context) const;

  const std::shared_ptr<const IngestOptions> options_;
  kafka::Producer& producer_;
  const EventBuilder& events_;
  const std::shared_ptr<Duplicates> duplicates_;
  const Clock& clock_;
};

}  // namespace gamevents::collector

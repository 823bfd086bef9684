#pragma once

#include "core/base/result.h"
#include "core/generate/feed.h"
#include "core/generate/tally.h"
#include "core/kafka/producer.h"
#include "core/ledger/ledger.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace gamevents::generate {

/// Sends a feed of one lane straight to a topic, as `serve` would store its events: the user is
/// the key, and `received_at` is added. At most kInFlightMax records are under way, below the
/// producer's own bound. Not thread-safe.
class TopicSender {
 public:
  static constexpr int64_t kInFlightMax = 20'000;

  /// `ledger` may be null. All that is referred to must outlive the sender.
  TopicSender(kafka::Producer& producer, std::string topic, Feed& feed, Tally& tally,
              ledger::Writer* ledger);
  TopicSender(const TopicSender&) = delete;
  TopicSender& operator=(const TopicSender&) = delete;

  /// Sends until the feed ends or the process is told to stop, and waits for every delivery.
  /// Errors: kClosed (the producer has ended for good); kNotFound (no such topic); the ledger's.
  Status Run();

 private:
  using Time = std::chrono::steady_clock::time_point;

  Status SendFeed();
  Status SendOne(GameEvent event, Time begin);
  bool AwaitRoom();
  void OnDelivery(const GameEvent& event, Time begin, const Result<kafka::Delivery>& delivery);

  kafka::Producer& producer_;
  const std::string topic_;
  Feed& feed_;
  Tally& tally_;
  ledger::Writer* const ledger_;

  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t in_flight_ = 0;
  std::optional<Error> failed_;
};

}  // namespace gamevents::generate

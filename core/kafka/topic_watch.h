#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"
#include "core/kafka/connection_errors.h"
#include "core/kafka/handles.h"
#include "core/kafka/landmark.h"
#include "core/kafka/query.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace gamevents::kafka {

/// How often a topic is looked at.
inline constexpr std::chrono::milliseconds kLookEvery{1'000};

/// How far one partition has been read.
struct WatchedPlace {
  int32_t partition = 0;
  int64_t next = 0;                    ///< the offset behind what was read
  std::optional<Landmark> landmark{};  ///< a record that was read
};

/// Watches, beside a reader that follows a topic, whether it is still the same topic. One that is
/// deleted and made again under its name goes on at the reader's offsets as if nothing had
/// happened, and its first records are never seen.
///
/// Kafka's protocol tells the two apart by the topic's id, but librdkafka shows that only since
/// 2.3, and Debian 12 has 2.0. So a record that was read is read again, once a second: another one
/// at its offset is another log's. A topic that is missing, or ends before what was read, counts
/// when it is seen so twice: a cluster that has just chosen a leader can say so for a moment.
///
/// Has a client of its own, whose position is not the reader's, and a thread, so that no record
/// waits for a look. Thread-safe.
class TopicWatch {
 public:
  /// Begins to look. Where a place has a landmark, once at once: Errors: kCorrupt (it is another
  /// topic); kBadInput (a property); kFull (no thread).
  static Result<std::unique_ptr<TopicWatch>> Start(const ClientOptions& options,
                                                   const std::string& topic,
                                                   std::vector<WatchedPlace> places);
  /// Waits for a look that has begun, a second at most.
  ~TopicWatch();
  TopicWatch(const TopicWatch&) = delete;
  TopicWatch& operator=(const TopicWatch&) = delete;

  /// Whether newer places are of use for the next look.
  bool Wants() const { return wants_; }
  void Update(std::vector<WatchedPlace> places);

  /// That the topic was deleted (kNotFound), or is another one now (kCorrupt); empty as a rule.
  std::optional<Error> Found() const;

 private:
  struct Doubt {
    Error error;
    bool certain;
  };
  // A record that is read again: what it must be, unless it is only learned, and the landmark that
  // stands for the log once it was so.
  struct Awaited {
    int64_t offset;
    std::optional<Landmark> landmark;
    std::optional<Landmark> next;
  };

  TopicWatch(const ClientOptions& options, const std::string& topic)
      : topic_(topic), connection_errors_(options.brokers) {}

  void Run();
  std::optional<Doubt> Look(std::span<const WatchedPlace> places);
  std::optional<Doubt> CheckEnds(const Query& query, std::span<const WatchedPlace> places);
  std::optional<Doubt> Reread(std::span<const WatchedPlace> places);
  std::optional<Doubt> Compare(const rd_kafka_message_t& message, const Awaited& awaited);
  Doubt Another(int32_t partition, const std::string& why, bool certain) const;

  const std::string topic_;
  ConnectionErrors connection_errors_;
  Handle handle_;
  TopicHandle topic_handle_;
  Queue queue_;                        // the looks', for what they read again
  std::map<int32_t, Landmark> known_;  // the looks': what the log was known by at the last one

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<WatchedPlace> places_;
  bool is_new_ = false;  // the places, since the last look began
  std::optional<Error> found_;
  std::atomic<bool> has_found_ = false;
  std::atomic<bool> wants_ = true;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace gamevents::kafka

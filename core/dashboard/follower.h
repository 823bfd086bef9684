#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/dashboard/board.h"
#include "core/dashboard/counts.h"
#include "core/kafka/reader.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

namespace gamevents::dashboard {

/// How soon after one view the next is rendered; later when rendering takes long (kRenderShare).
inline constexpr std::chrono::milliseconds kRenderEvery{500};
/// Rendering takes at most about one part in so many of the time.
inline constexpr int kRenderShare = 10;
/// How often a view is rendered although nothing has come, while figures of the moment fade.
inline constexpr std::chrono::milliseconds kFadeEvery{10'000};
/// When nobody has looked for so long, the topic is read no further, and what was counted is
/// forgotten: a dashboard that nobody looks at costs nothing.
inline constexpr std::chrono::milliseconds kForgetAfter{10 * 60'000};
/// How long after a failure the topic is tried again.
inline constexpr std::chrono::milliseconds kTryAgainAfter{1'000};
/// What Kafka gets at most to answer, so that the page says soon that it does not.
inline constexpr std::chrono::milliseconds kKafkaTimeoutMax{3'000};

/// What is followed, and how often it is shown.
struct FollowerOptions {
  kafka::ClientOptions client;
  std::string topic;  ///< may be missing at first
  /// The command that sends a first event, for the page of a topic that has none, or is not there.
  std::string first_step = {};
  Scope scope = {};                       ///< whose clocks the page goes by; it asks for everything
  size_t memory = report::kKeptBytesMax;  ///< what all that is counted may keep
  std::chrono::milliseconds render_every = kRenderEvery;  ///< a view is made at most this often
  /// How long after the last look the counts are dropped.
  std::chrono::milliseconds forget_after = kForgetAfter;
  /// How long to wait after the topic could not be read.
  std::chrono::milliseconds try_again_after = kTryAgainAfter;
  /// Called from the follower's thread when the topic can be read no longer.
  std::function<void(const Error&)> on_problem = [](const Error&) {};
  std::function<Result<std::unique_ptr<kafka::Reader>>(const kafka::ReaderOptions&)> open =
      kafka::Reader::Open;
};

/// Follows a topic from its start while somebody looks at the board, in a thread of its own, and
/// shows there what it has counted. A topic that cannot be read is said to be so and tried again:
/// from where reading ended when only the broker was away, else from the start.
class Follower {
 public:
  /// `board` and `clock` must outlive it. Errors: kFull when the system gives no thread.
  static Result<std::unique_ptr<Follower>> Start(FollowerOptions options, Board& board,
                                                 const Clock& clock = Clock::System());
  /// Stops the board, and waits for Kafka's client to end.
  ~Follower();
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

 private:
  using Time = Board::Time;
  class Source;
  // What has been counted, and where the rest begins.
  struct Counted {
    Counted(const FollowerOptions& options, const Clock& clock);
    Counts counts;
    int64_t opened_at = 0;                         // its records at the last opening
    std::map<int32_t, int64_t> starts;             // by partition, behind what was read
    std::map<int32_t, kafka::Landmark> landmarks;  // of what was read
    int64_t to_read = 0;                           // offsets there were at the opening
    bool caught_up = false;
    Time read_at{};  // what was in the topic then has been read, once it is caught up
  };

  Follower(FollowerOptions options, Board& board, const Clock& clock);
  void Run();
  bool GoesOn() const;
  Status Follow();
  void OnProblem(Error error);
  void Tick();
  void Render();
  void Forget();

  const FollowerOptions options_;
  Board& board_;
  const Clock& clock_;
  // All below is the thread's own.
  std::unique_ptr<Counted> counted_;
  std::string problem_;
  bool missing_ = false;  // the problem is that there is no such topic
  bool changed_ = true;   // since the last view
  bool fades_ = false;    // the last view's figures do
  Time next_render_{};
  Time next_fade_{};
  uint64_t views_ = 0;
  std::thread thread_;
};

}  // namespace gamevents::dashboard

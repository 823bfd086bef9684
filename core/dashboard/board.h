#pragma once

#include "core/dashboard/server_sent_event.h"
#include "core/dashboard/view.h"
#include "core/http/message.h"
#include "core/http/stream.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

// The dashboard's room: the page of `report --format html`, kept up with the topic for as long as
// it is looked at, and shown to whoever asks (Board) by a thread that counts (Follower). It knows
// nothing of routes, keys and rates: who serves it sees to those.

namespace gamevents::dashboard {

/// Requests for the page that may wait for their answer; one more is answered 503.
inline constexpr size_t kPagesWaitingMax = 64;
/// How long such a request waits for the topic to be read before it gets what there is.
inline constexpr std::chrono::milliseconds kPageWaitMax{1'000};
/// How long a stream may say nothing: proxies cut those that are silent for a minute or less.
inline constexpr std::chrono::milliseconds kHeartbeat{15'000};

/// What is shown, and to how many.
struct BoardOptions {
  report::PageInfo page;     ///< what the page says of itself
  size_t watchers_max = 32;  ///< streams at once; one more is answered 503
  std::chrono::milliseconds heartbeat = kHeartbeat;
};

/// Who looks at the dashboard, and what they are shown. Requests come from the front end's threads;
/// one thread shows. A watcher that takes no more is shown the newest view once it does again, and
/// none of those between. Thread-safe.
class Board {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Board(BoardOptions options) : options_(std::move(options)) {}
  /// Answers who waits with 503, and ends the streams.
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  /// Asks for the page: answered by the next Attend that has what it needs.
  void OnPage(http::Reply reply);
  /// Asks for the stream of views: begins with the one that is shown, unless Last-Event-ID says
  /// that it is known.
  void OnStream(const http::Request& request, const http::Reply& reply);

  /// Streams that go on.
  size_t watchers() const;

  // What follows is for the one who shows.

  /// Waits until somebody asks; false when Stop was called.
  bool AwaitAsked();
  /// Waits, but not when Stop was called.
  void Pause(std::chrono::milliseconds time);
  /// Whether somebody watches or waits for the page.
  bool Asked() const;
  /// When that was last so.
  Time LastAsked() const;

  /// What is shown from now on; null: nothing, until there is something.
  void Show(std::shared_ptr<const View> view);
  /// Whether there is a view.
  bool Shows() const;

  /// Gives the view to those who have not got it, and to those who wait for the page; a sign of
  /// life to who has had none for long. The view has all that was in the topic at `complete`: who
  /// asked for the page later waits for the next one, but not for long.
  void Attend(Time complete);

  /// Ends the waiting, for good.
  void Stop();
  /// Whether Stop was called.
  bool stopped() const;

 private:
  struct Watcher {
    std::unique_ptr<http::Stream> stream;
    std::string seen;  // the id of the view that it has
    Time sent;
  };
  struct Page {
    http::Reply reply;
    Time asked;
  };

  void Sweep();
  void Feed(Watcher& watcher, Time now) const;

  const BoardOptions options_;
  const http::StreamPiece sign_of_life_ = std::make_shared<const std::string>(kServerSentComment);
  mutable std::mutex mutex_;  // of all below
  std::condition_variable wake_;
  std::shared_ptr<const View> view_;
  std::vector<Watcher> watchers_;
  std::vector<Page> pages_;
  Time last_asked_{};
  bool stopped_ = false;
};

}  // namespace gamevents::dashboard

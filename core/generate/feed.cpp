#include "core/generate/feed.h"

#include "core/base/check.h"
#include "core/base/stop.h"

#include <algorithm>
#include <utility>

namespace gamevents::generate {
namespace {

// How often a lane that waits for others looks whether the process was told to stop.
constexpr std::chrono::milliseconds kFeedStopLook{100};

}  // namespace

Feed::Feed(World world, const FeedOptions& options, Time begin)
    : options_(options),
      begin_(begin),
      end_(options.duration ? begin + *options.duration : Time::max()),
      world_(std::move(world)),
      lanes_(options.lanes) {
  INVARIANT(options_.lanes > 0);
  INVARIANT(!options_.rate || *options_.rate > 0);
}

std::vector<Feed::Item> Feed::Take(size_t lane, size_t count) {
  std::vector<Item> taken;
  std::unique_lock lock(mutex_);
  std::deque<Item>& own = lanes_[lane];
  while (taken.size() < count && !StopSignal::Requested()) {
    // With a rate the events decide by their own times; without one, the clock does.
    if (!options_.rate && std::chrono::steady_clock::now() >= end_) break;
    if (!own.empty()) {
      taken.push_back(std::move(own.front()));
      own.pop_front();
      if (--waiting_ == kWaitingMax / 2) room_.notify_all();
    } else if (waiting_ >= kWaitingMax) {
      // What a lane has in hand is not held back for company.
      if (!taken.empty()) break;
      room_.wait_for(lock, kFeedStopLook);
    } else if (!Deal()) {
      break;
    }
  }
  if (StopSignal::Requested()) taken.clear();
  return taken;
}

// Gives one more event to its lane; false when there is none.
bool Feed::Deal() {
  ended_ = ended_ || world_.ended() || (options_.count && dealt_ == *options_.count);
  if (ended_) return false;
  Item item{world_.Next(), begin_};
  if (options_.rate) {
    // Spacings since the beginning, each of which takes 1/rate seconds here.
    const double spacings = std::chrono::duration<double, std::micro>(item.event.time) /
                            std::chrono::duration<double, std::micro>(world_.spacing());
    const std::chrono::duration<double> since_begin(spacings / *options_.rate);
    item.due += std::chrono::duration_cast<Time::duration>(since_begin);
    if (item.due >= end_) {
      ended_ = true;
      return false;
    }
  }
  ++dealt_;
  ++waiting_;
  lanes_[item.event.player % lanes_.size()].push_back(std::move(item));
  return true;
}

}  // namespace gamevents::generate

#include "core/generate/calendar.h"

#include "core/base/check.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

namespace gamevents::generate {
namespace {

using std::chrono::microseconds;

// What is drawn for a session: beyond every day's number.
constexpr uint64_t kOfSession = uint64_t{1} << 32;

}  // namespace

Calendar::Calendar(std::shared_ptr<const Rhythm> rhythm)
    : rhythm_(std::move(rhythm)), newcomers_(rhythm_->players()) {
  lives_.reserve(rhythm_->players());
  for (uint64_t player = 0; player < rhythm_->players(); ++player) {
    lives_.push_back(rhythm_->LifeOf(player));
  }
  std::iota(newcomers_.begin(), newcomers_.end(), 0U);
  std::ranges::sort(newcomers_, [this](uint32_t a, uint32_t b) {
    return std::tie(lives_[a].first_day, a) < std::tie(lives_[b].first_day, b);
  });
  BeginDays();
}

// Plans days until there is one on which somebody plays, or no more.
void Calendar::BeginDays() {
  while (ended() && day_ < rhythm_->days()) {
    while (arrived_ < newcomers_.size() && lives_[newcomers_[arrived_]].first_day == day_) {
      alive_.push_back(newcomers_[arrived_++]);
    }
    std::erase_if(alive_, [this](uint32_t player) { return lives_[player].last_day < day_; });
    today_.clear();
    next_ = 0;
    for (const uint32_t player : alive_) {
      rhythm_->AddSessions(player, lives_[player], day_, today_);
    }
    std::ranges::sort(today_, [](const PlannedSession& a, const PlannedSession& b) {
      return std::tie(a.begin, a.player) < std::tie(b.begin, b.player);
    });
    ++day_;
  }
}

bool Calendar::IsLater(const Playing& a, const Playing& b) {
  return std::tie(a.time, a.session) > std::tie(b.time, b.session);
}

Turn Calendar::Next() {
  INVARIANT(!ended());
  Turn turn;
  if (playing_.empty() || (next_ < today_.size() && today_[next_].begin <= playing_.front().time)) {
    const PlannedSession& session = today_[next_++];
    turn = {session.begin, session.player, ++sessions_, true, false};
    GoOn({session.begin, session.end, session.player, turn.session, session.events - 1,
          Draws(rhythm_->seed(), session.player, kOfSession + turn.session)});
  } else {
    std::ranges::pop_heap(playing_, IsLater);
    const Playing playing = playing_.back();
    playing_.pop_back();
    turn = {playing.time, playing.player, playing.session, false, playing.left == 0};
    if (playing.left > 0) GoOn(playing);
  }
  BeginDays();
  return turn;
}

// Draws when the session's next event is: the first of as many as are left, each anywhere between
// now and the end, where the last one is.
void Calendar::GoOn(Playing playing) {
  --playing.left;
  if (playing.left == 0) {
    playing.time = playing.end;
  } else {
    const double share =
        1 - std::pow(1 - playing.draws.Unit(), 1 / static_cast<double>(playing.left));
    const std::chrono::duration<double, std::micro> rest(playing.end - playing.time);
    playing.time += std::chrono::duration_cast<microseconds>(rest * share);
  }
  playing_.push_back(playing);
  std::ranges::push_heap(playing_, IsLater);
}

}  // namespace gamevents::generate

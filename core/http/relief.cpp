#include "core/http/relief.h"

#include "core/http/loop.h"

#include <asio/post.hpp>

namespace gamevents::http {

void Relief::Ask() {
  if (under_way_.exchange(true)) return;
  {
    const std::lock_guard lock(mutex_);
    left_ = loops_.size();
    largest_ = {};
  }
  for (const auto& loop : loops_) {
    asio::post(loop->context(), [this, loop = loop.get()] { Look(*loop); });
  }
}

void Relief::Look(Loop& loop) {
  const Loop::Holding most = loop.LargestHolding();
  {
    const std::lock_guard lock(mutex_);
    if (most.bytes > largest_.bytes) largest_ = {&loop, most.connection, most.bytes};
    if (--left_ > 0) return;
  }
  Decide();
}

// Nobody else looks at the round's state now: the next one begins after this.
void Relief::Decide() {
  if (largest_.loop == nullptr || !budget_.exceeded()) return EndRound();
  asio::post(largest_.loop->context(), [this, holder = largest_] {
    holder.loop->Shed(holder.connection);
    EndRound();
  });
}

// Who asked while the round was under way asked for the next one.
void Relief::EndRound() {
  under_way_.exchange(false);  // reads what they wrote, so that what they counted is seen
  if (budget_.exceeded()) Ask();
}

}  // namespace gamevents::http

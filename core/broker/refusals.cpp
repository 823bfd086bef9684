#include "core/broker/refusals.h"

#include "core/base/notes.h"

#include <string>

namespace gamevents::broker {
namespace {

constexpr std::chrono::seconds kLineEvery{1};

}  // namespace

void Refusals::Add(std::string_view what) {
  uint64_t left_out = 0;
  {
    const std::lock_guard lock(mutex_);
    ++count_;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + kLineEvery;
    left_out = count_ - noted_ - 1;
    noted_ = count_;
  }
  std::string line(what);
  if (left_out > 0) line += " (and " + std::to_string(left_out) + " more before)";
  Note(NoteLevel::kWarning, line);
}

uint64_t Refusals::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

}  // namespace gamevents::broker

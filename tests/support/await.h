#pragma once

#include <chrono>
#include <thread>

namespace gamevents {

/// Whether `condition()` comes true within half a minute: it is called again and again, with a
/// pause of a millisecond between. For what another thread or process does, in its own time.
template <class Condition>
[[nodiscard]] bool Await(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

}  // namespace gamevents

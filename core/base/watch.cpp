#include "core/base/watch.h"

#include <utility>

namespace gamevents {

void Watch::Add(std::string name, Post post) {
  all_.push_back({std::move(name), std::move(post), std::make_shared<std::atomic<bool>>(true)});
}

std::vector<std::string> Watch::Ask() {
  std::vector<std::string> silent;
  for (const Watched& each : all_) {
    if (!each.answered->exchange(false)) {
      silent.push_back(each.name);
      continue;
    }
    each.post([answered = each.answered] { answered->store(true); });
  }
  return silent;
}

}  // namespace gamevents

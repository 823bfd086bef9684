#pragma once

#include "core/base/result.h"

#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace gamevents {

/// Has `thread`, which is not running one, run `work`; whoever owns it joins it. Errors: kFull when
/// the system has no more threads to give.
template <class Work>
Status StartThread(std::thread& thread, Work work) {
  try {
    thread = std::thread(std::move(work));
  } catch (const std::system_error& error) {
    return Error{Fault::kFull, std::string("start a thread: ") + error.what()};
  }
  return Done{};
}

}  // namespace gamevents

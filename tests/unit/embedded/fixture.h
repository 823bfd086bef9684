#pragma once

#include "core/base/check.h"
#include "core/embedded/runner.h"
#include "tests/support/temp_folder.h"

#include <string>
#include <utility>

namespace gamevents::embedded {

/// A broker over `directory` on any free loopback port.
inline EmbeddedOptions OptionsFor(const std::string& directory) {
  EmbeddedOptions options;
  options.log.directory = directory;
  return options;
}

/// The lock, which must be free.
inline DirectoryLock MustLock(const std::string& directory) {
  auto lock = DirectoryLock::TryTake(directory);
  INVARIANT(lock.ok());
  INVARIANT(lock->has_value());
  return std::move(**lock);
}

}  // namespace gamevents::embedded

#pragma once

#include "core/base/result.h"
#include "core/embedded/runner.h"

#include <chrono>
#include <memory>
#include <string>

namespace gamevents::embedded {

/// A broker that can be used: one of another process, or one that was started here.
struct FoundBroker {
  Endpoint endpoint;
  /// The one that was started here; null where another process has it.
  std::unique_ptr<EmbeddedBroker> own;
};

/// Starts a broker over the data directory, or finds the one that another process runs there. Of
/// any number of processes that call this at the same time exactly one starts it. While the other
/// process is starting or going away, this tries again for at most `timeout`.
/// Errors: as EmbeddedBroker::Start; kUnavailable when the process that holds the lock could not
/// be reached in time, naming it.
Result<FoundBroker> FindOrStart(const EmbeddedOptions& options, std::chrono::milliseconds timeout);

/// Whether someone takes a connection there within `wait`.
bool Connects(const Endpoint& endpoint, std::chrono::milliseconds wait);

/// Starts a broker over the data directory, or says who has it already.
/// Errors: as EmbeddedBroker::Start; kExists when another process has it, naming it and its
/// address.
Result<std::unique_ptr<EmbeddedBroker>> StartOnly(const EmbeddedOptions& options);

}  // namespace gamevents::embedded

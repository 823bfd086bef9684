#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/collector/dialects/dialect.h"
#include "core/collector/ingest/ingest.h"
#include "core/collector/request/router.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// What the dialects are told.
struct DialectOptions {
  std::vector<std::string> names;  ///< which are spoken: serve.dialects
  size_t body_bytes_max = 0;       ///< what may come out of a body that is compressed or a form
  size_t events_max = 0;           ///< of one request
  /// Called for each request of a dialect of which so many events, not none, were refused for their
  /// content, from any thread; may be null.
  std::function<void(std::string_view dialect, size_t events)> on_refused = {};
};

/// The routes of analytics SDKs that a game has already: their events are stored as those of POST
/// /events are, and they are answered as they expect. docs/sdks.md says what becomes of each field.
/// They are thread-safe and never block; `ingest` and the clock must outlive them.
/// Errors: kBadInput: a name that no dialect has.
Result<std::vector<Route>> DialectRoutes(DialectOptions options, const Ingest& ingest,
                                         const Clock& clock = Clock::System());

}  // namespace gamevents::collector

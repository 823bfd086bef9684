#pragma once

#include "core/base/clock.h"
#include "core/collector/dialects/dialect.h"
#include "core/collector/ingest/outcomes.h"
#include "core/http/message.h"

#include <cstddef>

namespace gamevents::collector {

/// What an SDK's answer is about.
struct SdkAnswer {
  AnswerForm form = AnswerForm::kNothing;
  bool verbose = false;   ///< Mixpanel's `verbose` is 1
  size_t body_bytes = 0;  ///< of the request
  TimestampMs received_at{0};
};

/// The answer to a request once each of its events has its fate. 503 as soon as one of them can be
/// sent again: the SDK sends all of them again, and those that are stored are known by their ids.
/// Else success: what was refused for its content would be refused again, and an SDK that was told
/// so would drop, or send for ever, all that came with it.
http::Response AnswerSdk(const SdkAnswer& answer, const Tally& tally);

}  // namespace gamevents::collector

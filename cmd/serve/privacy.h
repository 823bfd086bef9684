#pragma once

#include "core/collector/metrics/metrics.h"
#include "core/collector/request/privacy.h"
#include "core/config/settings.h"

namespace gamevents::cmd {

/// What may be written down of those who send requests, as serve.ip, serve.headers,
/// serve.redact_headers and serve.do_not_track have it; and a metric of the events that the last of
/// them changes, which must outlive it.
collector::Privacy MakePrivacy(const config::Settings::Serve& serve, collector::Metrics& metrics);

}  // namespace gamevents::cmd

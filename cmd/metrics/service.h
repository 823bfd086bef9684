#pragma once

#include "core/collector/metrics/metrics.h"
#include "core/collector/store/event_counts.h"
#include "core/state/projection.h"
#include "core/tls/certificates.h"

#include <memory>
#include <string>

namespace gamevents::cmd {

/// Shows when the certificate of `use` ends; nothing where it is null. Uses: "serve", "embedded".
void ShowCertificate(const std::string& use, const std::shared_ptr<tls::Certificates>& certificates,
                     collector::Metrics& metrics);

/// Shows what became of the events that clients have sent.
void ShowEvents(const std::shared_ptr<collector::EventCounts>& counts, collector::Metrics& metrics);

/// Shows how the fold keeps up. `projection` must outlive the scrapes.
void ShowState(const state::Projection& projection, collector::Metrics& metrics);

}  // namespace gamevents::cmd

#pragma once

#include "core/base/result.h"
#include "core/collector/ingest/contract_guard.h"
#include "core/collector/metrics/metrics.h"
#include "core/config/settings.h"

#include <memory>

namespace gamevents::cmd {

inline constexpr char kContractsKey[] = "serve.contracts";

/// What holds events against their contracts, as serve.contracts and its mode say; null where
/// nothing is checked. Its counts are shown by `metrics`. Errors: as ContractGuard::Open, with the
/// key.
Result<std::shared_ptr<collector::ContractGuard>> OpenContracts(
    const config::Settings::Serve& serve, collector::Metrics& metrics);

}  // namespace gamevents::cmd

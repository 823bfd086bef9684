#pragma once

#include "core/collector/routes/schemas.h"
#include "core/contracts/contracts.h"

#include <vector>

namespace gamevents::collector {

/// The contracts as named schemas, EventPurchaseSword for purchase_sword, and Event as one of them.
/// Where events without a contract are taken, OtherEvent is what these are; else event_type
/// discriminates between all that there are. Empty without contracts: Event is what it is.
std::vector<NamedSchema> ContractSchemas(const contracts::Contracts& contracts, bool takes_unknown);

}  // namespace gamevents::collector

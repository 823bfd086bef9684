#pragma once

#include "core/base/uuid.h"
#include "core/generate/world.h"
#include "core/kafka/client_options.h"

#include <string>
#include <vector>

namespace gamevents::generate {

/// The event_ids of the topic's first and last records, some of each partition's; those that have
/// none, and what cannot be read, are passed over. Blocks for as long as the brokers take, seconds
/// at most.
std::vector<Uuid> IdsAtTheEnds(const kafka::ClientOptions& client, const std::string& topic);

/// Events of a world that are played at most to see whether they are known: a fraction of a second.
inline constexpr int kRepeatEventsMax = 100'000;

/// Whether one of `ids` is among the first kRepeatEventsMax events of the world.
bool PlaysOneOf(const std::vector<Uuid>& ids, const WorldOptions& world);

}  // namespace gamevents::generate

#pragma once

#include "core/base/result.h"
#include "core/broker/broker.h"
#include "core/log/log_manager.h"

#include <optional>
#include <string>

namespace gamevents::broker {

/// The topic whose name differs from `name` only in '.' and '_', if there is one. Both would have
/// the same name in metrics: Kafka refuses the second.
std::optional<std::string> CollidesWith(const Broker& broker, const std::string& name);

/// The topic of that name. Where there is none and `may_create`, it is made with the default number
/// of partitions; who may say `may_create` has looked at BrokerOptions::auto_create_topics.
/// Errors: kNotFound (there is none, and it is not made: that is not allowed, or the name is the
/// broker's own or collides with another); kBadInput (no topic can have the name, with the reason);
/// as LogManager::CreateTopic.
Result<log::Topic> FindOrCreateTopic(Broker& broker, const std::string& name, bool may_create);

}  // namespace gamevents::broker

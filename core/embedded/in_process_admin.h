#pragma once

#include "core/base/result.h"
#include "core/broker/broker.h"
#include "core/kafka/admin.h"

#include <string>

namespace gamevents::embedded {

/// kafka::CreateTopic at a broker of this process; nobody is waited for. Errors: kExists; kBadInput
/// (with the text that a client is told).
Status CreateTopic(broker::Broker& broker, const kafka::NewTopic& topic);

/// kafka::DescribeTopic at a broker of this process. Errors: kNotFound; kBadInput (what cannot be a
/// topic's name).
Result<kafka::TopicDescription> DescribeTopic(broker::Broker& broker, const std::string& topic);

}  // namespace gamevents::embedded

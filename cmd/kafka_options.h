#pragma once

#include "core/config/settings.h"
#include "core/kafka/client.h"

namespace gamevents::cmd {

/// How to reach the cluster that the configuration names.
inline kafka::ClientOptions KafkaOptions(const config::Settings& settings) {
  kafka::ClientOptions options;
  options.brokers = settings.kafka.brokers;
  options.properties = settings.kafka.properties;
  options.timeout = settings.kafka.timeout;
  return options;
}

}  // namespace gamevents::cmd

#include "core/broker/broker.h"

#include <utility>

namespace gamevents::broker {

Broker::Broker(const BrokerOptions& broker_options, log::LogManager& log_manager)
    : options(broker_options),
      logs(log_manager),
      producer_ids(log_manager.files(), log_manager.directory()) {}

Result<std::unique_ptr<Broker>> Broker::Open(const BrokerOptions& options, log::LogManager& logs) {
  std::unique_ptr<Broker> broker(new Broker(options, logs));
  auto groups = GroupCoordinator::Open(options.groups, logs, logs.clock());
  if (!groups) return std::move(groups).error();
  broker->groups = std::move(*groups);
  return broker;
}

void Broker::BeginStop() {
  stopping_ = true;
  groups->BeginStop();
  wakeups.WakeAll();
}

}  // namespace gamevents::broker

#include "core/broker/broker.h"

#include <algorithm>
#include <utility>

namespace gamevents::broker {
namespace {

// No broker's counter comes this far: an id above it was made up by a client.
constexpr int64_t kProducerIdMax = int64_t{1} << 62;

// The highest id of a producer that any log remembers; -1 when there is none.
log::ProducerId HighestProducerId(const log::LogManager& logs) {
  int64_t highest = -1;
  for (const log::Topic& topic : logs.Topics()) {
    for (const auto& partition : topic.partitions) {
      for (const auto& producer : partition->Producers()) {
        const int64_t id = producer.id.value;
        if (id <= kProducerIdMax) highest = std::max(highest, id);
      }
    }
  }
  return log::ProducerId(highest);
}

}  // namespace

Broker::Broker(const BrokerOptions& broker_options, log::LogManager& log_manager)
    : options(broker_options),
      logs(log_manager),
      producer_ids(log_manager.files(), log_manager.directory(), HighestProducerId(log_manager)),
      fetch_wait_memory(broker_options.limits.fetch_wait_memory_max) {}

Result<std::unique_ptr<Broker>> Broker::Open(const BrokerOptions& options, log::LogManager& logs) {
  std::unique_ptr<Broker> broker(new Broker(options, logs));
  auto groups = GroupCoordinator::Open(options.groups, logs, logs.clock());
  if (!groups) return std::move(groups).error();
  broker->groups = std::move(*groups);
  if (options.users != nullptr) {
    auto worker = Worker::Start();
    if (!worker) return std::move(worker).error();
    broker->users_worker = std::move(*worker);
  }
  return broker;
}

void Broker::BeginStop() {
  stopping_ = true;
  groups->BeginStop();
  wakeups.WakeAll();
}

}  // namespace gamevents::broker

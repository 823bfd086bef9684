#pragma once

#include "core/access/users.h"
#include "core/base/result.h"
#include "core/base/worker.h"
#include "core/broker/groups/coordinator.h"
#include "core/broker/limits.h"
#include "core/broker/producer_ids.h"
#include "core/broker/refusals.h"
#include "core/broker/request_budget.h"
#include "core/broker/service.h"
#include "core/broker/storage_trouble.h"
#include "core/broker/wakeups.h"
#include "core/log/log_manager.h"

#include <asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// core/broker speaks the Kafka protocol over core/log. It knows nothing of events, of HTTP or of
// the Kafka client library; any Kafka client can talk to it.

namespace gamevents::broker {

/// What the broker does by default, and what it takes on at most.
struct BrokerOptions {
  int32_t node_id = 1;  ///< as clients know it
  /// Topics are created when a client asks for one that is not there, if it allows that too.
  bool auto_create_topics = true;
  /// Of a topic that names no number of its own.
  int32_t default_partitions = 1;
  /// Whether a replication factor above 1 is taken, and means 1, or refused.
  bool lenient_replication = false;
  Limits limits;
  GroupLimits groups;
  /// Whose passwords DescribeUserScramCredentials and AlterUserScramCredentials show and change;
  /// null: nobody's.
  std::shared_ptr<access::UserFile> users{};
};

/// One broker that is a whole cluster: leader of every partition, coordinator of every group,
/// controller. Its handlers (core/broker/handlers) are free functions over the parts below.
/// Thread-safe.
class Broker final : public Service {
 public:
  /// `logs` must outlive the broker. Errors: what keeps the stored offsets or producer ids from
  /// being read (kCorrupt, kIo, kFull).
  static Result<std::unique_ptr<Broker>> Open(const BrokerOptions& options, log::LogManager& logs);

  asio::awaitable<Reply> Answer(RequestFrame frame, Session& session) override;
  void OnOpening(Opening what, const Session& session) override;

  /// Ends every wait (fetches, joins, syncs), so that connections can be drained. What comes after
  /// is still answered, but waits for nothing.
  void BeginStop();

  /// Whether BeginStop was called.
  bool stopping() const { return stopping_; }

  const BrokerOptions options;
  log::LogManager& logs;
  ProducerIds producer_ids;
  Wakeups wakeups;
  RequestBudget fetch_wait_memory;
  StorageTrouble trouble;
  Refusals refusals;
  /// Writes the file of users, which may take as long as another process locks it; null without
  /// one.
  std::unique_ptr<Worker> users_worker;
  std::unique_ptr<GroupCoordinator> groups;

 private:
  Broker(const BrokerOptions& broker_options, log::LogManager& log_manager);
  std::atomic<bool> stopping_{false};
};

}  // namespace gamevents::broker

#pragma once

#include "core/base/result.h"
#include "core/base/watch.h"
#include "core/broker/broker.h"
#include "core/broker/server.h"
#include "core/embedded/deletions.h"
#include "core/embedded/endpoint.h"
#include "core/embedded/kept.h"
#include "core/embedded/lock.h"
#include "core/embedded/owned_files.h"
#include "core/kafka/admin.h"
#include "core/kafka/in_process_broker.h"
#include "core/kafka/producer.h"
#include "core/kafka/reader.h"
#include "core/log/log_manager.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace gamevents::embedded {

/// What an embedded broker is made of.
struct EmbeddedOptions {
  /// log.directory is the data directory; log.kept_topics those that are forwarded: of them nothing
  /// is deleted but what KeepFrom says may be.
  log::LogManager::Options log;
  broker::BrokerOptions broker;
  broker::ServerOptions server;  ///< its limits are taken from `broker`
  /// Whether the first listener is there for the commands of this machine alone, beside those that
  /// were asked for.
  bool first_is_own = false;
  /// Whether the first listener is to ask for the own user of the data directory (own_user.h), for
  /// others ask for passwords.
  bool first_asks = false;

  /// The first of the listeners that were asked for.
  const broker::ListenerOptions& asked() const { return server.listeners.at(first_is_own ? 1 : 0); }
};

/// A broker of this process over a data directory: log, protocol and listener, with the threads
/// that they need. Start and Stop from one thread; everything else is thread-safe.
class EmbeddedBroker final : public kafka::InProcessBroker {
 public:
  /// Recovers the log, listens, and writes ENDPOINT. `lock` must be that of options.log.directory.
  /// Errors: as LogManager::Open, Broker::Open and Server::Start, with the directory.
  static Result<std::unique_ptr<EmbeddedBroker>> Start(const EmbeddedOptions& options,
                                                       DirectoryLock lock);

  /// Stops as after a crash, but for the connections: the next start reads the logs' tails.
  ~EmbeddedBroker() override;
  EmbeddedBroker(const EmbeddedBroker&) = delete;
  EmbeddedBroker& operator=(const EmbeddedBroker&) = delete;

  /// Where a command of this machine reaches it, without TLS.
  const Endpoint& endpoint() const { return endpoint_; }
  /// Where the first of the listeners that were asked for is.
  const Endpoint& listens() const { return listens_; }

  /// "gamevents broker on 127.0.0.1:29092: 2 topics, 72 messages, clean start": what was found at
  /// the start. Topics that the broker keeps for itself are not counted.
  const std::string& summary() const { return summary_; }

  /// How many topics there were at the start. Requires: not stopped.
  size_t topics_found() const { return logs_->summary().topics; }

  /// Whether records can be stored, as far as is known: the last failure of a write that has not
  /// passed, or that the directory is not ours any more. Thread-safe. Requires: not stopped.
  Status Storage();

  /// Done, or why a record for `topic` should not even be sent: it would not be stored, as far as
  /// is known. Cheap while there is no trouble. Thread-safe. Requires: not stopped.
  Status StorageOf(const std::string& topic);

  /// The broker without a network: see in_process_producer.h, in_process_reader.h and
  /// in_process_admin.h. What is opened must be gone before Stop. Thread-safe. Requires: not
  /// stopped.
  Result<std::unique_ptr<kafka::Producer>> OpenProducer(
      const kafka::ProducerOptions& options) override;
  Result<std::unique_ptr<kafka::Reader>> OpenReader(const kafka::ReaderOptions& options) override;
  Result<std::vector<kafka::PartitionRange>> FindRanges(
      const kafka::ReaderOptions& options) override;
  Status CreateTopic(const kafka::NewTopic& topic) override;
  Result<kafka::TopicDescription> DescribeTopic(const std::string& topic) override;

  /// What tells this log from others: 22 characters, made once for the data
  /// directory (meta.properties). Requires: not stopped.
  const std::string& cluster_id() const { return logs_->cluster_id(); }

  /// From now on the partition's records below `offset` may be deleted, and those from it on may
  /// not (see EmbeddedOptions::log). Does nothing where there is no such partition. Does not block.
  /// Thread-safe. Requires: not stopped.
  void KeepFrom(const std::string& topic, int32_t partition, int64_t offset);

  /// What is kept of each partition of those topics, now. Reads from the disk. Thread-safe.
  /// Requires: not stopped.
  std::vector<KeptPartition> Kept() const { return FindKept(*logs_); }

  /// Adds the broker's event loops and the store to what is watched: the store answers when the
  /// broker's own thread goes round and a thread that syncs is free. It must outlive each question.
  /// Requires: not stopped.
  void AddTo(Watch& watch);

  /// The broker, its logs included, for whoever shows what they count. Requires: not stopped.
  const broker::Broker& broker() const { return *broker_; }

  /// What has been removed of the logs since the start. Thread-safe.
  const Deletions& deletions() const { return deletions_; }

  /// Ends every wait, answers requests that have begun for at most `timeout`, closes the logs, and
  /// lets the directory go. A second call does nothing.
  /// Errors: what kept a log from being closed cleanly, and what that means; OwnedFiles' when the
  /// directory is another's by now: nothing in it was touched then.
  Status Stop(std::chrono::milliseconds timeout);

 private:
  explicit EmbeddedBroker(DirectoryLock lock) : lock_(std::move(lock)) {}
  Status Open(const EmbeddedOptions& options);
  void Abort();
  void KeepHouse();
  void StopHousekeeping();

  // What is declared first ends last: each needs those before it.
  std::optional<DirectoryLock> lock_;
  std::unique_ptr<OwnedFiles> files_;
  std::unique_ptr<log::LogManager> logs_;
  std::unique_ptr<broker::Broker> broker_;
  std::unique_ptr<broker::Server> server_;
  Endpoint endpoint_;
  Endpoint listens_;
  std::string summary_;

  Deletions deletions_;

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;                         // mutex_
  std::vector<std::function<void()>> questions_;  // mutex_; a watch has one at most
  std::thread housekeeping_;
};

}  // namespace gamevents::embedded

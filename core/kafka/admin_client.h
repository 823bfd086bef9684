#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"
#include "core/kafka/connection_errors.h"
#include "core/kafka/handles.h"
#include "core/kafka/query.h"

#include <chrono>
#include <functional>
#include <string>

// For the .cpp files of this room only, as handles.h.

namespace gamevents::kafka {

/// A client for questions to the cluster and changes of it, all before one deadline: the options'
/// timeout from its making on. A consumer's handle, because a producer's creates the topics that it
/// asks about. Used by one thread.
class AdminClient {
 public:
  explicit AdminClient(const ClientOptions& options);
  AdminClient(const AdminClient&) = delete;
  AdminClient& operator=(const AdminClient&) = delete;

  /// Makes the client; to be called first. Errors: kBadInput (a property).
  Status Open();

  rd_kafka_t* handle() const { return handle_.get(); }
  const ConnectionErrors& connection_errors() const { return connection_errors_; }

  /// A question about a topic. `topic` and this must outlive it.
  Query Asking(const std::string& topic) const;

  /// Begins a call of librdkafka's admin interface, which answers into the queue.
  using Begin = std::function<void(rd_kafka_t*, const rd_kafka_AdminOptions_t*, rd_kafka_queue_t*)>;
  /// The answer of `begin`, whose call as a whole has not failed; what it holds may have. Errors:
  /// kUnavailable with the addresses tried; as the broker says.
  Result<Event> Call(rd_kafka_admin_op_t operation, const Begin& begin) const;

 private:
  const ClientOptions& options_;
  ConnectionErrors connection_errors_;
  Handle handle_;
  std::chrono::steady_clock::time_point deadline_;
};

}  // namespace gamevents::kafka

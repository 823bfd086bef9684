#pragma once

#include "core/base/result.h"
#include "core/kafka/client_options.h"
#include "core/kafka/record.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace gamevents::kafka {

/// Whose transactions they are.
struct TransactionalOptions {
  ClientOptions client;
  /// Names the producer across its lives. Who opens it last fences all before.
  std::string transactional_id;
  /// The cluster aborts a transaction that is open for longer.
  std::chrono::milliseconds transaction_timeout{60'000};
  Compression compression = Compression::kLz4;  ///< of batches; the properties may set another
};

/// A place in a partition, kept under a group's name.
struct GroupOffset {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  std::string metadata{};  ///< text that is kept with it
};

/// Sends records in transactions (KIP-98), one after the other: what was sent since Begin is seen
/// by readers of committed records whole, or not at all. All records of one transaction are for one
/// partition. Used by one thread.
///
/// After any error but kFull the transaction is lost or in doubt: destroy the producer, and let the
/// next one of the same id begin with InitTransactions, which ends what this one left open.
/// Each call that talks to the cluster waits for at most its `timeout`; kUnavailable says that it
/// may be called again to wait on.
///
/// Faults: kClosed (another producer of this id has taken over, or librdkafka has given up);
/// kUnsupported (the cluster has no transactions); kUnavailable (no answer in time); kNotFound (no
/// such topic or partition); kBadInput (a record is too large or refused, or not allowed).
///
/// Properties that would break this are refused: those that Producer refuses, and the time that a
/// transaction may take. Topics are never created by sending.
class TransactionalProducer {
 public:
  /// Starts the client; talks to nobody yet. Errors: kBadInput for a property.
  static Result<std::unique_ptr<TransactionalProducer>> Open(const TransactionalOptions& options);

  /// Whether Open would take the properties. Errors: kBadInput.
  static Status Check(const TransactionalOptions& options);

  /// Aborts what is open, if the cluster answers within a second or two.
  virtual ~TransactionalProducer() = default;

  /// Fences every earlier producer of the id and waits until its last transaction has been
  /// committed or aborted.
  virtual Status InitTransactions(std::chrono::milliseconds timeout) = 0;

  /// Begins a transaction. Requires: InitTransactions was Done, and none is open.
  virtual Status Begin() = 0;

  /// Queues a copy of a record, for the partition that it names; a time below 0 is now. Its offset
  /// is what failed_offset gives when its delivery fails. Errors: kFull (try again after Poll);
  /// otherwise the record was refused.
  virtual Status Send(const RecordView& record) = 0;

  /// Takes what the cluster has answered. Errors: the first record that was not stored.
  virtual Status Poll(std::chrono::milliseconds timeout) = 0;

  /// The offset that the first record had which was not stored; nullopt: none is known.
  virtual std::optional<int64_t> failed_offset() const = 0;

  /// Whether the last error came because another producer of this id has taken over. The cluster
  /// says the same when it has aborted a transaction that lasted too long.
  virtual bool fenced() const = 0;

  /// Has the transaction keep an offset under `group` as well; kept if and only if it is committed.
  virtual Status SendOffset(const std::string& group, const GroupOffset& place,
                            std::chrono::milliseconds timeout) = 0;

  /// Waits until all records are stored and commits them. kNotFound, too, when the topic that was
  /// sent to last was deleted and made again between two of the producer's records.
  virtual Status Commit(std::chrono::milliseconds timeout) = 0;
};

/// What `group` keeps for a partition, or nullopt. Waits for transactions that would change it.
/// Errors: kUnavailable; kBadInput (not allowed); as the cluster says.
Result<std::optional<GroupOffset>> FindGroupOffset(const ClientOptions& client,
                                                   const std::string& group,
                                                   const std::string& topic, int32_t partition);

}  // namespace gamevents::kafka

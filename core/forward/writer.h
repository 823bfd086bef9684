#pragma once

#include "core/base/result.h"
#include "core/forward/interrupt.h"
#include "core/forward/resume.h"
#include "core/kafka/client_options.h"
#include "core/kafka/record.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace gamevents::forward {

/// What a writer writes to.
struct WriterOptions {
  kafka::ClientOptions target;
  std::string id;  ///< names the source partition among all: the transactional id, and the group
  std::string topic;
  int32_t partition = 0;
  std::string metadata{};  ///< is kept with the second mark: the source's topic id
  kafka::Compression compression = kafka::Compression::kLz4;
  /// How long the cluster may take to store and commit what was sent.
  std::chrono::milliseconds patience{30'000};
};

/// Writes runs of records to the target: what was sent since Begin is stored whole and in order by
/// Commit. After an error it is of no use any more. Used by one thread.
class Writer {
 public:
  virtual ~Writer() = default;

  /// Whether a Begin or Send failed for a record, and which of the source's offsets that was: the
  /// first that was not stored.
  virtual std::optional<int64_t> failed_offset() const = 0;

  /// Whether the last error came because another writer of the id has taken over.
  virtual bool fenced() const { return false; }

  virtual Status Begin() = 0;
  /// Sends a copy of `record`, whose offset is the source's.
  virtual Status Send(const kafka::RecordView& record) = 0;
  /// `next` is the source's offset after the last record that was sent.
  virtual Status Commit(int64_t next) = 0;
};

/// A writer, and what is known of what its predecessors wrote.
struct OpenedWriter {
  std::unique_ptr<Writer> writer;
  std::optional<KeptMark> kept{};  ///< of transactions only
};

/// Writes in transactions. When this returns, whoever had the id before writes no more, and its
/// last transaction has been committed or aborted. Errors: as kafka::TransactionalProducer;
/// kUnsupported (the target has no transactions); kClosed when interrupted. `interrupt` outlives
/// what is returned.
Result<OpenedWriter> OpenTransactionalWriter(const WriterOptions& options, Interrupt& interrupt);

/// Writes by an idempotent producer. What a predecessor had under way is waited out: this returns
/// after kQuiet. A run that fails may be stored in part. Errors: as kafka::Producer; kClosed when
/// interrupted. `interrupt` outlives what is returned.
Result<OpenedWriter> OpenPlainWriter(const WriterOptions& options, Interrupt& interrupt);

/// How long requests of a dead forwarder may still be on their way to a target without
/// transactions.
inline constexpr std::chrono::milliseconds kQuiet{5'000};

}  // namespace gamevents::forward

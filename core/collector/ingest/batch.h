#pragma once

#include "core/base/result.h"
#include "core/collector/ingest/duplicates.h"
#include "core/collector/ingest/incoming.h"
#include "core/collector/ingest/ingest.h"
#include "core/collector/ingest/outbox.h"
#include "core/collector/ingest/outcomes.h"
#include "core/collector/ingest/record_identity.h"
#include "core/collector/request/body.h"
#include "core/contracts/contracts.h"
#include "core/http/message.h"
#include "core/kafka/producer.h"
#include "core/problem/problem.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::collector {

/// What all events of one request have in common on their way.
struct BatchContext {
  std::shared_ptr<const IngestOptions> options;
  kafka::Producer& producer;
  std::shared_ptr<Duplicates> duplicates;
  http::Request request;  ///< let go of once it is read; kept for serve.rejected_topic alone
  http::Reply reply;
  TimestampMs received_at;
  std::optional<std::string> idempotency_key;
  uint32_t print = 0;   ///< of the content, when there is a key
  bool binary = false;  ///< the request is a CloudEvent in binary mode, its ce- headers included
  bool tells_places = false;                   ///< the client asks where its events are stored
  ForeignRequest::Answer answer = {};          ///< gives the answer; null: Outcomes does
  std::vector<std::string_view> secrets = {};  ///< as ForeignRequest has them
  bool untracked = false;  ///< the sender asks not to be tracked: nothing refused is kept

  /// Whether what is refused for its content goes to options->rejected_topic.
  bool keeps_rejected() const { return !untracked && !options->rejected_topic.empty(); }
};

/// The events of one request on their way to the topic, until the answer. Lives as long as a
/// delivery or a wait for another request's event needs it. Begin, Refuse and AllBegun are called
/// by one thread, once for each event and at the end; deliveries come from any. Events are sent in
/// the order in which they are begun, some at a time.
class Batch : public std::enable_shared_from_this<Batch> {
 public:
  Batch(BatchContext context, std::vector<Piece> pieces);
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// Has outbox.incoming, event `index`, sent with those that are in the outbox, unless it is a
  /// duplicate. The outbox is this batch's until AllBegun, and its memory is used.
  void Begin(size_t index, Outbox& outbox);

  /// An event is answered as if it were stored, and is not.
  void Drop() { Finish(outcomes_.Accepted()); }

  /// Event `index` is refused for its content; where it is kept for that, then behind those that
  /// are in the outbox. `problems` are those with its contract.
  void Refuse(size_t index, const problem::Problem& why, Outbox& outbox,
              std::vector<contracts::Problem> problems = {});

  /// Every event was begun or refused: what is in the outbox is sent, and the request's body is not
  /// looked at any more, unless what Kafka refuses is to be kept.
  void AllBegun(Outbox& outbox);

  const http::Request& request() const { return context_.request; }

 private:
  // An event that waits for another request's.
  struct Parcel {
    size_t index = 0;
    kafka::OutgoingRecord record;
  };

  bool IsNamed(const RecordIdentity& identity) const;
  void SendOff(Outbox& outbox);
  void Refuse(size_t index, const problem::Problem& why, std::vector<contracts::Problem> problems);
  void SendClaimed(Outbox& outbox, size_t begin, size_t end);
  void AwaitOther(Outbox& outbox, size_t at);
  void OnClaim(Duplicates::Claim claim, Parcel& parcel);
  Duplicates::OnDecided WhenDecided(Parcel parcel);
  size_t Send(std::span<kafka::OutgoingRecord> records, size_t first);
  void OnDelivery(const Result<kafka::Delivery>& delivery, kafka::RecordNumbers numbers);
  void OnFailure(size_t index, const Error& error);
  void OnOvertaking(size_t index);
  void Keep(Rejection rejection, std::string record);
  void Fail(size_t index, problem::Code code, std::string reason);
  void Fail(size_t index, const Error& error);
  void Finish(bool is_last);

  BatchContext context_;
  std::vector<Piece> pieces_;
  // Of the events, where they are known again: what is claimed is told to whoever waits for it.
  std::vector<std::optional<IdHash>> ids_;
  std::vector<std::string> event_ids_;  // of all, where the client asks where they are
  Outcomes outcomes_;
  std::atomic<size_t> rejected_bytes_{0};  // of the records for serve.rejected_topic
  // An event found no room. Behind it none is sent: it would overtake it when that comes again.
  std::atomic<bool> full_{false};
};

/// Sends a record of what was refused to options.rejected_topic; `done` is called once, from any
/// thread, when it is acknowledged or not. Requires: the topic is set.
void KeepRejected(const BatchContext& context, std::string record,
                  kafka::Producer::OnDelivery done);

}  // namespace gamevents::collector

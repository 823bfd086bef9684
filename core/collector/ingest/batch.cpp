#include "core/collector/ingest/batch.h"

#include "core/collector/ingest/rejected_record.h"
#include "core/collector/store/event_sender.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace gamevents::collector {
namespace {

using problem::Code;

// A waiting repeat without its record's bytes: the parcel, its callback, and their bookkeeping.
constexpr size_t kWaiterBytes = 512;

std::string WhyFailed(const Error& error) {
  if (error.fault == Fault::kFull) {
    return "too many events are waiting for Kafka; not stored: " + error.context;
  }
  if (error.fault == Fault::kUnavailable) {
    return "Kafka did not acknowledge it; it may or may not be stored" + Because(error);
  }
  return "not stored: " + error.context;
}

constexpr std::string_view kBehindFull =
    "not stored: an event before it found no room among those that wait for Kafka, and it must not "
    "overtake that";
constexpr std::string_view kNotRecalled =
    "not stored: the ids of earlier events are not read back yet, so nobody knows whether this one "
    "is there already; /readyz says what keeps it";

constexpr std::string_view kTooManyWait =
    "not stored: too many repeats wait for the same event, or for others, to be stored";

static_assert(kRejectedRequestMax == 8 << 20, "as the sentence below says");
constexpr std::string_view kTooMuchRejected =
    "what is refused of one request is kept up to 8 MiB, and this one's is more";

// What a repeat that waits holds.
size_t BytesOf(const kafka::OutgoingRecord& record) {
  const auto size_of = [](const std::optional<std::string>& text) {
    return text ? text->size() : 0;
  };
  size_t bytes = kWaiterBytes + size_of(record.key) + size_of(record.value);
  for (const kafka::Header& header : record.headers) {
    bytes += header.name.size() + size_of(header.value);
  }
  return bytes;
}

}  // namespace

Batch::Batch(BatchContext context, std::vector<Piece> pieces)
    : context_(std::move(context)),
      pieces_(std::move(pieces)),
      outcomes_(pieces_.size(), context_.tells_places) {}

void Batch::Begin(size_t index, Incoming&& event) {
  Parcel parcel;
  if (context_.tells_places) parcel.event_id = event.id.empty() ? event.made_id : event.id;
  RecordIdentity identity{std::move(event.id), std::move(event.source), "", index, context_.print};
  if (context_.idempotency_key) identity.idempotency_key = *context_.idempotency_key;
  parcel.index = index;
  const auto& times = context_.options->times;
  parcel.record.timestamp =
      times ? times->TimeOf(event, context_.received_at) : context_.received_at;
  if (parcel.record.timestamp != context_.received_at) {
    identity.received_at = context_.received_at;
  }
  parcel.record.topic = context_.options->topic;
  parcel.record.key = std::move(event.user);
  parcel.record.value = std::move(event.json);
  parcel.record.headers = identity.ToHeaders();
  if (full_.load(std::memory_order_relaxed)) {
    return Fail(index, Code::kOverloaded, std::string(kBehindFull));
  }
  Duplicates& duplicates = *context_.duplicates;
  if (identity.empty() || !duplicates.enabled()) return Send(std::move(parcel));
  if (!duplicates.recalled()) return Fail(index, Code::kNotReady, std::string(kNotRecalled));

  parcel.id = identity.hash();
  const auto wait = [this, &parcel] { return WhenDecided(std::move(parcel)); };
  OnClaim(duplicates.Take(*parcel.id, context_.received_at, BytesOf(parcel.record), wait), parcel);
}

Duplicates::OnDecided Batch::WhenDecided(Parcel parcel) {
  // A std::function must be copyable, and what it holds is only moved out when it is called.
  return [self = shared_from_this(), kept = std::make_shared<Parcel>(std::move(parcel))](
             const Result<Duplicates::Claim>& claim) {
    if (!claim) return self->Fail(kept->index, claim.error());
    self->OnClaim(*claim, *kept);
  };
}

void Batch::OnClaim(Duplicates::Claim claim, Parcel& parcel) {
  switch (claim) {
    case Duplicates::Claim::kYours:
      return Send(std::move(parcel));
    case Duplicates::Claim::kStored:
      return Finish(outcomes_.Duplicate());
    case Duplicates::Claim::kTooMany:
      return Fail(parcel.index, Code::kOverloaded, std::string(kTooManyWait));
    case Duplicates::Claim::kWait:
      return;
  }
}

void Batch::Send(Parcel&& parcel) {
  Sent sent{parcel.index, parcel.id, std::move(parcel.event_id)};
  Status taken = context_.producer.Send(
      std::move(parcel.record),
      [self = shared_from_this(), sent](const Result<kafka::Delivery>& delivery) {
        self->OnDelivery(sent, delivery);
      });
  if (taken) return;
  if (taken.error().fault == Fault::kFull) full_.store(true, std::memory_order_relaxed);
  OnDelivery(sent, std::move(taken).error());
}

void Batch::OnDelivery(const Sent& sent, const Result<kafka::Delivery>& delivery) {
  Duplicates& duplicates = *context_.duplicates;
  if (delivery) {
    if (sent.id) duplicates.Stored(*sent.id, context_.received_at);
    if (!context_.tells_places) return Finish(outcomes_.Accepted());
    return Finish(outcomes_.Accepted({sent.index, sent.event_id, *delivery}));
  }
  const Error& error = delivery.error();
  if (error.fault == Fault::kBadInput) {
    Refuse(sent.index, {.code = Code::kEventRefused,
                        .detail = "Kafka does not take this event: " + error.context});
    if (sent.id) duplicates.Refused(*sent.id);
  } else {
    Fail(sent.index, error);
    if (sent.id) duplicates.Failed(*sent.id, error);
  }
}

void Batch::Fail(size_t index, Code code, std::string reason) {
  Finish(outcomes_.Rejected({index, code, std::move(reason)}));
}

void Batch::Fail(size_t index, const Error& error) {
  Fail(index, EventSender::CodeOf(error), WhyFailed(error));
}

void Batch::Refuse(size_t index, const problem::Problem& why,
                   std::vector<contracts::Problem> problems) {
  Rejection rejection{index, why.code, ReasonText(why.detail), why.field};
  rejection.problems = std::move(problems);
  if (context_.options->rejected_topic.empty()) {
    return Finish(outcomes_.Rejected(std::move(rejection)));
  }
  const Piece& piece = pieces_[index];
  const std::string_view raw =
      std::string_view(context_.request.body).substr(piece.offset, piece.size);
  std::string record = RejectedRecord({rejection.error, index, piece.offset, raw, context_.binary,
                                       context_.secrets, rejection.problems},
                                      context_.request, context_.received_at);
  const size_t size = record.size();
  if (rejected_bytes_.fetch_add(size, std::memory_order_relaxed) + size > kRejectedRequestMax) {
    outcomes_.NotKept({Fault::kFull, std::string(kTooMuchRejected)});
    rejection.kept = false;
    return Finish(outcomes_.Rejected(std::move(rejection)));
  }
  Keep(std::move(rejection), std::move(record));
}

void Batch::Keep(Rejection rejection, std::string record) {
  KeepRejected(context_, std::move(record),
               [self = shared_from_this(),
                rejection = std::move(rejection)](const Result<kafka::Delivery>& delivery) {
                 if (!delivery) self->outcomes_.NotKept(delivery.error());
                 Rejection kept = rejection;
                 kept.kept = delivery.ok();
                 self->Finish(self->outcomes_.Rejected(std::move(kept)));
               });
}

void Batch::AllBegun() {
  if (context_.options->rejected_topic.empty()) {
    const http::Request read = std::move(context_.request);  // assigning another keeps the memory
    std::vector<Piece>().swap(pieces_);
  }
  Finish(outcomes_.AllBegun());
}

void Batch::Finish(bool is_last) {
  if (!is_last) return;
  if (context_.idempotency_key) {
    context_.duplicates->CloseRequest(*context_.idempotency_key, context_.print,
                                      outcomes_.stored_any(), context_.received_at);
  }
  context_.reply(context_.answer ? context_.answer(outcomes_.tally()) : outcomes_.Answer());
}

void KeepRejected(const BatchContext& context, std::string record,
                  kafka::Producer::OnDelivery done) {
  kafka::OutgoingRecord outgoing;
  outgoing.topic = context.options->rejected_topic;
  outgoing.value = std::move(record);
  outgoing.timestamp = context.received_at;
  Status sent = context.producer.Send(std::move(outgoing), done);
  if (!sent) done(std::move(sent).error());
}

}  // namespace gamevents::collector

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
      outcomes_(pieces_.size(), context_.tells_places) {
  if (context_.duplicates->enabled()) ids_.resize(pieces_.size());
  if (context_.tells_places) event_ids_.resize(pieces_.size());
}

bool Batch::IsNamed(const RecordIdentity& identity) const {
  return !identity.empty() && context_.duplicates->enabled();
}

void Batch::Begin(size_t index, Outbox& outbox) {
  Incoming& event = outbox.incoming;
  if (context_.tells_places) event_ids_[index] = event.id.empty() ? event.made_id : event.id;
  RecordIdentity& identity = outbox.identity;
  identity.event_id.swap(event.id);
  identity.source.swap(event.source);
  identity.idempotency_key =
      context_.idempotency_key ? std::string_view(*context_.idempotency_key) : std::string_view();
  identity.place = index;
  identity.print = context_.print;
  const auto& times = context_.options->times;
  const TimestampMs time =
      times ? times->TimeOf(event, context_.received_at) : context_.received_at;
  identity.received_at.reset();
  if (time != context_.received_at) identity.received_at = context_.received_at;
  if (full_.load(std::memory_order_relaxed)) {
    return Fail(index, Code::kOverloaded, std::string(kBehindFull));
  }
  if (IsNamed(identity)) {
    if (!context_.duplicates->recalled()) {
      return Fail(index, Code::kNotReady, std::string(kNotRecalled));
    }
    ids_[index] = identity.hash();
  }
  kafka::OutgoingRecord& record = outbox.Add(index, ids_.empty() ? std::nullopt : ids_[index]);
  outbox.NoteBytes(event.json.size());
  record.topic = context_.options->topic;
  record.key.swap(event.user);
  if (!record.value) record.value.emplace();
  record.value->swap(event.json);
  record.timestamp = time;
  identity.WriteHeaders(record.headers);
  if (outbox.full()) SendOff(outbox);
}

// In their order: those behind one that somebody else is storing are sent when it waits.
void Batch::SendOff(Outbox& outbox) {
  for (size_t begin = 0; begin < outbox.size();) {
    if (full_.load(std::memory_order_relaxed)) {
      Fail(outbox.index(begin++), Code::kOverloaded, std::string(kBehindFull));
      continue;
    }
    const size_t end =
        begin + context_.duplicates->TakeFree(outbox.ids().subspan(begin), context_.received_at,
                                              outbox.claims().subspan(begin));
    SendClaimed(outbox, begin, end);
    begin = end;
    if (end == outbox.size() || full_.load(std::memory_order_relaxed)) continue;
    AwaitOther(outbox, begin++);
  }
  outbox.Clear();
}

void Batch::SendClaimed(Outbox& outbox, size_t begin, size_t end) {
  const auto claims = outbox.claims();
  while (begin < end) {
    if (claims[begin] == Duplicates::Claim::kStored) {
      Finish(outcomes_.Duplicate());
      ++begin;
    } else if (full_.load(std::memory_order_relaxed)) {
      OnOvertaking(outbox.index(begin++));
    } else {
      size_t behind = begin + 1;
      while (behind < end && claims[behind] == Duplicates::Claim::kYours &&
             outbox.index(behind) == outbox.index(behind - 1) + 1) {
        ++behind;
      }
      begin += Send(outbox.records().subspan(begin, behind - begin), outbox.index(begin));
    }
  }
}

void Batch::AwaitOther(Outbox& outbox, size_t at) {
  Parcel parcel{outbox.index(at), std::move(outbox.records()[at])};
  const auto wait = [this, &parcel] { return WhenDecided(std::move(parcel)); };
  OnClaim(context_.duplicates->Take(*ids_[parcel.index], context_.received_at,
                                    BytesOf(parcel.record), wait),
          parcel);
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
      Send({&parcel.record, 1}, parcel.index);
      return;
    case Duplicates::Claim::kStored:
      return Finish(outcomes_.Duplicate());
    case Duplicates::Claim::kTooMany:
      return Fail(parcel.index, Code::kOverloaded, std::string(kTooManyWait));
    case Duplicates::Claim::kWait:
      return;
  }
}

// Sends the records of the events from `first` on, up to and with the first that is refused;
// returns how many that are.
size_t Batch::Send(std::span<kafka::OutgoingRecord> records, size_t first) {
  const kafka::Sent sent =
      context_.producer.SendAll(records, first,
                                [self = shared_from_this()](const Result<kafka::Delivery>& delivery,
                                                            kafka::RecordNumbers numbers) {
                                  self->OnDelivery(delivery, numbers);
                                });
  if (sent.status) return sent.count;
  if (sent.status.error().fault == Fault::kFull) full_.store(true, std::memory_order_relaxed);
  OnFailure(first + sent.count, sent.status.error());
  return sent.count + 1;
}

void Batch::OnDelivery(const Result<kafka::Delivery>& delivery, kafka::RecordNumbers numbers) {
  if (!delivery) {
    for (size_t i = 0; i < numbers.count; ++i) OnFailure(numbers.first + i, delivery.error());
    return;
  }
  if (!ids_.empty()) {
    context_.duplicates->Stored(std::span(ids_).subspan(numbers.first, numbers.count),
                                context_.received_at);
  }
  if (!context_.tells_places) return Finish(outcomes_.Accepted(numbers.count));
  for (size_t i = 0; i < numbers.count; ++i) {
    const size_t index = numbers.first + i;
    const kafka::Delivery place{delivery->partition, delivery->offset + static_cast<int64_t>(i)};
    Finish(outcomes_.Accepted({index, std::move(event_ids_[index]), place}));
  }
}

void Batch::OnFailure(size_t index, const Error& error) {
  Duplicates& duplicates = *context_.duplicates;
  const std::optional<IdHash> id = ids_.empty() ? std::nullopt : ids_[index];
  if (error.fault == Fault::kBadInput) {
    Refuse(
        index,
        {.code = Code::kEventRefused, .detail = "Kafka does not take this event: " + error.context},
        {});
    if (id) duplicates.Refused(*id);
  } else {
    Fail(index, error);
    if (id) duplicates.Failed(*id, error);
  }
}

// The event is claimed, but one before it found no room.
void Batch::OnOvertaking(size_t index) {
  Fail(index, Code::kOverloaded, std::string(kBehindFull));
  if (ids_.empty() || !ids_[index]) return;
  context_.duplicates->Failed(*ids_[index],
                              {Fault::kFull, "an event before it found no room either"});
}

void Batch::Fail(size_t index, Code code, std::string reason) {
  Finish(outcomes_.Rejected({index, code, std::move(reason)}));
}

void Batch::Fail(size_t index, const Error& error) {
  Fail(index, EventSender::CodeOf(error), WhyFailed(error));
}

void Batch::Refuse(size_t index, const problem::Problem& why, Outbox& outbox,
                   std::vector<contracts::Problem> problems) {
  if (context_.keeps_rejected()) SendOff(outbox);
  Refuse(index, why, std::move(problems));
}

void Batch::Refuse(size_t index, const problem::Problem& why,
                   std::vector<contracts::Problem> problems) {
  Rejection rejection{index, why.code, ReasonText(why.detail), why.field};
  rejection.problems = std::move(problems);
  if (!context_.keeps_rejected()) {
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

void Batch::AllBegun(Outbox& outbox) {
  SendOff(outbox);
  if (!context_.keeps_rejected()) {
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
  if (context_.options->counts) outcomes_.AddTo(*context_.options->counts);
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

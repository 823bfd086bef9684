#include "core/collector/ingest/ingest.h"

#include "core/base/text.h"
#include "core/collector/ingest/batch.h"
#include "core/collector/ingest/cloud_event.h"
#include "core/collector/ingest/incoming.h"
#include "core/collector/ingest/outbox.h"
#include "core/collector/ingest/outcomes.h"
#include "core/collector/ingest/personal.h"
#include "core/collector/ingest/record_identity.h"
#include "core/collector/ingest/rejected_record.h"
#include "core/collector/request/arguments.h"
#include "core/collector/request/body.h"
#include "core/collector/request/headers.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

using problem::Code;
using problem::OrProblem;
using problem::Problem;

constexpr auto kLineTypes = std::to_array<std::string_view>(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"});
// For /openapi.json.
constexpr std::string_view kStoredHelp = "every event that is not in rejected is stored";
constexpr auto kRefusals = std::to_array<std::pair<int, std::string_view>>({
    {400, "nothing is stored: every event, or the body, is wrong in itself"},
    {413, "nothing is stored: too many events, or too long a body"},
    {415, "nothing is stored: a type or coding that is not taken"},
    {422, "nothing is stored: the Idempotency-Key was used for another content"},
    {503, "some events can be sent again; those that are not in rejected are stored"},
});

// Of the query. A beacon cannot send a header, and a body is nothing but events.
constexpr std::string_view kKeyArgument = "key";
constexpr auto kQueryNames = std::to_array({kKeyArgument});

/// What a request's events are written in.
enum class Format : uint8_t { kPlain, kStructured, kBinary, kForeign };

struct Reading {
  MediaType type;
  Format format = Format::kPlain;
  Shape shape = Shape::kOne;
  const ForeignRequest* foreign = nullptr;  // of kForeign
};

Problem NotTaken(std::string detail, std::vector<std::string> allowed) {
  return {.code = Code::kUnsupportedMediaType,
          .detail = std::move(detail),
          .field = "Content-Type",
          .allowed = std::move(allowed)};
}

// How to read a request, by what its headers say.
OrProblem<Reading> HowToRead(const http::Request& request, const Cors& cors) {
  Reading reading;
  reading.type = ParseMediaType(FindHeader(request.headers, "Content-Type").value_or(""));
  const std::string& name = reading.type.name;
  if (name == "application/cloudevents+json") {
    reading.format = Format::kStructured;
  } else if (name == "application/cloudevents-batch+json") {
    reading.format = Format::kStructured;
    reading.shape = Shape::kArray;
  } else if (name.starts_with("application/cloudevents")) {
    return NotTaken(
        "CloudEvents are taken as application/cloudevents+json, as "
        "application/cloudevents-batch+json, and in binary mode",
        {"application/cloudevents+json", "application/cloudevents-batch+json"});
  } else if (IsBinaryCloudEvent(request.headers)) {
    reading.format = Format::kBinary;
    return reading;
  } else if (std::ranges::find(kLineTypes, name) != kLineTypes.end()) {
    reading.shape = Shape::kLines;
  } else if (name.empty() || reading.type.IsJson() ||
             (name == "text/plain" && cors.IsListed(request.headers))) {
    reading.shape = Sniff(request.body);
  } else {
    return NotTaken(
        "events are JSON: send them with Content-Type: "
        "application/json (curl --json does), or application/x-ndjson for one a line",
        {"application/json", "application/x-ndjson"});
  }
  if (IsUtf8Charset(reading.type.charset)) return reading;
  return NotTaken("events are UTF-8, not " + reading.type.charset, {"charset=utf-8"});
}

Result<std::vector<Piece>> FindEvents(const Reading& reading, const http::Request& request,
                                      size_t events_max) {
  if (reading.format != Format::kBinary) return Split(request.body, reading.shape, events_max);
  return std::vector<Piece>{{0, request.body.size()}};  // no data is data, too
}

// What the events of a request get. Headers say how an event came, which is worth its bytes where
// each came by itself, as on the other routes. Those of a batch say it of their uploader, over and
// over.
Stamp MakeStamp(const Reading& reading, const http::Request& request, const EventBuilder& events,
                TimestampMs now, const IngestOptions& options) {
  Stamp stamp;
  stamp.received_at = now;
  stamp.remote_ip = request.remote_ip;
  stamp.hiding = events.privacy().HidingOf(request.headers);
  if (options.guard) {
    stamp.guard = options.guard.get();
    stamp.contracts = options.guard->Current();
  }
  if (options.times) {
    const bool cloud = reading.format == Format::kStructured || reading.format == Format::kBinary;
    stamp.time_field = cloud ? TimeField::kCloud : TimeField::kEventTime;
  }
  if (reading.shape != Shape::kOne) return stamp;
  stamp.headers = events.Mergeable(request.headers);
  std::erase_if(stamp.headers, [](const auto& header) { return header.first.starts_with("Ce-"); });
  return stamp;
}

// Reads into `incoming`; returns why the event is refused.
std::optional<Problem> ReadOne(const Reading& reading, const http::Request& request,
                               std::string_view text, const Stamp& stamp, IncomingReader& reader,
                               Incoming& incoming) {
  if (reading.format != Format::kBinary && text.starts_with(kByteOrderMark)) {
    return Problem{.code = Code::kMalformedEvent,
                   .detail =
                       "it begins with a byte order mark, EF BB BF, which can only stand at "
                       "the start of the body"};
  }
  if (reading.format == Format::kPlain) return reader.Read(text, stamp, incoming);
  if (reading.format == Format::kForeign) {
    const auto json = reading.foreign->translate(text, stamp.received_at);
    if (!json) return Problem{.code = Code::kMalformedEvent, .detail = json.error().context};
    return reader.Read(*json, stamp, incoming);
  }
  auto cloud_event = reading.format == Format::kStructured
                         ? ReadStructuredCloudEvent(text)
                         : ReadBinaryCloudEvent(request, reading.type);
  if (!cloud_event) {
    return Problem{.code = Code::kMalformedEvent, .detail = std::move(cloud_event).error().context};
  }
  auto refused = reader.Read(cloud_event->json, stamp, incoming);
  incoming.source = std::move(cloud_event->source);
  return refused;
}

void BeginAll(Batch& batch, const Reading& reading, const std::vector<Piece>& pieces,
              const Stamp& stamp, size_t event_bytes_max, const Privacy& privacy) {
  const DoNotTrack treated = privacy.Treats(batch.request().headers);
  size_t dropped = 0;
  size_t begun = 0;
  thread_local IncomingReader reader;  // its buffers grow to the largest event
  thread_local Outbox outbox;
  const std::string_view body = batch.request().body;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].size > event_bytes_max) {
      batch.Refuse(
          i,
          {.code = Code::kEventTooLarge,
           .detail = "the event has " + std::to_string(pieces[i].size) + " bytes; at most " +
                     std::to_string(event_bytes_max) + " are taken (serve.max_event)",
           .max = static_cast<int64_t>(event_bytes_max)},
          outbox);
      continue;
    }
    const std::string_view text = body.substr(pieces[i].offset, pieces[i].size);
    const auto refused = ReadOne(reading, batch.request(), text, stamp, reader, outbox.incoming);
    if (refused) {
      batch.Refuse(i, *refused, outbox, reader.TakeProblems());
    } else if (treated == DoNotTrack::kDrop && !outbox.incoming.is_command) {
      batch.Drop();
      ++dropped;
    } else {
      batch.Begin(i, outbox);
      ++begun;
    }
  }
  batch.AllBegun(outbox);
  privacy.Count(DoNotTrack::kDrop, dropped);
  if (treated != DoNotTrack::kIgnore) privacy.Count(DoNotTrack::kAnonymous, begun);
}

void RefuseBody(const BatchContext& context, const Error& error) {
  const bool too_many = error.fault == Fault::kFull;
  const Problem why{.code = too_many ? Code::kTooManyEvents : Code::kMalformedBody,
                    .detail = ReasonText(error.context)};
  if (too_many || !context.keeps_rejected() || context.request.body.empty()) {
    return context.reply(RefuseWhole(why));
  }
  std::string record = RejectedRecord(
      {why.detail, std::nullopt, 0, context.request.body, context.binary, context.secrets},
      context.request, context.received_at);
  KeepRejected(context, std::move(record),
               [reply = context.reply, why](const Result<kafka::Delivery>& delivery) {
                 if (delivery) return reply(RefuseWhole(why, true));
                 reply(RefuseWhole(why, false, delivery.error().context));
               });
}

}  // namespace

Ingest::Ingest(IngestOptions options, kafka::Producer& producer, const EventBuilder& events,
               std::shared_ptr<Duplicates> duplicates, const Clock& clock)
    : options_(std::make_shared<const IngestOptions>(std::move(options))),
      producer_(producer),
      events_(events),
      duplicates_(std::move(duplicates)),
      clock_(clock) {}

Route Ingest::route() const {
  Route route{{"POST"},
              "/events",
              Access::kWrite,
              "stores the events in the body; answers with what became of each",
              [this](Call call) { OnEvents(std::move(call)); }};
  route.headers = {{"Idempotency-Key", "the same for a repeat of the request, and for no other",
                    R"({"type":"string","minLength":1,"maxLength":255,"pattern":"^[!-~]+$"})"}};
  route.name = "sendEvents";
  route.query = {{kKeyArgument, "an API key with the scope write, for what can send no header"}};
  route.key_in_url = true;
  route.find_key = [](const http::Request& request) -> std::optional<std::string> {
    const auto query = Arguments::ReadQueryAlone(request, kQueryNames);
    const auto key = query ? query->Find(kKeyArgument) : std::nullopt;
    return key ? std::optional<std::string>(*key) : std::nullopt;
  };
  route.headers.push_back(
      {"Prefer", "return=representation: the answer says where each event is stored"});
  route.bodies = {{"application/json", "Events"},
                  {"application/x-ndjson"},
                  {"application/cloudevents+json", "CloudEvent"},
                  {"application/cloudevents-batch+json", "CloudEventList"}};
  route.body_required = true;
  route.answers = {{200, kStoredHelp, "application/json", "EventsResult"}};
  for (const auto& [status, help] : kRefusals) {
    route.answers.push_back({status, help, problem::kMediaType, "EventsProblem"});
    // What is refused before it comes here is text where the client says nothing.
    if (status != 422) route.answers.push_back({status, help});
  }
  return route;
}

// What is refused is kept as it came, so what must not be stored keeps it from there.
void Ingest::Protect(BatchContext& context) const {
  const Hiding hiding = events_.privacy().HidingOf(context.request.headers);
  context.untracked = hiding.sender;
  if (hiding.addresses == AddressForm::kFull) return;
  const auto names = AddressNames();
  context.secrets.insert(context.secrets.end(), names.begin(), names.end());
}

void Ingest::OnEvents(Call call) const {
  const auto refuse = [&call](Problem why) { call.reply(RefuseWhole(std::move(why))); };
  if (auto query = Arguments::ReadQueryAlone(call.request, kQueryNames); !query) {
    return refuse(std::move(query).problem());
  }
  auto reading = HowToRead(call.request, options_->cors);
  if (!reading) return refuse(std::move(reading).problem());
  auto key = ReadIdempotencyKey(call.request.headers);
  if (!key) {
    return refuse({.code = Code::kInvalidArgument,
                   .detail = key.error().context,
                   .field = "Idempotency-Key"});
  }
  if (!duplicates_->enabled()) key->reset();

  BatchContext context{options_,
                       producer_,
                       duplicates_,
                       std::move(call.request),
                       call.reply,
                       clock_.Now(),
                       std::move(key).value(),
                       0,
                       reading->format == Format::kBinary,
                       false};
  Protect(context);
  context.tells_places = Prefers(context.request.headers, "return=representation");
  auto pieces = FindEvents(*reading, context.request, options_->batch_events_max);
  if (!pieces) return RefuseBody(context, pieces.error());
  if (context.idempotency_key) {
    context.print = ContentPrint(context.request);
    if (!duplicates_->OpenRequest(*context.idempotency_key, context.print, context.received_at)) {
      return refuse({.code = Code::kIdempotencyKeyReused,
                     .detail = "this Idempotency-Key was used for another content; "
                               "use a new one for each request",
                     .field = "Idempotency-Key"});
    }
  }
  Stamp stamp = MakeStamp(*reading, context.request, events_, context.received_at, *options_);
  stamp.tells_ids = context.tells_places;
  const auto batch = std::make_shared<Batch>(std::move(context), *pieces);
  BeginAll(*batch, *reading, *pieces, stamp, options_->event_bytes_max, events_.privacy());
}

void Ingest::Take(Call&& call, ForeignRequest foreign) const {
  BatchContext context{
      options_,     producer_,   duplicates_, std::move(call.request), std::move(call.reply),
      clock_.Now(), std::nullopt};
  context.answer = std::move(foreign.answer);
  context.secrets.assign(foreign.secrets.begin(), foreign.secrets.end());
  Protect(context);
  if (!foreign.events) return RefuseBody(context, foreign.events.error());
  Reading reading;
  reading.format = Format::kForeign;
  reading.shape = Shape::kArray;  // headers say nothing of its events
  reading.foreign = &foreign;
  const Stamp stamp = MakeStamp(reading, context.request, events_, context.received_at, *options_);
  const auto batch = std::make_shared<Batch>(std::move(context), *foreign.events);
  BeginAll(*batch, reading, *foreign.events, stamp, options_->event_bytes_max, events_.privacy());
}

}  // namespace gamevents::collector

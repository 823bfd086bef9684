#include "core/collector/ingest/ingest.h"

#include "core/base/text.h"
#include "core/collector/ingest/batch.h"
#include "core/collector/ingest/cloud_event.h"
#include "core/collector/ingest/incoming.h"
#include "core/collector/ingest/outbox.h"
#include "core/collector/ingest/outcomes.h"
#include "core/collector/ingest/record_identity.h"
#include "core/collector/ingest/rejected_record.h"
#include "core/collector/request/arguments.h"
#include "core/collector/request/body.h"
#include "core/collector/request/headers.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {
namespace {

constexpr auto kLineTypes = std::to_array<std::string_view>(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"});
// For /openapi.json.
#define GAMEVENTS_EVENT_SCHEMA                                                        \
  R"({"type":"object","required":["event_type"],"properties":{"event_type":{"type":)" \
  R"("string","minLength":1},"event_id":{"type":"string","minLength":1}}})"
#define GAMEVENTS_CLOUD_EVENT_SCHEMA                                                   \
  R"({"type":"object","required":["specversion","type","id","source"],"properties":{)" \
  R"("specversion":{"const":"1.0"},"type":{"type":"string","minLength":1},)"           \
  R"("id":{"type":"string","minLength":1},"source":{"type":"string","minLength":1},)"  \
  R"("data":{}},"additionalProperties":false})"
constexpr std::string_view kJsonSchema =
    R"({"oneOf":[)" GAMEVENTS_EVENT_SCHEMA R"(,{"type":"array","items":)" GAMEVENTS_EVENT_SCHEMA
    "}]}";
constexpr std::string_view kCloudEventSchema = GAMEVENTS_CLOUD_EVENT_SCHEMA;
constexpr std::string_view kCloudEventBatchSchema =
    R"({"type":"array","items":)" GAMEVENTS_CLOUD_EVENT_SCHEMA "}";
constexpr std::string_view kAnswerSchema =
    R"({"type":"object","required":["accepted","duplicates","rejected"],"properties":{)"
    R"("accepted":{"type":"integer"},"duplicates":{"type":"integer"},"rejected":{"type":"array",)"
    R"("items":{"type":"object","required":["index","error","retryable"],"properties":{"index":)"
    R"({"type":"integer"},"error":{"type":"string"},"retryable":{"type":"boolean"},"kept":)"
    R"({"type":"boolean"}}}},"error":{"type":"string"},"retryable":{"type":"boolean"}}})";
constexpr auto kAnswers = std::to_array<std::pair<int, std::string_view>>({
    {200, "every event that is not in rejected is stored"},
    {400, "nothing is stored: every event, or the body, is wrong in itself"},
    {413, "nothing is stored: too many events, or too long a body"},
    {415, "nothing is stored: a type or coding that is not taken"},
    {422, "nothing is stored: the Idempotency-Key was used for another content"},
    {503, "some events can be sent again; those that are not in rejected are stored"},
});

/// What a request's events are written in.
enum class Format : uint8_t { kPlain, kStructured, kBinary };

struct Reading {
  MediaType type;
  Format format = Format::kPlain;
  Shape shape = Shape::kOne;
};

// How to read a request, by what its headers say. Errors: kUnsupported, saying what is taken.
Result<Reading> HowToRead(const http::Request& request, const Cors& cors) {
  Reading reading;
  reading.type = ParseMediaType(FindHeader(request.headers, "Content-Type").value_or(""));
  const std::string& name = reading.type.name;
  if (name == "application/cloudevents+json") {
    reading.format = Format::kStructured;
  } else if (name == "application/cloudevents-batch+json") {
    reading.format = Format::kStructured;
    reading.shape = Shape::kArray;
  } else if (name.starts_with("application/cloudevents")) {
    return Error{Fault::kUnsupported,
                 "CloudEvents are taken as application/cloudevents+json, as "
                 "application/cloudevents-batch+json, and in binary mode"};
  } else if (IsBinaryCloudEvent(request.headers)) {
    reading.format = Format::kBinary;
    return reading;
  } else if (std::ranges::find(kLineTypes, name) != kLineTypes.end()) {
    reading.shape = Shape::kLines;
  } else if (name.empty() || reading.type.IsJson() ||
             (name == "text/plain" && cors.IsListed(request.headers))) {
    reading.shape = Sniff(request.body);
  } else {
    return Error{Fault::kUnsupported,
                 "events are JSON: send them with Content-Type: "
                 "application/json (curl --json does), or application/x-ndjson for one a line"};
  }
  if (IsUtf8Charset(reading.type.charset)) return reading;
  return Error{Fault::kUnsupported, "events are UTF-8, not " + reading.type.charset};
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
                TimestampMs now, bool with_times) {
  Stamp stamp{now, request.remote_ip, {}};
  if (with_times) {
    const bool plain = reading.format == Format::kPlain;
    stamp.time_field = plain ? TimeField::kEventTime : TimeField::kCloud;
  }
  if (reading.shape != Shape::kOne) return stamp;
  stamp.headers = events.Mergeable(request.headers);
  std::erase_if(stamp.headers, [](const auto& header) { return header.first.starts_with("Ce-"); });
  return stamp;
}

Status ReadOne(const Reading& reading, const http::Request& request, std::string_view text,
               const Stamp& stamp, Incoming& incoming) {
  thread_local IncomingReader reader;  // its buffers grow to the largest event
  if (reading.format != Format::kBinary && text.starts_with(kByteOrderMark)) {
    return Error{Fault::kBadInput,
                 "it begins with a byte order mark, EF BB BF, which can only stand at the start of "
                 "the body"};
  }
  if (reading.format == Format::kPlain) return reader.Read(text, stamp, incoming);
  auto cloud_event = reading.format == Format::kStructured
                         ? ReadStructuredCloudEvent(text)
                         : ReadBinaryCloudEvent(request, reading.type);
  if (!cloud_event) return std::move(cloud_event).error();
  Status read = reader.Read(cloud_event->json, stamp, incoming);
  incoming.source = std::move(cloud_event->source);
  return read;
}

void BeginAll(Batch& batch, const Reading& reading, const std::vector<Piece>& pieces,
              const Stamp& stamp, size_t event_bytes_max) {
  thread_local Outbox outbox;
  const std::string_view body = batch.request().body;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (pieces[i].size > event_bytes_max) {
      batch.Refuse(i,
                   "the event has " + std::to_string(pieces[i].size) + " bytes; at most " +
                       std::to_string(event_bytes_max) + " are taken (serve.max_event)",
                   outbox);
      continue;
    }
    const std::string_view text = body.substr(pieces[i].offset, pieces[i].size);
    const Status read = ReadOne(reading, batch.request(), text, stamp, outbox.incoming);
    if (read) {
      batch.Begin(i, outbox);
    } else {
      batch.Refuse(i, read.error().context, outbox);
    }
  }
  batch.AllBegun(outbox);
}

void RefuseBody(const BatchContext& context, const Error& error) {
  const std::string why = ReasonText(error.context);
  if (error.fault == Fault::kFull) return context.reply(RefuseWhole(413, why));
  if (context.options->rejected_topic.empty() || context.request.body.empty()) {
    return context.reply(RefuseWhole(400, why));
  }
  std::string record = RejectedRecord({why, std::nullopt, 0, context.request.body, context.binary},
                                      context.request, context.received_at);
  KeepRejected(context, std::move(record),
               [reply = context.reply, why](const Result<kafka::Delivery>& delivery) {
                 if (delivery) return reply(RefuseWhole(400, why, true));
                 reply(RefuseWhole(400, why, false, delivery.error().context));
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
  route.bodies = {{"application/json", kJsonSchema},
                  {"application/x-ndjson"},
                  {"application/cloudevents+json", kCloudEventSchema},
                  {"application/cloudevents-batch+json", kCloudEventBatchSchema}};
  route.body_required = true;
  for (const auto& [status, help] : kAnswers) {
    route.answers.push_back({status, help, "application/json", kAnswerSchema});
    // What is refused before it comes here is answered as everywhere.
    if (status != 200 && status != 422) route.answers.push_back({status, help});
  }
  return route;
}

void Ingest::OnEvents(Call call) const {
  const auto refuse = [&call](int status, const Error& error) {
    call.reply(RefuseWhole(status, error.context));
  };
  if (const Status none = Arguments::ExpectNone(call.request); !none) {
    return refuse(400, none.error());
  }
  const auto reading = HowToRead(call.request, options_->cors);
  if (!reading) return refuse(415, reading.error());
  auto key = ReadIdempotencyKey(call.request.headers);
  if (!key) return refuse(400, key.error());
  if (!duplicates_->enabled()) key->reset();

  BatchContext context{options_,
                       producer_,
                       duplicates_,
                       std::move(call.request),
                       call.reply,
                       clock_.Now(),
                       std::move(key).value(),
                       0,
                       reading->format == Format::kBinary};
  auto pieces = FindEvents(*reading, context.request, options_->batch_events_max);
  if (!pieces) return RefuseBody(context, pieces.error());
  if (context.idempotency_key) {
    context.print = ContentPrint(context.request);
    if (!duplicates_->OpenRequest(*context.idempotency_key, context.print, context.received_at)) {
      return refuse(422, {Fault::kBadInput,
                          "this Idempotency-Key was used for another content; "
                          "use a new one for each request"});
    }
  }
  const Stamp stamp = MakeStamp(*reading, context.request, events_, context.received_at,
                                options_->times != nullptr);
  const auto batch = std::make_shared<Batch>(std::move(context), *pieces);
  BeginAll(*batch, *reading, *pieces, stamp, options_->event_bytes_max);
}

}  // namespace gamevents::collector

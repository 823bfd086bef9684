#include "core/problem/codes.h"

#include "core/base/check.h"

#include <array>
#include <cstddef>

namespace gamevents::problem {
namespace {

constexpr bool kRetryable = true;

// Where a status has several codes, a client that knows none of them acts by the status.
constexpr auto kCodes = std::to_array<CodeTraits>({
    {Code::kMalformedRequest, "malformed_request", 400, "The request is not valid HTTP",
     "correct the client; the connection is closed"},
    {Code::kMalformedPath, "malformed_path", 400, "A part of the path is not percent-encoded UTF-8",
     "percent-encode the bytes of its UTF-8; `field` names the part"},
    {Code::kMalformedBody, "malformed_body", 400, "The body cannot be read",
     "send whole JSON, or a whole gzip of it"},
    {Code::kUnknownArgument, "unknown_argument", 400, "The route does not know this argument",
     "leave it out; `allowed` lists those that there are"},
    {Code::kInvalidArgument, "invalid_argument", 400, "An argument has a value that is not allowed",
     "correct `field`; `min` and `max` are its bounds where it is a number"},
    {Code::kUnknownType, "unknown_type", 400, "The item does not come in this type",
     "take one of `allowed`; leave `type` out where that is empty"},
    {Code::kMalformedEvent, "malformed_event", 400, "The event is not one JSON object",
     "correct the event"},
    {Code::kMissingField, "missing_field", 400, "A field that the event must have is missing",
     "add `field`"},
    {Code::kInvalidField, "invalid_field", 400, "A field of the event has a wrong value",
     "correct `field`"},
    {Code::kEventTooLarge, "event_too_large", 400, "The event is too large",
     "send a smaller event; `serve.max_event` is the limit"},
    {Code::kEventRefused, "event_refused", 413, "Kafka does not take this event",
     "send a smaller event"},
    {Code::kContractBroken, "contract_broken", 400, "The event breaks the contract of its type",
     "correct what `problems` lists"},
    {Code::kNoContract, "no_contract", 400, "The event's type has no contract",
     "correct `event_type`, or have a contract written for it"},
    {Code::kNoValidEvent, "no_valid_event", 400, "No event of the request can be stored",
     "each entry of `rejected` has a code of its own"},
    {Code::kUnauthorized, "unauthorized", 401, "A known API key is needed",
     "send a key as `X-Api-Key` or `Authorization: Bearer`"},
    {Code::kForbiddenOrigin, "forbidden_origin", 403, "Pages of this origin may not ask",
     "have the origin listed in `serve.cors_origins`, or with the key"},
    {Code::kForbiddenScope, "forbidden_scope", 403, "The API key is not for this route",
     "send a key of the scope that `allowed` lists"},
    {Code::kUnknownRoute, "unknown_route", 404, "There is no such route",
     "correct the path; `nearest` is probably meant"},
    {Code::kUnknownItem, "unknown_item", 404, "The catalogue does not have this item",
     "take one of `allowed`; `nearest` is probably meant"},
    {Code::kUnknownReport, "unknown_report", 404, "There is no such report",
     "take one of `allowed`; `nearest` is probably meant"},
    {Code::kMethodNotAllowed, "method_not_allowed", 405, "The route does not take this method",
     "use a method that `allowed` lists"},
    {Code::kRequestTimeout, "request_timeout", 408, "The request took too long to arrive",
     "send it faster, or less at once", kRetryable},
    {Code::kStackLimit, "stack_limit", 409, "The user can hold no more of this item",
     "ask for fewer: `max` is the limit"},
    {Code::kUniqueOwned, "unique_owned", 409, "The user has this item, and can own only one",
     "nothing: the user has it"},
    {Code::kTooManyStacks, "too_many_stacks", 409, "The inventory has too many different things",
     "use something up first"},
    {Code::kCartFull, "cart_full", 409, "The cart has too many lines",
     "check out, or take something out first"},
    {Code::kNotInCart, "not_in_cart", 409, "The item is not in the cart", "read the cart again"},
    {Code::kMoreThanInCart, "more_than_in_cart", 409, "The cart has fewer of the item",
     "take out at most `max`"},
    {Code::kCartEmpty, "cart_empty", 409, "The cart is empty", "put something in first"},
    {Code::kNotOwned, "not_owned", 409, "The user does not own the item",
     "read the inventory again"},
    {Code::kMoreThanOwned, "more_than_owned", 409, "The user owns fewer of the item",
     "use at most `max`"},
    {Code::kSeveralTypes, "several_types", 409, "The user has several types of the item",
     "name one with `type`"},
    {Code::kNotInGuild, "not_in_guild", 409, "The user is not in that guild, or in none",
     "nothing: the user is not in it"},
    {Code::kSeveralGuilds, "several_guilds", 409, "The user is in several guilds",
     "name one in the path"},
    {Code::kTooManyGuilds, "too_many_guilds", 409, "The user is in too many guilds",
     "leave one first"},
    {Code::kStateFull, "state_full", 409, "There is no room for more",
     "tell the operator: docs/state.md"},
    {Code::kBodyTooLarge, "body_too_large", 413, "The body is too long",
     "send less at once; `serve.max_body` is the limit"},
    {Code::kTooManyEvents, "too_many_events", 413, "The request has too many events",
     "send fewer at once; `serve.max_batch` is the limit"},
    {Code::kUriTooLong, "uri_too_long", 414, "Path and query are too long",
     "send less in the path and the query"},
    {Code::kUnsupportedMediaType, "unsupported_media_type", 415,
     "The Content-Type is not one that is taken", "send JSON, and say so in `Content-Type`"},
    {Code::kUnsupportedEncoding, "unsupported_encoding", 415,
     "The Content-Encoding is not one that is taken", "compress with gzip, or not at all"},
    {Code::kExpectationFailed, "expectation_failed", 417, "The Expect header cannot be met",
     "send no `Expect`, or `100-continue`"},
    {Code::kUnknownHost, "unknown_host", 421, "The Host header names another server",
     "use an address, or have the name listed in `serve.hosts`"},
    {Code::kIdempotencyKeyReused, "idempotency_key_reused", 422,
     "The Idempotency-Key was used for another content", "take a new key for each request"},
    {Code::kRateLimited, "rate_limited", 429, "The caller sends too many requests",
     "wait for `retry_after` seconds and send the same again", kRetryable},
    {Code::kHeadersTooLarge, "headers_too_large", 431, "The headers are too many or too long",
     "send fewer headers"},
    {Code::kInternalError, "internal_error", 500, "The server has no answer", "tell the operator"},
    {Code::kReportFailed, "report_failed", 500, "The report cannot be answered",
     "tell the operator; the detail says why"},
    {Code::kUnknownMethod, "unknown_method", 501, "HTTP does not have this method",
     "correct the client"},
    {Code::kUnknownTransferCoding, "unknown_transfer_coding", 501,
     "The Transfer-Encoding is not one that is understood", "use `chunked`, once"},
    {Code::kOverloaded, "overloaded", 503, "The server has too much to do",
     "wait for `retry_after` seconds and send the same again", kRetryable},
    {Code::kNotReady, "not_ready", 503, "The server cannot answer this yet",
     "wait for `retry_after` seconds and send the same again; nothing was stored", kRetryable},
    {Code::kNotStored, "not_stored", 503, "The event was not stored",
     "wait for `retry_after` seconds and send the same again", kRetryable},
    {Code::kNotAcknowledged, "not_acknowledged", 503,
     "Nobody knows yet whether the event was stored",
     "send the same again, with the same `event_id` or `Idempotency-Key`, or it may count twice",
     kRetryable},
    {Code::kOutcomeUnknown, "outcome_unknown", 503,
     "The event may be stored, but what it did is not known yet",
     "read the state before you send it again", kRetryable},
    {Code::kReportBusy, "report_busy", 503, "The report took too long, or too many wait for one",
     "wait for `retry_after` seconds and ask again", kRetryable},
    {Code::kTooManyWatchers, "too_many_watchers", 503, "Too many watch the dashboard",
     "wait for `retry_after` seconds and ask again", kRetryable},
    {Code::kUnknownHttpVersion, "unknown_http_version", 505, "Neither HTTP/1.0 nor HTTP/1.1",
     "speak HTTP/1.1"},
});

constexpr bool InOrder() {
  for (size_t i = 0; i < kCodes.size(); ++i) {
    if (static_cast<size_t>(kCodes[i].code) != i) return false;
  }
  return true;
}
static_assert(InOrder(), "the table has each code in its place");

}  // namespace

std::span<const CodeTraits> Codes() { return kCodes; }

const CodeTraits& TraitsOf(Code code) {
  const auto at = static_cast<size_t>(code);
  INVARIANT(at < kCodes.size());
  return kCodes[at];
}

std::string TypeOf(Code code) { return "tag:gamevents,2026:" + std::string(TraitsOf(code).name); }

std::string RenderReference() {
  std::string out =
      "| code | status | again? | what it means | what to do |\n|---|---|---|---|---|\n";
  for (const CodeTraits& each : kCodes) {
    out.append("| `").append(each.name).append("` | ").append(std::to_string(each.status));
    out.append(" | ").append(each.retryable ? "yes" : "no").append(" | ").append(each.title);
    out.append(" | ").append(each.help).append(" |\n");
  }
  return out;
}

}  // namespace gamevents::problem

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// The problem's room: why `serve` refuses a request, as data that programs can act on (RFC 9457).
// It has the one table of codes and the form of an answer; who refuses what, others know.

namespace gamevents::problem {

/// Why a request, or one event of it, is refused: what a program decides by. The names in the
/// table, which clients compare, never change; a new reason is a new code.
enum class Code : uint8_t {
  // The request as such.
  kMalformedRequest,
  kMalformedPath,
  kMalformedBody,
  kUnknownArgument,
  kInvalidArgument,
  kUnknownType,
  // Events.
  kMalformedEvent,
  kMissingField,
  kInvalidField,
  kEventTooLarge,
  kEventRefused,
  kContractBroken,
  kNoContract,
  kNoValidEvent,
  // Who asks.
  kUnauthorized,
  kForbiddenOrigin,
  kForbiddenScope,
  // What is asked for.
  kUnknownRoute,
  kUnknownItem,
  kUnknownReport,
  kMethodNotAllowed,
  kRequestTimeout,
  // What the state does not allow.
  kStackLimit,
  kUniqueOwned,
  kTooManyStacks,
  kCartFull,
  kNotInCart,
  kMoreThanInCart,
  kCartEmpty,
  kNotOwned,
  kMoreThanOwned,
  kSeveralTypes,
  kNotInGuild,
  kSeveralGuilds,
  kTooManyGuilds,
  kStateFull,
  // Sizes and forms.
  kBodyTooLarge,
  kTooManyEvents,
  kUriTooLong,
  kUnsupportedMediaType,
  kUnsupportedEncoding,
  kExpectationFailed,
  kUnknownHost,
  kIdempotencyKeyReused,
  kRateLimited,
  kHeadersTooLarge,
  // The server.
  kInternalError,
  kReportFailed,
  kUnknownMethod,
  kUnknownTransferCoding,
  kOverloaded,
  kNotReady,
  kNotStored,
  kNotAcknowledged,
  kOutcomeUnknown,
  kReportBusy,
  kTooManyWatchers,
  kUnknownHttpVersion,
};

/// How many codes there are.
inline constexpr size_t kCodeCount = static_cast<size_t>(Code::kUnknownHttpVersion) + 1;

/// One row of the table.
struct CodeTraits {
  Code code;
  std::string_view name;   ///< "unknown_item": the member `code`
  int status;              ///< of an answer that is refused for it
  std::string_view title;  ///< a sentence that is the same each time
  std::string_view help;   ///< what the client is to do
  bool retryable = false;  ///< whether the same request can succeed later
};

/// The table, each code once, in the order of the enumeration.
std::span<const CodeTraits> Codes();

/// The row of `code`.
const CodeTraits& TraitsOf(Code code);

/// The member `type` of a problem: a tag (RFC 4151), which names the code and leads nowhere.
std::string TypeOf(Code code);

/// The reference in docs/errors.md: a Markdown table for each status. The committed page has it
/// between markers, and a test compares.
std::string RenderReference();

}  // namespace gamevents::problem

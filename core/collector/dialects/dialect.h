#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

// The table of dialects: what analytics SDKs that a game has already send, and what they expect to
// be told. A new SDK is a row of words, and a row for each of its paths. It knows no requests.

namespace gamevents::collector {

/// Where a value may stand, in the order in which it is looked for; unused ones are empty. A name
/// is of a member at the top, "properties.token" of one within an object there.
using Places = std::array<std::string_view, 3>;

/// How an event says when it happened.
enum class TimeForm : uint8_t {
  kMoment,  ///< a text as ParseTimestamp takes it, or seconds or milliseconds since 1970
  kAge,     ///< "+00:01:02.345": how long ago, as it was sent
};

/// Where in a request's headers an API key stands, beside X-Api-Key and Bearer.
enum class KeyHeader : uint8_t {
  kNone,
  kBasicName,  ///< the name of Authorization: Basic, as in "KEY:"
  kBare,       ///< all of Authorization
};

/// What the fields of an SDK's events are called.
struct Words {
  /// What becomes event_type, user_name, event_id and event_time. What is found at the first of
  /// the places moves; what is found at another stays there, too.
  Places type = {};
  Places user = {};
  Places id = {};
  Places time = {};
  TimeForm time_form = TimeForm::kMoment;
  /// Objects whose members come to the event's top; or arrays of {"name":…,"value":…}.
  Places spread = {};
  /// Names that are taken at the top even where an event has none of them, so that a property's
  /// place does not depend on what else came.
  Places reserved = {};
  /// When the request was sent, by the client's clock: beside the array of events, or in the event.
  std::string_view sent = {};
  /// The API key in the body: beside the array of events, or in its first event. None of these is
  /// ever stored.
  Places key = {};
  KeyHeader key_header = KeyHeader::kNone;
  /// Parameters of the query: the one that has the key, the one that has the user, and those that
  /// every event gets under their own names.
  std::string_view key_query = {};
  std::string_view user_query = {};
  Places query = {};
};

/// What an SDK reads in an answer.
enum class AnswerForm : uint8_t {
  kSegment,  ///< {"success":true}
  kPostHog,  ///< {"status":1}
  kFlags,    ///< the same to every request, of which nothing is stored: there are no feature flags
  kAmplitude,  ///< {"code":200,"events_ingested":2,…}
  kMixpanel,   ///< 1, or {"status":1,…} where `verbose` asks for it
  kImport,     ///< {"code":200,"num_records_imported":2,"status":"OK"}, or as kMixpanel
  kNothing,    ///< the status alone
  kAws,        ///< {"Total":2,"FailedRecordCount":0,…}
};

/// A path of an SDK. Paths of two dialects can be the same: then the one is taken whose array the
/// body has.
struct Endpoint {
  std::string_view dialect;  ///< as serve.dialects names it
  std::string_view path;     ///< as Route::pattern
  std::string_view array;    ///< the member that has the events; else the body is one, or an array
  /// What kind of event it is where the event does not say.
  std::string_view type;
  const Words* words;
  AnswerForm answer;
  bool get = false;  ///< whether GET is taken, with the events in the query's `data`
};

/// The whole table; rows of one dialect stand together. Lives for ever.
std::span<const Endpoint> Endpoints();

}  // namespace gamevents::collector

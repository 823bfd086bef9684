#pragma once

#include "core/base/clock.h"
#include "core/collector/ingest/contract_guard.h"
#include "core/collector/request/privacy.h"
#include "core/contracts/contracts.h"
#include "core/event/document.h"
#include "core/http/message.h"
#include "core/problem/problem.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gamevents::collector {

/// An event's type; a longer one is a mistake, and every report has a line for each.
inline constexpr size_t kEventTypeBytesMax = 256;
/// An event's id. UUIDs have 36, ids with a host, a process and a number in them some 100.
inline constexpr size_t kEventIdBytesMax = 256;
/// The texts that become a record's key.
inline constexpr size_t kUserBytesMax = 1024;

/// Which field of an event says when it happened.
enum class TimeField : uint8_t {
  kNone,       ///< none is looked for
  kEventTime,  ///< `event_time`
  kCloud,      ///< a CloudEvent's `time`, else `event_time`
};

/// What the server adds to each event of one request where the event has none of its own.
struct Stamp {
  TimestampMs received_at{0};
  std::string remote_ip;  ///< as it may be stored; empty: not at all
  http::Headers headers;  ///< canonical names, each once, valid UTF-8
  TimeField time_field = TimeField::kNone;
  bool tells_ids = false;          ///< whether somebody asks for the ids that are made here
  ContractGuard* guard = nullptr;  ///< null: events have no contracts
  std::shared_ptr<const contracts::Contracts> contracts = nullptr;  ///< the guard's current ones
  Hiding hiding = {};  ///< what of the events' own fields is not stored
};

/// An event that was taken in, ready for the log.
struct Incoming {
  std::string json{};                 ///< one JSON object in one line of UTF-8
  std::optional<std::string> user{};  ///< whose event it is: the record's key
  std::string id{};                   ///< the client's own event_id; empty when we made one
  std::string made_id{};              ///< the one that we made, with Stamp::tells_ids
  std::string source{};               ///< a CloudEvent's source; else empty
  bool says_time = false;             ///< whether it has the field that Stamp::time_field names
  std::optional<TimestampMs> time{};  ///< what that says; nothing where it cannot be read
  bool is_command = false;            ///< whether it changes what a user has
};

/// Reads events that others wrote: checks each wholly and adds what is missing. Keeps its buffers,
/// so not thread-safe: one a thread.
class IncomingReader {
 public:
  /// Reads `json` into `incoming`, over what was there, whose memory is used again; it means
  /// nothing after a problem. What the client wrote stays as it is but for line breaks. Then come
  /// `event_id` (UUIDv7), `received_at` and `remote_ip` unless it has them, and those headers whose
  /// name it has not in any case. The user is the first of `user_name`, `purchase_user`, `user_id`
  /// and `user` that is a text (not empty) or a whole number, as its digits stand; either of at
  /// most kUserBytesMax. Of a command on the state, it is the one that the fold takes
  /// (state::ReadCommand); and it keeps its user whatever `stamp.hiding` says. A time is a text as
  /// ParseTimestamp takes it, or milliseconds since 1970. Problems: kMalformedEvent when `json` is
  /// not one object as event::Document takes it; kMissingField when it has no `event_type`;
  /// kInvalidField when that is not of 1 to kEventTypeBytesMax bytes, or its `event_id` is no text
  /// of 1 to kEventIdBytesMax bytes, or it has one of these twice, or is a command that the fold
  /// cannot read; kContractBroken or kNoContract when its contract does not allow it: TakeProblems
  /// has where and why, then.
  std::optional<problem::Problem> Read(std::string_view json, const Stamp& stamp,
                                       Incoming& incoming);

  /// What of the last event broke its contract.
  std::vector<contracts::Problem> TakeProblems() { return std::exchange(problems_, {}); }

 private:
  std::optional<problem::Problem> Admit(const Stamp& stamp, std::string_view event_type);
  void WriteEnding(const Stamp& stamp);

  event::Document document_;
  event::FoundFields facts_;
  std::vector<contracts::Problem> problems_;
  // What was added to the last event of a time and an address: all events of a request have one.
  TimestampMs time_{0};
  std::string remote_ip_;
  std::string received_at_text_;
  std::string remote_ip_text_;
  std::string ending_;  // both
};

}  // namespace gamevents::collector

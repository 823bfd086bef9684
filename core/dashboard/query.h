#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/time_zone.h"
#include "core/event/filter.h"
#include "core/kafka/reader.h"

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace gamevents::dashboard {

/// What a page shows, as its address says it. The names are those of report's flags, where it has
/// them. Plain data.
struct Query {
  std::string since{};    ///< "1h", "yesterday", "2026-11-23T10:00"; "": from the beginning
  std::string until{};    ///< the same; "": up to now
  std::string where{};    ///< a filter; "": every event
  std::string tz{};       ///< a time zone; "": report.time_zone
  std::string time{};     ///< kEventTime, or "": the record's
  std::string compare{};  ///< kPrevious, or "": with nothing

  friend bool operator==(const Query&, const Query&) = default;
};

/// One of them.
struct QueryPart {
  std::string_view name;
  std::string Query::* text;
  std::string_view help;
};
inline constexpr auto kQueryParts = std::to_array<QueryPart>({
    {"since", &Query::since, "from this moment on, as report --since takes it: 1h, yesterday"},
    {"until", &Query::until, "up to this moment"},
    {"where", &Query::where, "only these events: a condition of the filter language"},
    {"tz", &Query::tz, "the time zone of days and times, as Europe/Berlin"},
    {"time", &Query::time, "which time counts: record (the default) or event"},
    {"compare", &Query::compare, "what the range is held against: none (the default) or previous"},
});
inline constexpr std::string_view kEventTime = "event";
inline constexpr std::string_view kPrevious = "previous";

/// The address of a page relative to the server's root: "dashboard", "dashboard?since=1h". A query
/// has one address, however it was written.
std::string AddressOf(const Query& query);

/// `query` with one more condition; nothing where that is too long, or no filter.
std::optional<Query> WithCondition(Query query, const std::string& condition);

/// What a query means at a moment.
struct Scope {
  Query query{};
  TimestampMs now{0};
  TimeZone zone{};
  std::string zone_name = "UTC";
  std::optional<event::Filter> where{};
  std::optional<TimestampMs> begin{};  ///< nothing: the beginning
  std::optional<TimestampMs> end{};    ///< not in it any more; nothing: what comes, too
  bool event_time = false;             ///< by the events' own times, not their records'
  bool compare = false;                ///< with the period before, which ends at `begin`

  /// How long the range is. Requires: begin.
  std::chrono::milliseconds Length() const;
};

/// Reads a query. Words that mean the default leave `query` as if they were not there. `zone_name`:
/// report.time_zone. Errors: kBadInput, naming the part, what is allowed and what may have been
/// meant.
Result<Scope> ScopeOf(Query query, TimestampMs now, const std::string& zone_name);

/// The records that have to be read for it: those of the range, of the period before it, and of
/// today and yesterday.
kafka::PositionRange RecordsFor(const Scope& scope);

}  // namespace gamevents::dashboard

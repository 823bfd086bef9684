#include "core/dashboard/query.h"

#include "core/base/check.h"
#include "core/base/moment.h"
#include "core/base/text.h"
#include "core/event/filter_conditions.h"
#include "core/report/ask/time_step.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace gamevents::dashboard {
namespace {

/// A longer address is refused by servers and proxies (8 KiB of request line here).
constexpr size_t kAddressBytesMax = 4'000;
/// By how much an event's own time may be ahead of its record's, and the event still be found.
constexpr std::chrono::hours kClockSlack{24};

/// One of the words of a part: `otherwise`, which means the default, or the other one.
Status ReadWord(const char* name, std::string& text, std::string_view word,
                std::string_view otherwise) {
  if (text == otherwise) text.clear();
  if (text.empty() || text == word) return Done{};
  const std::array<std::string_view, 2> words{otherwise, word};
  return Error{Fault::kBadInput, std::string(name) + ": '" + text + "' is not one of " +
                                     std::string(otherwise) + ", " + std::string(word) +
                                     DidYouMean(text, words)};
}

/// Errors: kBadInput, naming the part.
Status ReadMoment(const char* name, const std::string& text, const Scope& scope,
                  std::optional<TimestampMs>& to) {
  if (text.empty()) return Done{};
  const auto moment = kafka::ParseMoment(text, scope.now, scope.zone);
  if (!moment) return Error(moment.error()).In(name);
  to = TimestampMs(moment->number);
  return Done{};
}

Status ReadRange(Scope& scope) {
  const Query& query = scope.query;
  if (auto read = ReadMoment("since", query.since, scope, scope.begin); !read) return read;
  if (auto read = ReadMoment("until", query.until, scope, scope.end); !read) return read;
  if (scope.begin && scope.end.value_or(scope.now).value <= scope.begin->value) {
    const std::string end = scope.end ? query.until : "now";
    return Error{Fault::kBadInput, (scope.end ? "until" : "since") +
                                       std::string(": the range ends (") + end +
                                       ") before it begins (" + query.since + ")"};
  }
  if (scope.compare && !scope.begin) {
    return Error{Fault::kBadInput,
                 "compare: there is no period before all of time; say since when, as since=1h"};
  }
  return Done{};
}

}  // namespace

std::string AddressOf(const Query& query) {
  std::string address = "dashboard";
  char joint = '?';
  for (const QueryPart& part : kQueryParts) {
    const std::string& text = query.*part.text;
    if (text.empty()) continue;
    address += std::exchange(joint, '&') + std::string(part.name) + "=" + PercentEncode(text);
  }
  return address;
}

std::optional<Query> WithCondition(Query query, const std::string& condition) {
  if (!event::Filter::Parse(condition, TakeAnyMoment)) return std::nullopt;
  std::vector<std::string> conditions;
  if (!query.where.empty()) conditions = event::ConditionsOf(query.where);
  if (std::ranges::find(conditions, condition) == conditions.end()) conditions.push_back(condition);
  query.where = event::JoinConditions(conditions);
  if (AddressOf(query).size() > kAddressBytesMax ||
      !event::Filter::Parse(query.where, TakeAnyMoment)) {
    return std::nullopt;
  }
  return query;
}

std::chrono::milliseconds Scope::Length() const {
  INVARIANT(begin.has_value());
  return std::chrono::milliseconds(end.value_or(now).value - begin->value);
}

Result<Scope> ScopeOf(Query query, TimestampMs now, const std::string& zone_name) {
  Scope scope;
  scope.query = std::move(query);
  scope.now = now;
  scope.zone_name = scope.query.tz.empty() ? zone_name : scope.query.tz;
  auto zone = TimeZone::Find(scope.zone_name);
  if (!zone) return Error{Fault::kBadInput, "tz: " + zone.error().context};
  scope.zone = *zone;
  if (scope.query.tz == zone_name) scope.query.tz.clear();
  for (const Status& read : {ReadWord("time", scope.query.time, kEventTime, "record"),
                             ReadWord("compare", scope.query.compare, kPrevious, "none")}) {
    if (!read) return Error(read.error());
  }
  scope.event_time = !scope.query.time.empty();
  scope.compare = !scope.query.compare.empty();
  if (auto read = ReadRange(scope); !read) return std::move(read).error();
  if (scope.query.where.empty()) return scope;
  auto where = event::Filter::Parse(scope.query.where, kafka::MomentTexts(now, scope.zone));
  if (!where) return std::move(where).error().In("where");
  scope.where = std::move(*where);
  return scope;
}

kafka::PositionRange RecordsFor(const Scope& scope) {
  kafka::PositionRange range;
  if (!scope.begin) return range;
  int64_t from = scope.begin->value - (scope.compare ? scope.Length().count() : 0);
  const report::TimeStep day = report::Days(scope.zone);
  from = std::min(from, StartOf(day, StartOf(day, scope.now.value) - 1));
  if (scope.event_time) from -= std::chrono::milliseconds(kClockSlack).count();
  range.from = {kafka::Position::Kind::kTime, std::max<int64_t>(0, from)};
  return range;
}

}  // namespace gamevents::dashboard

#include "cmd/moments.h"

#include "core/base/clock.h"

#include <utility>

namespace gamevents::cmd {

Result<kafka::PositionRange> MomentsOf(const std::optional<std::string>& since,
                                       const std::optional<std::string>& until,
                                       const TimeZone& zone) {
  const TimestampMs now = Clock::System().Now();
  kafka::PositionRange range;
  if (since) {
    auto from = kafka::ParseMoment(*since, now, zone);
    if (!from) return std::move(from).error().In("--since");
    range.from = *from;
  }
  if (until) {
    auto to = kafka::ParseMoment(*until, now, zone);
    if (!to) return std::move(to).error().In("--until");
    range.to = *to;
  }
  if (since && until && range.from.number > range.to.number) {
    return Error{Fault::kBadInput,
                 "--until: it ends (" + *until + ") before it begins (" + *since + ")"};
  }
  return range;
}

}  // namespace gamevents::cmd

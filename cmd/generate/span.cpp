#include "cmd/generate/span.h"

#include "core/base/clock.h"
#include "core/base/units.h"
#include "core/generate/world.h"
#include "core/kafka/reader.h"

#include <chrono>
#include <utility>

namespace gamevents::cmd {
namespace {

constexpr std::chrono::milliseconds kWholeDay = std::chrono::hours(24);

}  // namespace

void DeclareSpan(Flags& flags, SpanFlags& options) {
  const Flag span = flags.Text(
      "--span", "DAYS", "A world of so many days, 30d: players come, play by day and week, and go",
      &options.span);
  flags
      .Text("--start", "MOMENT",
            "The day on which the span begins: 30d (ago), 2026-11-01, … (2026-01-01)",
            &options.start)
      .Needs(span);
  flags
      .Switch("--experiment",
              "With --span: half of the players see a blue shop, which sells better; events name "
              "the variant",
              &options.experiment)
      .Needs(span);
}

Result<std::shared_ptr<const generate::Rhythm>> PlanSpan(const SpanFlags& options,
                                                         generate::SpanOptions asked) {
  const auto span = ParseDuration(*options.span);
  if (!span) return Error(span.error()).In("--span");
  asked.days = *span / kWholeDay;
  if (*span % kWholeDay != kWholeDay.zero() || asked.days < 1 ||
      asked.days > generate::kSpanDaysMax) {
    return Error{Fault::kBadInput, "--span: expected whole days, from 1d to " +
                                       std::to_string(generate::kSpanDaysMax) + "d, not " +
                                       *options.span};
  }
  asked.experiment = options.experiment;
  asked.begin = generate::kWorldBegin;
  if (options.start) {
    const auto moment = kafka::ParseMoment(*options.start, Clock::System().Now());
    if (!moment) return Error(moment.error()).In("--start");
    asked.begin = TimestampMs(moment->number);
  }
  auto planned = generate::Rhythm::Make(asked);
  if (!planned) return std::move(planned).error().In("--span");
  return planned;
}

}  // namespace gamevents::cmd

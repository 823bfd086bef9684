#include "cmd/serve/event_times.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gamevents::cmd {
namespace {

// The value of serve.event_time with which it counts.
constexpr std::string_view kRecordTimes = "record";

}  // namespace

std::shared_ptr<collector::EventTimes> MakeEventTimes(const config::Settings::Serve& serve,
                                                      collector::Metrics& metrics) {
  if (serve.event_time != kRecordTimes) return nullptr;
  auto times =
      std::make_shared<collector::EventTimes>(serve.event_time_past, serve.event_time_future);
  metrics.AddSource({"gamevents_event_times_total",
                     "Events of POST /events that say when they happened, by what became of it.",
                     true,
                     {"result"},
                     [times] {
                       std::vector<collector::Sample> samples;
                       for (size_t fate = 0; fate < collector::EventTimes::kFates; ++fate) {
                         const auto which = static_cast<collector::EventTimes::Fate>(fate);
                         samples.push_back({static_cast<double>(times->count(which)),
                                            {std::string(collector::EventTimes::NameOf(which))}});
                       }
                       return samples;
                     }});
  return times;
}

std::chrono::milliseconds LatestArrival(const config::Settings::Serve& serve) {
  return serve.event_time == kRecordTimes ? serve.event_time_past : std::chrono::milliseconds(0);
}

}  // namespace gamevents::cmd

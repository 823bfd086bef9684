#include "core/generate/summary.h"

#include "core/event/event_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <utility>

namespace gamevents::generate {
namespace {

struct NamedQuantile {
  const char* name;
  double quantile;
};
constexpr auto kQuantiles =
    std::to_array<NamedQuantile>({{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}});

double PerSecond(int64_t count, std::chrono::duration<double> elapsed) {
  return elapsed.count() > 0 ? static_cast<double>(count) / elapsed.count() : 0;
}

double Milliseconds(Histogram::Duration duration) {
  return static_cast<double>(duration.count()) / 1000;
}

void AppendReasons(std::string& out, const std::map<std::string, int64_t>& reasons) {
  for (const auto& [reason, count] : reasons) {
    fmt::format_to(std::back_inserter(out), "  {:<12} {}\n", count, reason);
  }
}

std::string ReasonsAsJson(const std::map<std::string, int64_t>& reasons) {
  event::EventWriter writer;
  for (const auto& [reason, count] : reasons) writer.Add(reason, count);
  return writer.Finish();
}

std::string LatencyLine(const Histogram& latency) {
  if (latency.count() == 0) return {};
  std::string line = "latency     ";
  for (const auto& [name, quantile] : kQuantiles) {
    line += fmt::format(" {} {} ", name, FormatLatency(latency.Quantile(quantile)));
  }
  return line + fmt::format(" max {}\n", FormatLatency(latency.max()));
}

std::string LatencyAsJson(const Histogram& latency) {
  if (latency.count() == 0) return "null";
  event::EventWriter writer;
  for (const auto& [name, quantile] : kQuantiles) {
    writer.Add(name, Milliseconds(latency.Quantile(quantile)));
  }
  writer.Add("max", Milliseconds(latency.max()));
  return writer.Finish();
}

/// "7s", "3m 20s", "2h 5m".
std::string FormatTime(std::chrono::duration<double> time) {
  const int64_t seconds = std::llround(time.count());
  if (seconds < 60) return fmt::format("{}s", seconds);
  if (seconds < 3'600) return fmt::format("{}m {}s", seconds / 60, seconds % 60);
  return fmt::format("{}h {}m", seconds / 3'600, seconds / 60 % 60);
}

/// Of all that was asked, by count or by time, whichever ends sooner; nothing without an end.
std::optional<double> ShareDone(const Counts& counts, std::chrono::duration<double> elapsed,
                                const FeedOptions& asked) {
  std::optional<double> share;
  if (asked.count) {
    const int64_t ended = counts.acknowledged + counts.refused + counts.unknown;
    share = static_cast<double>(ended) / static_cast<double>(*asked.count);
  }
  if (asked.duration) share = std::max(share.value_or(0), elapsed / *asked.duration);
  if (share) share = std::min(*share, 1.0);
  return share;
}

/// ", 31 %, 27s left"; without the time while nothing is done, "" where there is no end.
std::string FormatRest(const Counts& counts, std::chrono::duration<double> elapsed,
                       const FeedOptions& asked) {
  const auto share = ShareDone(counts, elapsed, asked);
  if (!share) return {};
  // Never 100 % before all is done.
  const std::string percent = fmt::format(", {:.0f} %", std::floor(100 * *share));
  if (*share <= 0) return percent;
  return percent + fmt::format(", {} left", FormatTime(elapsed * ((1 - *share) / *share)));
}

}  // namespace

std::string FormatLatency(Histogram::Duration latency) {
  const auto us = static_cast<double>(latency.count());
  if (us < 1'000) return fmt::format("{}us", latency.count());
  const bool seconds = us >= 1'000'000;
  const double value = us / (seconds ? 1'000'000 : 1'000);
  const int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
  return fmt::format("{:.{}f}{}", value, decimals, seconds ? "s" : "ms");
}

std::string FormatSummary(const TrafficSummary& summary) {
  const Counts& counts = summary.counts;
  std::string out;
  const auto add = [&]<class... Args>(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(out), form, std::forward<Args>(args)...);
  };
  add("seed         {}\n", summary.seed);
  add("sent         {} in {:.2f}s\n", counts.sent, summary.elapsed.count());
  add("acknowledged {} ({:.0f}/s)\n", counts.acknowledged,
      PerSecond(counts.acknowledged, summary.elapsed));
  if (counts.duplicates > 0) add("  {:<12} stored by an earlier attempt\n", counts.duplicates);
  add("refused      {}\n", counts.refused);
  AppendReasons(out, counts.refusals);
  add("unknown      {}\n", counts.unknown);
  AppendReasons(out, counts.unknowns);
  if (counts.requests > 0)
    add("requests     {}, {} of them retries\n", counts.requests, counts.retries);
  out += LatencyLine(counts.latency);
  add("cpu          {:.2f} of a core\n", PerSecond(1, summary.elapsed) * summary.cpu.count());
  return out;
}

std::string FormatSummaryAsJson(const TrafficSummary& summary) {
  const Counts& counts = summary.counts;
  event::EventWriter writer;
  // A seed may need all 64 bits, which not every reader of JSON keeps.
  writer.Add("seed", std::to_string(summary.seed));
  writer.Add("seconds", summary.elapsed.count());
  writer.Add("sent", counts.sent);
  writer.Add("acknowledged", counts.acknowledged);
  writer.Add("duplicates", counts.duplicates);
  writer.Add("refused", counts.refused);
  writer.Add("unknown", counts.unknown);
  writer.AddJson("refusals", ReasonsAsJson(counts.refusals));
  writer.AddJson("unknowns", ReasonsAsJson(counts.unknowns));
  writer.Add("requests", counts.requests);
  writer.Add("retries", counts.retries);
  writer.Add("acknowledged_per_second", PerSecond(counts.acknowledged, summary.elapsed));
  writer.AddJson("latency_ms", LatencyAsJson(counts.latency));
  writer.Add("cpu_seconds", summary.cpu.count());
  return writer.Finish() + "\n";
}

std::string FormatProgress(const Counts& counts, std::chrono::duration<double> elapsed,
                           const FeedOptions& asked) {
  std::string line =
      fmt::format("{}{}: {} acknowledged ({:.0f}/s), {} refused, {} unknown", FormatTime(elapsed),
                  FormatRest(counts, elapsed, asked), counts.acknowledged,
                  PerSecond(counts.acknowledged, elapsed), counts.refused, counts.unknown);
  if (counts.latency.count() == 0) return line;
  return line + ", p99 " + FormatLatency(counts.latency.Quantile(0.99));
}

}  // namespace gamevents::generate

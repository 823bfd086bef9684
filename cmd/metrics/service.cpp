#include "cmd/metrics/service.h"

#include "core/problem/codes.h"
#include "core/state/state.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

using collector::EventCounts;
using collector::Sample;
using state::Progress;

// By the codes that answers have: those that have been, and from the start those that say that an
// event could not be stored now, so that the first of them is an increase.
std::vector<Sample> RejectedOf(const EventCounts& counts) {
  std::vector<Sample> samples;
  for (const problem::CodeTraits& traits : problem::Codes()) {
    const uint64_t count = counts.rejected(traits.code);
    if (count > 0 || traits.retryable)
      samples.push_back({static_cast<double>(count), {std::string(traits.name)}});
  }
  return samples;
}

std::vector<Sample> FoldedOf(const state::Counts& counts) {
  const auto all = std::to_array<std::pair<const char*, int64_t>>({
      {"done", counts.done},
      {"refused", counts.refused},
      {"duplicate", counts.duplicates},
      {"other", counts.other},
      {"malformed", counts.malformed},
      {"misplaced", counts.misplaced},
  });
  std::vector<Sample> samples;
  for (const auto& [outcome, count] : all) {
    samples.push_back({static_cast<double>(count), {outcome}});
  }
  return samples;
}

// Nothing until this process has written one.
std::vector<Sample> SnapshotTime(const Progress& progress) {
  if (!progress.snapshot_at) return {};
  return {{static_cast<double>(progress.snapshot_at->value) / 1e3}};
}

struct ShownOfState {
  const char* name;
  const char* help;
  double (*read)(const Progress& progress);
};

constexpr auto kShownOfState = std::to_array<ShownOfState>({
    {"gamevents_state_lag_records", "Records of the topic that are not folded yet.",
     [](const Progress& progress) { return static_cast<double>(progress.behind); }},
    {"gamevents_state_look_age_seconds", "How long ago the fold last looked for records.",
     [](const Progress& progress) {
       return std::chrono::duration<double>(progress.since_look).count();
     }},
    {"gamevents_state_users", "Users that the state knows.",
     [](const Progress& progress) { return static_cast<double>(progress.users); }},
    {"gamevents_state_unsaved_events", "Events that were folded since the last snapshot.",
     [](const Progress& progress) { return static_cast<double>(progress.unsaved); }},
    {"gamevents_state_snapshot_duration_seconds", "How long it took to write the last snapshot.",
     [](const Progress& progress) {
       return std::chrono::duration<double>(progress.snapshot_took).count();
     }},
});

}  // namespace

void ShowCertificate(const std::string& use, const std::shared_ptr<tls::Certificates>& certificates,
                     collector::Metrics& metrics) {
  if (!certificates) return;
  metrics.AddSource({"gamevents_tls_certificate_end_seconds",
                     "When the certificate that clients are shown ends, in seconds since 1970.",
                     false,
                     {"use"},
                     [use, certificates] {
                       return std::vector<Sample>{
                           {static_cast<double>(certificates->EndsAt()), {use}}};
                     }});
}

void ShowEvents(const std::shared_ptr<EventCounts>& counts, collector::Metrics& metrics) {
  metrics.AddCounter("gamevents_events_accepted_total",
                     "Events that are stored because of their request.",
                     [counts] { return static_cast<double>(counts->accepted()); });
  metrics.AddCounter("gamevents_events_duplicate_total",
                     "Events that were stored already, and are not stored again.",
                     [counts] { return static_cast<double>(counts->duplicates()); });
  metrics.AddSource({"gamevents_events_rejected_total",
                     "Events that were not stored, or perhaps not, by the code of the answer.",
                     true,
                     {"reason"},
                     [counts] { return RejectedOf(*counts); }});
}

void ShowState(const state::Projection& projection, collector::Metrics& metrics) {
  for (const ShownOfState& shown : kShownOfState) {
    metrics.AddGauge(shown.name, shown.help,
                     [&projection, read = shown.read] { return read(projection.GetProgress()); });
  }
  metrics.AddSource({"gamevents_state_events_total",
                     "Events of the whole log that are folded, by what became of them.",
                     true,
                     {"outcome"},
                     [&projection] { return FoldedOf(projection.GetProgress().counts); }});
  metrics.AddSource({"gamevents_state_snapshot_time_seconds",
                     "When the last snapshot was written, in seconds since 1970.",
                     false,
                     {},
                     [&projection] { return SnapshotTime(projection.GetProgress()); }});
}

}  // namespace gamevents::cmd

#include "core/log/log.h"

#include "cmd/metrics/broker.h"
#include "core/base/disk_space.h"
#include "core/broker/broker.h"
#include "core/embedded/deletions.h"
#include "core/log/log_manager.h"
#include "core/log/retention.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::cmd {
namespace {

using collector::Sample;
using embedded::Deletions;
using log::DeletionReason;
using log::LogManager;

struct ShownOfPartition {
  const char* name;
  const char* help;
  double (*read)(const log::Log& log);
};

constexpr auto kShownOfPartition = std::to_array<ShownOfPartition>({
    {"gamevents_log_bytes", "Bytes of the partition's segments.",
     [](const log::Log& log) { return static_cast<double>(log.size_bytes()); }},
    {"gamevents_log_segments", "Segments of the partition.",
     [](const log::Log& log) { return static_cast<double>(log.segment_count()); }},
    {"gamevents_log_start_offset", "The first offset that can be read.",
     [](const log::Log& log) { return static_cast<double>(log.log_start().value); }},
    {"gamevents_log_end_offset", "One past the last offset that can be read.",
     [](const log::Log& log) { return static_cast<double>(log.high_watermark().value); }},
});

std::vector<Sample> ByPartition(const LogManager& logs, double (*read)(const log::Log& log)) {
  std::vector<Sample> samples;
  for (const log::Topic& topic : logs.Topics()) {
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      if (samples.size() == kPartitionsShown) return samples;
      samples.push_back({read(*topic.partitions[i]), {topic.name, std::to_string(i)}});
    }
  }
  return samples;
}

double CountPartitions(const LogManager& logs) {
  size_t count = 0;
  for (const log::Topic& topic : logs.Topics()) count += topic.partitions.size();
  return static_cast<double>(count);
}

// Of all reasons that have one name together.
std::vector<Sample> ByReason(const Deletions& deletions,
                             uint64_t (Deletions::*read)(DeletionReason) const) {
  std::map<std::string, double> sums;
  for (size_t i = 0; i < log::kDeletionReasons; ++i) {
    const auto reason = static_cast<DeletionReason>(i);
    sums[std::string(NameOf(reason))] += static_cast<double>((deletions.*read)(reason));
  }
  std::vector<Sample> samples;
  for (const auto& [reason, sum] : sums) samples.push_back({sum, {reason}});
  return samples;
}

// Nothing where the system does not say.
std::vector<Sample> OfDisk(const LogManager& logs, uint64_t DiskSpace::* read) {
  const auto disk = FindDiskSpace(logs.directory());
  if (!disk) return {};
  return {{static_cast<double>((*disk).*read)}};
}

void ShowDisk(const LogManager& logs, collector::Metrics& metrics) {
  metrics.AddSource({"gamevents_disk_free_bytes",
                     "Bytes that are free on the disk of embedded.data_dir.",
                     false,
                     {},
                     [&logs] { return OfDisk(logs, &DiskSpace::free_bytes); }});
  metrics.AddSource({"gamevents_disk_size_bytes", "The size of that disk.", false, {}, [&logs] {
                       return OfDisk(logs, &DiskSpace::total_bytes);
                     }});
}

}  // namespace

void ShowLog(const embedded::EmbeddedBroker& embedded, collector::Metrics& metrics) {
  const LogManager& logs = embedded.broker().logs;
  const Deletions& deletions = embedded.deletions();
  for (const ShownOfPartition& shown : kShownOfPartition) {
    metrics.AddSource(
        {shown.name, shown.help, false, {"topic", "partition"}, [&logs, read = shown.read] {
           return ByPartition(logs, read);
         }});
  }
  metrics.AddGauge("gamevents_log_partitions", "Partitions of all topics.",
                   [&logs] { return CountPartitions(logs); });
  metrics.AddGauge("gamevents_log_partitions_left_out",
                   "Partitions that have no series of their own here: there are too many.",
                   [&logs] { return std::max(0.0, CountPartitions(logs) - kPartitionsShown); });
  metrics.AddSource({"gamevents_log_deletions_total",
                     "How often records were deleted from a partition, by reason.",
                     true,
                     {"reason"},
                     [&deletions] { return ByReason(deletions, &Deletions::count); }});
  metrics.AddSource({"gamevents_log_deleted_bytes_total",
                     "Bytes of the segments that went with them, by reason.",
                     true,
                     {"reason"},
                     [&deletions] { return ByReason(deletions, &Deletions::bytes); }});
  metrics.AddHistograms({"gamevents_log_sync_duration_seconds",
                         "Syncs of a partition's last segment, and how long each took.",
                         {},
                         [&logs] {
                           return std::vector<collector::HistogramSource::Histogram>{
                               {"", &logs.syncs()}};
                         }});
  metrics.AddGauge("gamevents_log_recovery_seconds",
                   "How long it took to open all logs when the broker started.",
                   [&logs] { return std::chrono::duration<double>(logs.summary().took).count(); });
  metrics.AddGauge("gamevents_log_recovery_truncated_bytes",
                   "Bytes of torn tails that were cut off then.",
                   [&logs] { return static_cast<double>(logs.summary().bytes_truncated); });
  ShowDisk(logs, metrics);
}

}  // namespace gamevents::cmd

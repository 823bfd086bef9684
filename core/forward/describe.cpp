#include "core/forward/describe.h"

#include "core/base/units.h"

#include <algorithm>
#include <cmath>

namespace gamevents::forward {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// From here on a number is given in the next larger unit: two digits are enough for a person.
constexpr int64_t kDigits = 10;

std::string AboutSize(int64_t bytes) {
  constexpr int64_t kUnit = 1024;
  int64_t unit = 1;
  while (bytes / unit >= kDigits * kUnit && unit < kUnit * kUnit * kUnit) unit *= kUnit;
  return FormatSize(bytes / unit * unit);
}

std::string AboutDuration(milliseconds duration) {
  constexpr int64_t kSecond = 1'000;
  int64_t unit = duration.count() < kSecond ? 1 : kSecond;
  for (const int64_t larger : {60 * kSecond, 3'600 * kSecond, 86'400 * kSecond}) {
    if (duration.count() >= kDigits * larger) unit = larger;
  }
  return FormatDuration(milliseconds(std::max<int64_t>(duration.count(), 0) / unit * unit));
}

std::string Records(int64_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

std::string Behind(int64_t records, int64_t bytes, std::optional<TimestampMs> oldest,
                   TimestampMs now) {
  std::string text = Records(records) + " (" + AboutSize(bytes) + ") behind";
  if (!oldest || oldest->value < 0) return text;
  return text + ", the oldest " + AboutDuration(milliseconds(now.value - oldest->value)) + " old";
}

std::string DescribeAll(const ForwardProgress& progress, std::string_view target, TimestampMs now) {
  const Lag lag = Sum(progress);
  std::string text = "forwarding to " + std::string(target) + ": ";
  text += lag.records == 0 ? "nothing is behind" : Behind(lag.records, lag.bytes, lag.oldest, now);
  const auto per_second = static_cast<int64_t>(std::llround(progress.records_per_second));
  if (per_second > 0) {
    text += "; " + Records(per_second) + " (" +
            AboutSize(static_cast<int64_t>(progress.bytes_per_second)) + ") are copied a second";
  }
  if (lag.remaining) text += ", which takes " + AboutDuration(*lag.remaining) + " for the rest";
  if (lag.stopped > 0) {
    text += "; " + std::to_string(lag.stopped) +
            (lag.stopped == 1 ? " partition is stopped" : " partitions are stopped");
  }
  return text;
}

// What comes first, and is described at all.
int Urgency(const PartitionProgress& partition) {
  if (partition.stopped) return 3;
  if (partition.last_error) return 2;
  return RecordsBehind(partition) > 0 ? 1 : 0;
}

std::string DescribeOne(const PartitionProgress& partition, TimestampMs now) {
  std::string text = partition.topic + " [" + std::to_string(partition.partition) + "]: ";
  if (partition.stopped) {
    text += "STOPPED";
    if (partition.next) text += " at offset " + std::to_string(*partition.next);
    text += ": " + *partition.stopped + "; ";
  } else if (partition.last_error) {
    text += "tries again";
    if (partition.next) text += " at offset " + std::to_string(*partition.next);
    text += ": " + *partition.last_error + "; ";
  }
  return text + Behind(RecordsBehind(partition), partition.bytes_behind, partition.oldest, now);
}

}  // namespace

int64_t RecordsBehind(const PartitionProgress& partition) {
  return std::max<int64_t>(partition.end - partition.next.value_or(0), 0);
}

Lag Sum(const ForwardProgress& progress) {
  Lag lag;
  for (const PartitionProgress& partition : progress.partitions) {
    lag.records += RecordsBehind(partition);
    lag.bytes += partition.bytes_behind;
    if (partition.oldest && (!lag.oldest || *partition.oldest < *lag.oldest)) {
      lag.oldest = partition.oldest;
    }
    if (partition.stopped) ++lag.stopped;
  }
  // Below one record a second there is no rate to speak of.
  if (lag.records > 0 && progress.records_per_second >= 1) {
    const double rest = static_cast<double>(lag.records) / progress.records_per_second;
    lag.remaining = seconds(static_cast<int64_t>(std::ceil(rest)));
  }
  return lag;
}

std::vector<std::string> Describe(const ForwardProgress& progress, std::string_view target,
                                  TimestampMs now) {
  std::vector<std::string> lines = {DescribeAll(progress, target, now)};
  std::vector<const PartitionProgress*> told;
  for (const PartitionProgress& partition : progress.partitions) {
    if (Urgency(partition) > 0) told.push_back(&partition);
  }
  std::ranges::stable_sort(told, std::ranges::greater(),
                           [](const PartitionProgress* partition) { return Urgency(*partition); });
  for (size_t i = 0; i < std::min(told.size(), kDescribedMax); ++i) {
    lines.push_back(DescribeOne(*told[i], now));
  }
  if (told.size() > kDescribedMax) {
    lines.push_back("and " + std::to_string(told.size() - kDescribedMax) + " partitions more");
  }
  return lines;
}

}  // namespace gamevents::forward

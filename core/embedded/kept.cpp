#include "core/embedded/kept.h"

#include "core/log/batch.h"
#include "core/log/format.h"
#include "core/log/log.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace gamevents::embedded {
namespace {

constexpr int64_t kNothingKept = INT64_MAX;

// Of the batch, whose records were written together.
std::optional<TimestampMs> TimeAt(const log::Log& log, int64_t offset) {
  const auto read = log.Read(log::Offset(offset), 1);
  if (!read || read->slice.file == nullptr) return std::nullopt;
  std::array<std::byte, log::kBatchHeaderSize> bytes{};
  const auto got = read->slice.file->ReadAt(read->slice.position, bytes);
  if (!got || *got != bytes.size()) return std::nullopt;
  const TimestampMs time = log::ReadBatchHeader(bytes).base_timestamp;
  if (time.value < 0) return std::nullopt;
  return time;
}

// As if every record took as much.
int64_t BytesFrom(const log::Log& log, int64_t from) {
  const int64_t start = log.log_start().value;
  const int64_t end = log.log_end().value;
  if (from >= end) return 0;
  const double part = static_cast<double>(end - from) / static_cast<double>(end - start);
  return static_cast<int64_t>(part * static_cast<double>(log.size_bytes()));
}

}  // namespace

std::vector<KeptPartition> FindKept(const log::LogManager& logs) {
  std::vector<KeptPartition> all;
  for (const log::Topic& topic : logs.Topics()) {
    for (size_t i = 0; i < topic.partitions.size(); ++i) {
      const log::Log& log = *topic.partitions[i];
      const int64_t kept = log.kept_from().value;
      if (kept == kNothingKept) continue;
      KeptPartition found;
      found.topic = topic.name;
      found.partition = static_cast<int32_t>(i);
      found.end = log.high_watermark().value;
      found.from = std::clamp(kept, std::min(log.log_start().value, found.end), found.end);
      found.bytes = BytesFrom(log, found.from);
      if (found.from < found.end) found.oldest = TimeAt(log, found.from);
      all.push_back(std::move(found));
    }
  }
  return all;
}

}  // namespace gamevents::embedded

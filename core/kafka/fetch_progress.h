#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>

namespace gamevents::kafka {

/// How far the fetchers of a consumer's handle are, which only librdkafka's statistics tell.
/// Thread-safe; must outlive the handle that it belongs to.
class FetchProgress {
 public:
  /// Takes the handle's statistics (called by rd_kafka_poll), in place of the ones before.
  void OnStatistics(std::string_view json);

  /// The next offset that is fetched of a partition, as of the last statistics; it moves on over
  /// what holds no record, too. Nothing before the first, or of a partition that is not fetched.
  std::optional<int64_t> FetchedUpTo(int32_t partition) const;

 private:
  mutable std::mutex mutex_;
  std::map<int32_t, int64_t> positions_;
};

/// The partitions of the one topic that a handle reads, and the next offset that is fetched of
/// each, out of librdkafka's statistics (its STATISTICS.md).
std::map<int32_t, int64_t> FetchPositions(std::string_view statistics);

}  // namespace gamevents::kafka

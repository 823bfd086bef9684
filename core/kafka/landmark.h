#pragma once

#include "core/kafka/record.h"

#include <cstdint>
#include <map>
#include <span>

namespace gamevents::kafka {

/// A record by which a log is known again: another log has another one at that offset.
struct Landmark {
  int64_t offset = 0;
  uint32_t crc = 0;  ///< CRC-32C of its key, value and time

  bool operator==(const Landmark&) const = default;
};

Landmark LandmarkOf(const RecordView& record);

/// Of each partition's last record. `records` are in offset order within a partition.
std::map<int32_t, Landmark> LandmarksOf(std::span<const RecordView> records);

}  // namespace gamevents::kafka

#include "core/kafka/landmark.h"

#include "core/base/bytes.h"
#include "core/base/crc32c.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace gamevents::kafka {
namespace {

uint32_t AddBytes(uint32_t crc, std::optional<std::string_view> bytes) {
  // Null is not empty, and "ab" with "c" is not "a" with "bc".
  std::array<std::byte, 8> size;
  StoreBigEndian64(size.data(), bytes ? bytes->size() : ~uint64_t{0});
  return Crc32c(Crc32c(crc, size), AsBytes(bytes.value_or(std::string_view())));
}

}  // namespace

Landmark LandmarkOf(const RecordView& record) {
  // Made again from the same source, a topic can have the same values, but hardly at the same time.
  std::array<std::byte, 8> time;
  StoreBigEndian64(time.data(), static_cast<uint64_t>(record.timestamp.value));
  return {record.offset, AddBytes(AddBytes(Crc32c(0, time), record.key), record.value)};
}

std::map<int32_t, Landmark> LandmarksOf(std::span<const RecordView> records) {
  std::map<int32_t, const RecordView*> last;
  for (size_t i = 0; i < records.size(); ++i) {
    // Partitions come in runs: only a run's last record can be its partition's.
    const bool ends = i + 1 == records.size() || records[i + 1].partition != records[i].partition;
    if (ends) last[records[i].partition] = &records[i];
  }
  std::map<int32_t, Landmark> landmarks;
  for (const auto& [partition, record] : last) landmarks[partition] = LandmarkOf(*record);
  return landmarks;
}

}  // namespace gamevents::kafka

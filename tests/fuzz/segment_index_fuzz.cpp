// Goal: whatever stands in a segment's indexes, a consumer is given the batch that holds the offset
// it asked for, or an error, and a question by time is answered or refused. Method: two sealed
// segments of which the first has the input as one of its indexes (the first byte says which),
// opened as after a clean stop; every offset is read.
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/log_on_disk.h"

#include <cstdint>
#include <memory>
#include <variant>

namespace gamevents::log {
namespace {

constexpr int kBatches = 40;

LogOptions SmallSegments() {
  LogOptions options;
  options.segment_bytes = 2048;
  options.index_interval_bytes = 128;
  return options;
}

// Batch i has i % 3 + 1 records.
std::unique_ptr<LogOnDisk> MakeWorld() {
  auto world = std::make_unique<LogOnDisk>();
  const auto log = world->Open(SmallSegments(), {}).value();
  for (int i = 0; i < kBatches; ++i) {
    BatchBuilder builder;
    for (int j = 0; j <= i % 3; ++j) builder.Add(TimestampMs(kTestNow + i), "key", "value");
    const auto outcome = log->Append(builder.Finish().value()).value();
    INVARIANT(std::holds_alternative<Appended>(outcome));
  }
  INVARIANT(log->Close().ok());
  return world;
}

void TryIndexes(LogOnDisk& world) {
  const auto log = world.Open(SmallSegments(), {.clean = true});
  INVARIANT(log.ok());
  for (Offset from = (*log)->log_start(); from < (*log)->high_watermark(); ++from.value) {
    const auto result = (*log)->Read(from, 512);
    if (!result) {
      INVARIANT(result.error().fault == Fault::kCorrupt);
      continue;
    }
    // Written by us without gaps, so the batch is exactly the one that was asked for.
    INVARIANT(FirstBatch(BytesOf(result->slice), from).base_offset <= from);
  }
  for (int i = -1; i <= kBatches; ++i) {
    const auto found = (*log)->FindByTime(TimestampMs(kTestNow + i));
    INVARIANT(found || found.error().fault == Fault::kCorrupt);
  }
  const auto latest = (*log)->FindMaxTimestamp();
  INVARIANT(latest || latest.error().fault == Fault::kCorrupt);
}

}  // namespace
}  // namespace gamevents::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gamevents::log;
  static const std::unique_ptr<LogOnDisk> world = MakeWorld();
  static const std::unique_ptr<SimulatedDisk> sound = world->disk().Clone();
  if (size == 0) return 0;
  const std::string file = LogOnDisk::Path(data[0] % 2 == 0 ? "00000000000000000000.index"
                                                            : "00000000000000000000.timeindex");
  world->disk().Set(file, std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  TryIndexes(*world);
  // Opening may have rebuilt or cut any of them.
  for (const std::string& path : sound->Files()) world->disk().Set(path, sound->Get(path));
  return 0;
}

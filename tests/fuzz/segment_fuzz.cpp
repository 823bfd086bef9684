// Goal: whatever stands in a segment's file, a log opens over what is whole or says where it is
// damaged; it never crashes, and a consumer that follows its offsets goes forward and gets batches
// whose checksums hold. Method: the input is the file of an unclean stop, as it is and with the
// checksums that its batches ought to have; opened, read to the end, and opened again.
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/log_on_disk.h"

#include <cstdint>
#include <vector>

namespace gamevents::log {
namespace {

void ReadToEnd(const Log& log) {
  Offset from = log.log_start();
  while (from < log.high_watermark()) {
    const auto result = log.Read(from, 1 << 16);
    INVARIANT(result.ok());
    const auto bytes = BytesOf(result->slice);
    std::span<const std::byte> rest(bytes);
    INVARIANT(!rest.empty());
    while (!rest.empty()) {
      const BatchHeader header = FirstBatch(rest, from);
      INVARIANT(BatchCrc(rest.first(header.size())) == header.crc);
      from = header.next_offset();
      rest = rest.subspan(header.size());
    }
  }
}

void TryFile(const std::string& bytes, bool repair) {
  LogOnDisk world;
  world.disk().Set(LogOnDisk::Path("00000000000000000000.log"), bytes);
  Log::OpenOptions open;
  open.repair = repair;
  const auto log = world.Open({}, open);
  if (!log) {
    INVARIANT(log.error().fault == Fault::kCorrupt);
    INVARIANT(!log.error().context.empty());
    return;
  }
  ReadToEnd(**log);
  const Offset end = (*log)->log_end();
  // Records were not looked into: they may be damaged behind a checksum that holds, or packed in a
  // way that nobody knows.
  for (const int64_t time : {int64_t{0}, kTestNow, INT64_MAX}) {
    const auto found = (*log)->FindByTime(TimestampMs(time));
    INVARIANT(found || found.error().fault == Fault::kCorrupt ||
              found.error().fault == Fault::kUnsupported);
  }
  INVARIANT((*log)->Close().ok());
  const auto again = world.Open({}, {.clean = true});
  INVARIANT(again.ok());
  INVARIANT((*again)->log_end() == end);
  ReadToEnd(**again);
}

// The same bytes with each batch's checksum put right, as far as the lengths lead.
std::string Mended(std::string bytes) {
  auto rest = std::as_writable_bytes(std::span(bytes));
  while (rest.size() >= kBatchHeaderSize) {
    BatchHeader header = ReadBatchHeader(rest);
    const bool whole =
        header.length >= static_cast<int32_t>(kBatchHeaderSize) && header.size() <= rest.size();
    if (!whole) break;
    header.crc = BatchCrc(rest.first(header.size()));
    WriteBatchHeader(header, rest.first<kBatchHeaderSize>());
    rest = rest.subspan(header.size());
  }
  return bytes;
}

}  // namespace
}  // namespace gamevents::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gamevents::log;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  TryFile(bytes, false);
  TryFile(Mended(bytes), true);
  return 0;
}

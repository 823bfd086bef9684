// Goal: no record batch makes the log read out of bounds, take memory without bound, or count other
// records than it says. Method: the bytes are checked as a producer's batch, as they are and with
// the checksum that they ought to have, so that mutations reach what lies behind it; what is taken
// is then walked as a consumer would.
#include "core/base/check.h"
#include "core/log/batch.h"
#include "core/log/log_options.h"
#include "tests/fuzz/fuzz.h"

#include <algorithm>
#include <span>
#include <variant>
#include <vector>

namespace gamevents::log {
namespace {

// Walks the records and their headers. False when they are not what the batch's header says.
bool Walk(const BatchHeader& header, std::span<const std::byte> batch) {
  std::vector<std::byte> scratch;
  const auto records = UncompressedRecords(header, batch, scratch);
  if (!records) return false;
  INVARIANT(records->size() <= std::max(batch.size(), kUncompressedBatchBytesMax));
  RecordCursor cursor(header, *records);
  int32_t count = 0;
  for (;; ++count) {
    const auto record = cursor.Next();
    if (!record) return false;
    if (!record->has_value()) break;
    auto headers = (*record)->headers;
    for (int32_t i = 0; i < (*record)->header_count; ++i) {
      if (!TakeRecordHeader(headers)) return false;
    }
  }
  INVARIANT(count == header.record_count);
  return true;
}

void TryBatch(std::span<const std::byte> batch) {
  const auto checked = CheckBatch(batch);
  const auto* header = std::get_if<BatchHeader>(&checked);
  if (header == nullptr) return;
  INVARIANT(header->size() == batch.size());
  const auto facts = CheckRecords(*header, batch);
  if (!facts) return;
  INVARIANT(facts->min_timestamp <= facts->max_timestamp);
  INVARIANT(Walk(*header, batch));
}

}  // namespace
}  // namespace gamevents::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gamevents::log;
  const auto bytes = std::as_bytes(std::span(data, size));
  TryBatch(bytes);
  if (size < kBatchHeaderSize) return 0;
  std::vector<std::byte> mended(bytes.begin(), bytes.end());
  BatchHeader header = ReadBatchHeader(mended);
  header.length = static_cast<int32_t>(size - kBatchLengthOverhead);
  WriteBatchHeader(header, std::span(mended).first<kBatchHeaderSize>());
  header.crc = BatchCrc(mended);
  WriteBatchHeader(header, std::span(mended).first<kBatchHeaderSize>());
  TryBatch(mended);
  return 0;
}

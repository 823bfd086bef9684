#pragma once

#include "core/base/bytes.h"
#include "core/log/log.h"
#include "core/log/log_manager.h"
#include "tests/support/await.h"
#include "tests/support/fixed_clock.h"
#include "tests/unit/catch.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gamevents::log {

/// The logs of a data directory, which must open.
inline std::unique_ptr<LogManager> MustOpen(const LogManager::Options& options) {
  auto opened = LogManager::Open(options);
  if (!opened) FAIL(opened.error().context);
  return *std::move(opened);
}

/// A batch of such values, one record each, all at `time`.
inline std::vector<std::byte> MakeBatch(const std::vector<std::string>& values,
                                        int64_t time = kTestNow,
                                        const BatchBuilder::Options& options = {}) {
  BatchBuilder builder(options);
  for (const std::string& value : values) {
    builder.Add(TimestampMs(time), std::string_view("key"), std::string_view(value));
  }
  return builder.Finish().value();
}

/// The same from an idempotent producer.
inline std::vector<std::byte> MakeNumbered(int64_t producer, int16_t epoch, int32_t sequence,
                                           const std::vector<std::string>& values) {
  BatchBuilder::Options options;
  options.producer_id = ProducerId(producer);
  options.producer_epoch = epoch;
  options.base_sequence = sequence;
  return MakeBatch(values, kTestNow, options);
}

/// The batch is taken; gives where it stands.
inline Appended MustAppend(Log& log, const std::vector<std::byte>& batch) {
  auto outcome = log.Append(batch);
  if (!outcome) FAIL(outcome.error().context);
  if (const auto* refused = std::get_if<Refused>(&*outcome)) FAIL(refused->reason);
  return std::get<Appended>(*outcome);
}

/// All bytes of a slice.
inline std::vector<std::byte> ReadSlice(const Slice& slice) {
  std::vector<std::byte> bytes(slice.length);
  if (slice.file != nullptr) {
    REQUIRE(slice.file->ReadAt(slice.position, bytes).value() == bytes.size());
  }
  return bytes;
}

/// A record as the tests compare it.
struct Read {
  int64_t offset;
  int64_t timestamp;
  std::string value;
  friend bool operator==(const Read&, const Read&) = default;
};

/// Adds the records of the whole batch at the front of `rest`, from offset `from` on, and takes it
/// off. Errors: kCorrupt for what a consumer would stumble over.
inline Status TakeBatch(std::span<const std::byte>& rest, Offset from, std::vector<Read>& records) {
  if (rest.size() < kBatchHeaderSize) return Error{Fault::kCorrupt, "half a header"};
  const BatchHeader header = ReadBatchHeader(rest);
  if (rest.size() < header.size()) return Error{Fault::kCorrupt, "half a batch"};
  const auto batch = rest.first(header.size());
  if (BatchCrc(batch) != header.crc) return Error{Fault::kCorrupt, "a wrong checksum"};
  std::vector<std::byte> scratch;
  const auto plain = UncompressedRecords(header, batch, scratch);
  if (!plain) return Error(plain.error());
  RecordCursor cursor(header, *plain);
  for (;;) {
    const auto record = cursor.Next();
    if (!record) return Error(record.error());
    if (!record->has_value()) break;
    if ((*record)->offset < from) continue;
    records.push_back({(*record)->offset.value, (*record)->timestamp.value,
                       std::string(AsText(*(*record)->value))});
  }
  rest = rest.subspan(header.size());
  return Done{};
}

/// Adds every record from `from` to the high watermark, through Read as a consumer would; after an
/// error, those before it. Errors: as Log::Read and TakeBatch.
inline Status TakeAll(const Log& log, Offset from, std::vector<Read>& records,
                      size_t bytes_max = 1 << 20) {
  while (from < log.high_watermark()) {
    const auto result = log.Read(from, bytes_max);
    if (!result) return Error(result.error());
    std::vector<std::byte> bytes(result->slice.length);
    if (bytes.empty()) return Error{Fault::kCorrupt, "nothing below the high watermark"};
    const auto got = result->slice.file->ReadAt(result->slice.position, bytes);
    if (!got) return Error(got.error());
    if (*got != bytes.size()) return Error{Fault::kCorrupt, "a slice is shorter than it says"};
    for (std::span<const std::byte> rest(bytes); !rest.empty();) {
      const Offset first = from;
      if (rest.size() >= kBatchHeaderSize) from = ReadBatchHeader(rest).next_offset();
      if (auto taken = TakeBatch(rest, first, records); !taken) return taken;
    }
  }
  return Done{};
}

/// The same where nothing may go wrong.
inline std::vector<Read> ReadAll(const Log& log, Offset from, size_t bytes_max = 1 << 20) {
  std::vector<Read> records;
  if (const Status taken = TakeAll(log, from, records, bytes_max); !taken) {
    FAIL(taken.error().context);
  }
  return records;
}

/// Gives the log up, as the end of its process does: also the committer's thread, which may be
/// about to, has let go of it then.
inline void LetGo(std::shared_ptr<Log>& log) {
  const std::weak_ptr<Log> gone = log;
  log.reset();
  REQUIRE(Await([&] { return gone.expired(); }));
}

}  // namespace gamevents::log

#include "core/embedded/open_batch.h"

#include "core/base/bytes.h"
#include "core/base/check.h"

#include <optional>
#include <string_view>
#include <utility>

namespace gamevents::embedded {
namespace {

// As librdkafka bounds a batch by default.
constexpr int32_t kBatchRecordsMax = 10'000;
// A record's own fields at their longest, and the lengths of a header's two parts.
constexpr size_t kRecordFieldsMax = 36;
constexpr size_t kHeaderFieldsMax = 10;

std::optional<std::span<const std::byte>> BytesOf(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return AsBytes(*text);
}

}  // namespace

int64_t CountedBytes(const kafka::OutgoingRecord& record) {
  const size_t key = record.key ? record.key->size() : 0;
  return static_cast<int64_t>(key + (record.value ? record.value->size() : 0));
}

size_t EncodedBytesMax(const kafka::OutgoingRecord& record) {
  size_t bytes = kRecordFieldsMax + static_cast<size_t>(CountedBytes(record));
  for (const kafka::Header& header : record.headers) {
    bytes += kHeaderFieldsMax + header.name.size() + (header.value ? header.value->size() : 0);
  }
  return bytes;
}

bool OpenBatch::HasRoomFor(const kafka::OutgoingRecord& record) const {
  if (records.count() == 0) return true;
  return records.count() < kBatchRecordsMax &&
         records.size_bytes() + EncodedBytesMax(record) <= bytes_max;
}

void OpenBatch::Add(const kafka::OutgoingRecord& record, TimestampMs now,
                    const kafka::OnDelivery& on_delivery, size_t number) {
  headers_.clear();
  for (const kafka::Header& header : record.headers) {
    headers_.push_back({header.name, BytesOf(header.value)});
  }
  records.Add(
      {record.timestamp.value_or(now), BytesOf(record.key), BytesOf(record.value), headers_});
  bytes += CountedBytes(record);
  if (!addressees.empty()) {
    auto& [last, numbers] = addressees.back();
    if (last == on_delivery && numbers.first + numbers.count == number) {
      ++numbers.count;
      return;
    }
  }
  addressees.push_back({on_delivery, {number, 1}});
}

std::vector<Addressee> TakeAddressees(std::vector<Addressee>& addressees,
                                      std::span<const log::RefusedRecord> refused) {
  std::vector<Addressee> rest;
  std::vector<Addressee> taken;
  int32_t place = 0;
  for (const auto& [on_delivery, numbers] : addressees) {
    kafka::RecordNumbers run{numbers.first, 0};
    const auto end_run = [&] {
      if (run.count > 0) rest.push_back({on_delivery, run});
    };
    for (size_t i = 0; i < numbers.count; ++i, ++place) {
      if (refused.empty() || refused.front().index != place) {
        ++run.count;
        continue;
      }
      refused = refused.subspan(1);
      end_run();
      taken.push_back({on_delivery, {numbers.first + i, 1}});
      run = {numbers.first + i + 1, 0};
    }
    end_run();
  }
  addressees = std::move(rest);
  return taken;
}

Result<std::vector<std::byte>> WithoutRecords(std::span<const std::byte> batch,
                                              std::span<const log::RefusedRecord> refused) {
  const log::BatchHeader header = log::ReadBatchHeader(batch);
  std::vector<std::byte> scratch;
  auto records = log::UncompressedRecords(header, batch, scratch);
  if (!records) return std::move(records).error();
  log::BatchBuilder rest({.codec = header.codec()});
  log::RecordCursor cursor(header, *records);
  for (int32_t index = 0; index < header.record_count; ++index) {
    const auto record = cursor.Next();
    if (!record) return Error(record.error());
    INVARIANT(record->has_value());
    if (!refused.empty() && refused.front().index == index) {
      refused = refused.subspan(1);
      continue;
    }
    std::vector<log::RecordHeader> headers;
    std::span<const std::byte> encoded = (*record)->headers;
    for (int32_t i = 0; i < (*record)->header_count; ++i) {
      auto next = log::TakeRecordHeader(encoded);
      if (!next) return std::move(next).error();
      headers.push_back(*next);
    }
    rest.Add({(*record)->timestamp, (*record)->key, (*record)->value, headers});
  }
  return rest.Finish();
}

}  // namespace gamevents::embedded

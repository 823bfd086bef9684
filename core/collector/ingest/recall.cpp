#include "core/collector/ingest/recall.h"

#include "core/collector/ingest/record_identity.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace gamevents::collector {
namespace {

using kafka::Position;

// How long to wait for records before `give_up` is asked again.
constexpr std::chrono::milliseconds kWait{200};

Result<std::unique_ptr<kafka::Reader>> OpenAt(const RecallOptions& options, Position from) {
  kafka::ReaderOptions reader;
  reader.client = options.client;
  reader.topic = options.topic;
  reader.range.from = from;
  return kafka::Reader::Open(reader);
}

void Note(const kafka::RecordView& record, Duplicates& duplicates) {
  const RecordIdentity identity = ReadIdentity(record.headers);
  if (identity.empty()) return;
  duplicates.Remember(identity.hash(), record.timestamp);
  if (identity.idempotency_key.empty()) return;
  duplicates.RememberRequest(identity.idempotency_key, identity.print, record.timestamp);
}

}  // namespace

Status RecallFrom(kafka::Reader& reader, TimestampMs since, Duplicates& duplicates,
                  const std::function<bool()>& give_up) {
  while (!reader.Finished()) {
    if (give_up()) return Error{Fault::kClosed, "read the ids of earlier events: given up"};
    auto records = reader.Next(kWait);
    if (!records) return std::move(records).error().In("read the ids of earlier events");
    for (const kafka::RecordView& record : *records) {
      if (record.timestamp >= since) Note(record, duplicates);
    }
  }
  duplicates.Recalled();
  return Done{};
}

Status Recall(const RecallOptions& options, TimestampMs now, Duplicates& duplicates,
              const std::function<bool()>& give_up) {
  const TimestampMs since(now.value - options.remembered.window.count());
  const auto events_max = static_cast<int64_t>(options.remembered.events_max);
  auto reader = OpenAt(options, {Position::Kind::kTime, since.value});
  const auto too_many = [&](const kafka::PartitionRange& range) {
    return range.end - range.begin > events_max;
  };
  if (reader && std::ranges::any_of((*reader)->ranges(), too_many)) {
    reader = OpenAt(options, {Position::Kind::kFromEnd, events_max});
  }
  if (!reader) return std::move(reader).error().In("read the ids of earlier events");
  return RecallFrom(**reader, since, duplicates, give_up);
}

}  // namespace gamevents::collector

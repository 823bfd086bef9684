#include "core/collector/ingest/recall.h"

#include "core/collector/ingest/record_identity.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

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

/// A name that the topic holds.
struct PastName {
  IdHash id;
  uint32_t mark = 0;
  TimestampMs time{0};
};

/// The latest `count_max` of the names that are added, in whatever order they come: a topic's
/// partitions are read one after another, and the last one's old names must not take the place of
/// the first one's new ones. Takes 32 bytes for each, and half as many again.
class LatestNames {
 public:
  explicit LatestNames(size_t count_max) : count_max_(count_max) {}

  void Add(const PastName& name) {
    names_.push_back(name);
    if (names_.size() > count_max_ + count_max_ / 2) DropEarliest();
  }

  /// All of them, the earliest first.
  std::vector<PastName> Take() && {
    if (names_.size() > count_max_) DropEarliest();
    std::ranges::stable_sort(names_, {}, &PastName::time);
    return std::move(names_);
  }

 private:
  void DropEarliest() {
    const auto middle = names_.begin() + static_cast<std::ptrdiff_t>(count_max_);
    std::ranges::nth_element(names_, middle, std::greater{}, &PastName::time);
    names_.erase(middle, names_.end());
  }

  const size_t count_max_;
  std::vector<PastName> names_;
};

void Note(const kafka::RecordView& record, TimestampMs since, LatestNames& names) {
  const RecordIdentity identity = ReadIdentity(record.headers);
  const TimestampMs time = identity.received_at.value_or(record.timestamp);
  if (identity.empty() || time < since) return;
  names.Add({identity.hash(), 0, time});
  if (identity.idempotency_key.empty()) return;
  names.Add({RequestIdentity(identity.idempotency_key), identity.print, time});
}

}  // namespace

Status RecallFrom(kafka::Reader& reader, TimestampMs since, size_t events_max,
                  Duplicates& duplicates, const std::function<bool()>& give_up) {
  LatestNames names(events_max);
  while (!reader.Finished()) {
    if (give_up()) return Error{Fault::kClosed, "read the ids of earlier events: given up"};
    auto records = reader.Next(kWait);
    if (!records) return std::move(records).error().In("read the ids of earlier events");
    for (const kafka::RecordView& record : *records) Note(record, since, names);
  }
  for (const PastName& name : std::move(names).Take()) {
    duplicates.Remember(name.id, name.time, name.mark);
  }
  duplicates.Recalled();
  return Done{};
}

Status Recall(const RecallOptions& options, TimestampMs now, Duplicates& duplicates,
              const std::function<bool()>& give_up) {
  const TimestampMs since(now.value - options.remembered.window.count());
  const auto events_max = static_cast<int64_t>(options.remembered.events_max);
  // The first record of that time or a later one: all that arrived since then are behind it.
  auto reader = OpenAt(options, {Position::Kind::kTime, since.value - options.late.count()});
  const auto too_many = [&](const kafka::PartitionRange& range) {
    return range.end - range.begin > events_max;
  };
  if (reader && std::ranges::any_of((*reader)->ranges(), too_many)) {
    reader = OpenAt(options, {Position::Kind::kFromEnd, events_max});
  }
  if (!reader) return std::move(reader).error().In("read the ids of earlier events");
  return RecallFrom(**reader, since, options.remembered.events_max, duplicates, give_up);
}

}  // namespace gamevents::collector

#include "core/collector/ingest/outbox.h"

#include "core/base/check.h"

#include <string>

namespace gamevents::collector {
namespace {

// What a record keeps of its memory.
constexpr size_t kKeptBytesMax = 4'096;

}  // namespace

kafka::OutgoingRecord& Outbox::Add(size_t index, const std::optional<IdHash>& id) {
  INVARIANT(count_ < kEventsMax);
  indexes_[count_] = index;
  ids_[count_] = id;
  return records_[count_++];
}

void Outbox::Clear() {
  for (kafka::OutgoingRecord& record : records()) {
    if (record.value && record.value->capacity() > kKeptBytesMax) record.value.reset();
  }
  count_ = bytes_ = 0;
}

}  // namespace gamevents::collector

#pragma once

#include "core/collector/ingest/duplicates.h"
#include "core/collector/ingest/incoming.h"
#include "core/collector/ingest/record_identity.h"
#include "core/kafka/record.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace gamevents::collector {

/// Events of one request that are ready to be sent: what is done once a call is done for all of
/// them. Its memory is used for request after request, so that an event allocates none. Not
/// thread-safe: one a thread.
class Outbox {
 public:
  static constexpr size_t kEventsMax = 64;
  /// Of JSON; one event may pass it.
  static constexpr size_t kBytesMax = size_t{64} << 10;

  /// Adds an empty event, number `index` of its request; the record has what it had before.
  /// Requires: not full.
  kafka::OutgoingRecord& Add(size_t index, const std::optional<IdHash>& id);

  /// Whether it is to be sent before another event is added; `bytes` have been added since it was
  /// empty.
  bool full() const { return count_ == kEventsMax || bytes_ >= kBytesMax; }
  /// Counts an event's JSON.
  void NoteBytes(size_t bytes) { bytes_ += bytes; }

  size_t size() const { return count_; }
  size_t index(size_t at) const { return indexes_[at]; }
  std::span<const std::optional<IdHash>> ids() const { return std::span(ids_).first(count_); }
  std::span<Duplicates::Claim> claims() { return std::span(claims_).first(count_); }
  std::span<kafka::OutgoingRecord> records() { return std::span(records_).first(count_); }

  /// Empty again. Long records' memory is given back.
  void Clear();

  Incoming incoming;        ///< for the reader
  RecordIdentity identity;  ///< of the event that is being added

 private:
  size_t count_ = 0;
  size_t bytes_ = 0;
  std::array<size_t, kEventsMax> indexes_{};
  std::array<std::optional<IdHash>, kEventsMax> ids_;
  std::array<Duplicates::Claim, kEventsMax> claims_{};
  std::array<kafka::OutgoingRecord, kEventsMax> records_;
};

}  // namespace gamevents::collector

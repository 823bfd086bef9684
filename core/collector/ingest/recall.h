#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/collector/ingest/duplicates.h"
#include "core/kafka/client_options.h"
#include "core/kafka/reader.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace gamevents::collector {

/// Which topic is read back, and how much of it.
struct RecallOptions {
  kafka::ClientOptions client;
  std::string topic;
  DuplicatesOptions remembered;
  /// How far a record's time may lie before the arrival of its event (EventTimes).
  std::chrono::milliseconds late{};
};

/// Reads the topic's end back into `duplicates` after a start, so that the log is the only place
/// where it is kept: of the records of the window, at most the last `events_max` of each partition,
/// the latest `events_max` names, by their headers alone. Then `duplicates` is Recalled.
/// Blocks, for some seconds with a million records. `give_up` is asked now and then.
/// Errors: as Reader::Open and Reader::Next; kClosed when given up. `duplicates` is not Recalled
/// then, and the call may be made again.
Status Recall(const RecallOptions& options, TimestampMs now, Duplicates& duplicates,
              const std::function<bool()>& give_up);

/// The same from a reader that stands where the past, which begins at `since`, does.
Status RecallFrom(kafka::Reader& reader, TimestampMs since, size_t events_max,
                  Duplicates& duplicates, const std::function<bool()>& give_up);

}  // namespace gamevents::collector
